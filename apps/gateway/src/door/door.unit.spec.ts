import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { HEADER, isSignedAtDoor, subjectToken } from '@octobus/contracts';
import { instantOf } from '@octobus/kernel';
import { KeyRing, KeyedSealing, open, sealedHeader, subjectKey } from '@octobus/sealing';
import type { Principal } from '../auth/principal.ts';
import { Door } from './door.ts';

const DOOR_KEY = 'a door key of the test';
const TASK = '0192f0c1-2d3e-7a4b-8c5d-6e7f8091a2b3';
const bytes = randomBytes(32);
const caller: Principal = { tenant: 'acme', keyId: 'k1', keyDigest: '', actor: 'key:k1', origin: 'rest', scopes: [] };

function doorOf() {
  const published: { subject: string; headers: ReadonlyMap<string, string>; payload: Uint8Array }[] = [];
  const publish = (subject: string, headers: readonly (readonly [string, string])[], payload: Uint8Array): Promise<void> =>
    Promise.resolve(void published.push({ subject, headers: new Map(headers), payload }));
  const sealing = new KeyedSealing(new KeyRing({ ask: () => Promise.resolve(bytes) }));
  return { published, door: new Door(publish, DOOR_KEY, () => instantOf(1_800_000_000_000), sealing) };
}

describe('the door', () => {
  it.each([
    ['the person that the command names', 'Ada', 'Ada'],
    ['the caller, when it names nobody', undefined, 'key:k1'],
  ])('seals what a command brings with the key of %s, and vouches for what it published', async (_who, dataSubject, name) => {
    const { door, published } = doorOf();
    const body = { goal: 'what nobody is to know', ...(dataSubject === undefined ? {} : { dataSubject }) };
    await door.enter(caller, { verb: 'submit', tenant: 'acme', target: TASK, body, traceparent: undefined });
    const [{ subject, headers, payload } = { subject: '', headers: new Map<string, string>(), payload: new Uint8Array() }] = published;
    const text = Buffer.from(payload).toString('utf8');
    expect(text).not.toContain('nobody');
    expect([...headers.values()].join()).not.toContain('Ada');
    const { sealed } = JSON.parse(text) as { sealed: string };
    const token = subjectToken(DOOR_KEY, 'acme', name);
    expect(sealedHeader(sealed)).toMatchObject({ tenant: 'acme', subject: token, id: TASK });
    expect(headers.get(HEADER.dataSubject)).toBe(token);
    expect(JSON.parse(open(subjectKey({ tenant: 'acme', subject: token }, bytes), sealed))).toEqual(body);
    const claim = { subject, id: headers.get(HEADER.id) ?? '', actor: 'key:k1', target: TASK, origin: 'rest', payload };
    expect(isSignedAtDoor(DOOR_KEY, claim, headers.get(HEADER.door))).toBe(true);
  });

  it('leaves commands clear that bring no content', async () => {
    const { door, published } = doorOf();
    await door.enter(caller, { verb: 'cancel', tenant: 'acme', target: TASK, body: { taskId: TASK }, traceparent: undefined });
    expect(Buffer.from(published[0]?.payload ?? []).toString('utf8')).toBe(`{"taskId":"${TASK}"}`);
  });
});
