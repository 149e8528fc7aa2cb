import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type Commands, type EventBody, bodyDigest, canonicalJson, facet, subjectToken, taskPrefix } from '@octobus/contracts';
import { InMemoryEventLog } from '@octobus/event-log';
import { envelopeOf } from '@octobus/event-log/testing';
import { instantOf } from '@octobus/kernel';
import { KeyRing, KeyedSealing, keyedDigest, subjectKey } from '@octobus/sealing';
import type { Principal } from '../auth/principal.ts';
import { Verdicts } from '../live/verdicts.ts';
import { RequestFault } from '../problems/problem.ts';
import { Door } from './door.ts';
import { enterOnce } from './enter-once.ts';

const DOOR_KEY = 'a door key of the test';
const principal = { tenant: 'acme', actor: 'key:k1', origin: 'rest' } as Principal;
const body: Commands['submit'] = { goal: 'something', dataSubject: 'Ada' };
const bytes = randomBytes(32);
const ada = subjectKey({ tenant: 'acme', subject: subjectToken(DOOR_KEY, 'acme', 'Ada') }, bytes);
const underKey = (of: object): string => keyedDigest(ada, canonicalJson(of));

/** A door whose reflex accepts everything at once, with the digest of what it was sent first. */
function opened({ refuses = false, digest = underKey(body) } = {}) {
  const log = new InMemoryEventLog();
  const verdicts = new Verdicts();
  let [asked, published] = [0, 0];
  const ask = async (): Promise<Uint8Array> => {
    asked++;
    return bytes;
  };
  const accept = async (_subject: string, headers: readonly (readonly [string, string])[]): Promise<void> => {
    published++;
    const id = headers.find(([name]) => name === 'ce-subject')?.[1] ?? '';
    const subject = `${taskPrefix('acme', id)}.${facet.request('submit', id)}`;
    const event: EventBody = { type: 'task.accepted.v1', data: { bodyDigest: digest } };
    await log.append({ subject, envelope: envelopeOf(event.type, id), body: event }, { filter: subject, sequence: 0 });
    const stored = await log.last(subject);
    if (stored !== undefined) verdicts.seen(stored);
  };
  const admit = (): void => {
    if (refuses) throw new RequestFault('log-full', 'no more');
  };
  const sealing = new KeyedSealing(new KeyRing({ ask, keepMs: 0 }));
  const door = new Door(accept, DOOR_KEY, () => instantOf(0), sealing, admit);
  const parts = { log, door, verdicts, doorKey: DOOR_KEY, clock: () => instantOf(0) };
  const enter = (of: Commands['submit'], idempotencyKey?: string) =>
    enterOnce(parts, principal, 'submit', of, { body: of, idempotencyKey, traceparent: undefined });
  return { enter, asked: () => asked, published: () => published };
}

describe('a command with an id that is minted at the door', () => {
  it('asks for the key of its person once', async () => {
    const { enter, asked } = opened();
    expect(await enter(body)).toMatchObject({ event: { body: { type: 'task.accepted.v1' } }, repeated: false });
    expect(asked()).toBe(1);
  });

  it('enters once under one idempotency key, and is known again, also by a digest of before there was a vault', async () => {
    for (const digest of [underKey(body), bodyDigest(DOOR_KEY, 'acme', body)]) {
      const { enter, published } = opened({ digest });
      const first = await enter(body, 'order-1');
      expect(await enter(body, 'order-1')).toMatchObject({ id: first.id, repeated: true });
      expect(published()).toBe(1);
    }
  });

  it('is refused when its key was used with another body, also when that was faster', async () => {
    const { enter } = opened();
    await enter(body, 'order-1');
    await expect(enter({ ...body, goal: 'another' }, 'order-1')).rejects.toMatchObject({ code: 'idempotency-conflict' });
    const racing = opened({ digest: underKey({ ...body, goal: 'another' }) });
    await expect(racing.enter(body, 'order-1')).rejects.toMatchObject({ code: 'idempotency-conflict' });
    // Without a key nobody else can have its id.
    await expect(racing.enter(body)).resolves.toMatchObject({ repeated: false });
  });

  it('that is not let in leaves no key behind', async () => {
    const { enter, asked, published } = opened({ refuses: true });
    await expect(enter(body)).rejects.toMatchObject({ code: 'log-full' });
    expect([asked(), published()]).toEqual([0, 0]);
  });
});
