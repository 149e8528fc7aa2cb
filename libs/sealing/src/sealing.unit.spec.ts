import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type Envelope, type EventBody, clearSlot, facet, partNamed, taskPrefix } from '@octobus/contracts';
import { type EventLog, InMemoryEventLog, type RecordedEvent } from '@octobus/event-log';
import { Fault } from '@octobus/kernel';
import { KeyRing } from './key-ring.ts';
import { contentBytesOf, openSealed, putSealed } from './sealed-pieces.ts';
import { KeyedSealing } from './sealing.ts';
import { type SubjectName, kidOf, subjectKey } from './subject-key.ts';

const TASK = '0190f5fe-7c00-7a00-8abc-0123456789ab';
const OTHER = '0190f5fe-7c00-7a00-8abc-0123456789ff';
const PERSON = '5a0c2f57-2f8e-8b1a-9d31-7c04be19a6f2';
const name = { tenant: 'acme', subject: PERSON };
const SECRET = 'nobody is to know this';

/** A vault in memory: keys by person, made when asked for, and nobody's after an erasure. */
function vault() {
  const keys = new Map<string, Uint8Array | 'erased'>();
  const asked: (string | undefined)[] = [];
  let now = 0;
  const ask = async (subject: SubjectName, dispatch?: string): Promise<Uint8Array> => {
    asked.push(dispatch);
    const key = keys.get(kidOf(subject)) ?? randomBytes(32);
    if (key === 'erased') throw new Fault('subject-erased', { retryable: false, message: 'erased' });
    keys.set(kidOf(subject), key);
    return key;
  };
  const ring = new KeyRing({ ask, clock: () => now, chance: () => 0 });
  return {
    ring,
    asked,
    sealing: new KeyedSealing(ring),
    erase: () => keys.set(kidOf(name), 'erased'),
    pass: (ms: number) => void (now += ms),
  };
}

async function accept(log: EventLog, task = TASK, dataSubject: string | null = PERSON): Promise<void> {
  const subject = `${taskPrefix('acme', task)}.${facet.request('submit', task)}`;
  const body: EventBody = { type: 'task.accepted.v1', data: { owner: 'key:k1', content: clearSlot([{ name: 'goal', text: SECRET }]) } };
  const envelope: Envelope = {
    id: 'e',
    type: body.type,
    source: 't',
    time: '',
    correlation: task,
    causation: '',
    actor: 't',
    ...(dataSubject === null ? {} : { dataSubject }),
  };
  await log.append({ subject, envelope, body }, { filter: subject, sequence: 0 });
}

const goalIn = (events: readonly RecordedEvent[]): string | undefined => {
  const body = events[0]?.body;
  return body?.type === 'task.accepted.v1' ? partNamed(body.data.content, 'goal')?.text : undefined;
};
const everything = [`${taskPrefix('acme', TASK)}.>`];

describe('a log with sealing around it', () => {
  it('holds content sealed and clear facts clear, and shows both to who works with it', async () => {
    const { sealing } = vault();
    const log = new InMemoryEventLog();
    const around = sealing.around(log);
    await accept(around);
    const [stored] = await log.load(everything);
    expect(JSON.stringify(stored)).not.toContain(SECRET);
    expect(stored?.body.data).toEqual({
      owner: 'key:k1',
      content: { sealed: expect.stringMatching(/^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/) },
    });
    expect(goalIn(await around.load(everything))).toBe(SECRET);
    const last = await around.last(`${taskPrefix('acme', TASK)}.${facet.request('submit', TASK)}`);
    expect(goalIn(last === undefined ? [] : [last])).toBe(SECRET);
    for await (const events of around.read('evt.>', 1)) expect(goalIn(events)).toBe(SECRET);
  });

  it('reads what was written clear before, and leaves alone what has no person', async () => {
    const { sealing, asked } = vault();
    const log = new InMemoryEventLog();
    await accept(sealing.around(log), TASK, null);
    expect(goalIn(await log.load(everything))).toBe(SECRET);
    expect(goalIn(await sealing.around(log).load(everything))).toBe(SECRET);
    expect(asked).toEqual([]);
  });

  it('opens nothing that is not wanted', async () => {
    const { sealing } = vault();
    const log = new InMemoryEventLog();
    await accept(sealing.around(log));
    expect(goalIn(await sealing.around(log, { wanted: () => false }).load(everything))).toBeUndefined();
  });

  it('refuses content that was moved to another task', async () => {
    const { sealing } = vault();
    const log = new InMemoryEventLog();
    await accept(sealing.around(log), OTHER);
    const [stored] = await log.load([`${taskPrefix('acme', OTHER)}.>`]);
    const headers = [
      ['ce-id', 'x'],
      ['ce-type', 'task.accepted.v1'],
      ['octo-correlation', TASK],
    ] as const;
    log.plant(`${taskPrefix('acme', TASK)}.${facet.request('submit', TASK)}`, headers, JSON.stringify(stored?.body.data));
    await expect(sealing.around(log).load(everything)).rejects.toMatchObject({ code: 'sealed-foreign' });
  });

  it('shows nothing of a person who was erased, and takes nothing of theirs', async () => {
    const { sealing, ring, erase } = vault();
    const log = new InMemoryEventLog();
    await accept(sealing.around(log));
    erase();
    ring.erased(name);
    const [event] = await sealing.around(log).load(everything);
    expect(event?.body.data).toMatchObject({ owner: 'key:k1', content: { sealed: expect.any(String) } });
    await expect(accept(sealing.around(log), OTHER)).rejects.toMatchObject({ code: 'subject-erased', retryable: false });
  });
});

describe('the keys that a service holds', () => {
  it('are asked for once a minute, however many need them', async () => {
    const { ring, asked, pass } = vault();
    await Promise.all(Array.from({ length: 20 }, () => ring.key(name)));
    expect(asked).toHaveLength(1);
    pass(59_999);
    await ring.key(name);
    expect(asked).toHaveLength(1);
    pass(1);
    await ring.key(name);
    expect(asked).toHaveLength(2);
  });

  it('are dropped when the person is erased, also one that is on its way', async () => {
    const { ring, erase } = vault();
    const onItsWay = ring.key(name);
    ring.erased(name);
    await expect(onItsWay).rejects.toMatchObject({ code: 'subject-erased' });
    expect(() => ring.holds(kidOf(name))).toThrow('destroyed');
    erase();
    ring.forget();
    await expect(ring.key(name)).rejects.toMatchObject({ code: 'subject-erased' });
  });

  it('are asked for again after word of an erasure may have been missed', async () => {
    const { ring, erase } = vault();
    await ring.key(name);
    erase();
    await expect(ring.key(name)).resolves.toBeDefined();
    ring.forget();
    await expect(ring.key(name)).rejects.toMatchObject({ code: 'subject-erased' });
  });

  it('that came together are asked for again apart from each other, and each within a minute', async () => {
    let [now, asked] = [0, 0];
    const ask = async (): Promise<Uint8Array> => {
      asked++;
      return randomBytes(32);
    };
    const ring = new KeyRing({ ask, clock: () => now });
    const people = Array.from({ length: 200 }, (_, i) => ({ tenant: 'acme', subject: `p-${i}` }));
    const need = () => Promise.all(people.map((person) => ring.key(person)));
    await need();
    const bySecond: number[] = [];
    for (; now <= 60_000; now += 1_000) {
      asked = 0;
      await need();
      bySecond.push(asked);
    }
    expect(bySecond.slice(0, 45).every((n) => n === 0)).toBe(true);
    expect(Math.max(...bySecond)).toBeLessThan(60);
    expect(bySecond.reduce((sum, n) => sum + n, 0)).toBe(200);
  });

  it('are asked for once by all attempts of an arm at a time; that one was refused is no refusal of another', async () => {
    const asked: (string | undefined)[] = [];
    const answer = randomBytes(32);
    const ask = async (_person: SubjectName, dispatch?: string): Promise<Uint8Array> => {
      asked.push(dispatch);
      await Promise.resolve();
      if (dispatch === 'closed') throw new Fault('vault-refused', { retryable: false, message: 'no such attempt' });
      return answer;
    };
    const ring = new KeyRing({ ask });
    const attempts = ['closed', ...Array.from({ length: 20 }, (_, i) => `open-${i}`)];
    const given = await Promise.allSettled(attempts.map((dispatch) => ring.key(name, dispatch)));
    expect(given.map(({ status }) => status)).toEqual(['rejected', ...Array.from({ length: 20 }, () => 'fulfilled')]);
    expect(asked).toEqual(['closed', 'open-0']);
  });

  it('are not asked for by one after the other while the vault is silent', async () => {
    let asked = 0;
    const ask = async (): Promise<Uint8Array> => {
      asked++;
      await Promise.resolve();
      throw new Fault('vault-unavailable', { retryable: true, message: 'silent' });
    };
    const ring = new KeyRing({ ask });
    const given = await Promise.allSettled(['a', 'b', 'c'].map((dispatch) => ring.key(name, dispatch)));
    expect(given.every(({ status }) => status === 'rejected')).toBe(true);
    expect(asked).toBe(1);
  });

  it('are asked for by an arm for each of its attempts, while it holds none', async () => {
    const { ring, asked } = vault();
    await ring.key(name, 'dispatch-1');
    await ring.key(name, 'dispatch-2');
    expect(asked).toEqual(['dispatch-1']);
  });
});

describe('content outside the log', () => {
  const store = new Map<string, Uint8Array>();
  const pieces = {
    put: async (bytes: Uint8Array) => {
      const digest = createHash('sha256').update(bytes).digest('hex');
      store.set(digest, bytes);
      return digest;
    },
    get: async (digest: string) =>
      store.get(digest) ?? Promise.reject(new Fault('content-missing', { retryable: false, message: 'missing' })),
  };
  const key = subjectKey(name, randomBytes(32));
  const keyOf = () => Promise.resolve(key);
  const content = randomBytes(100_000);
  async function* cut(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < content.length; at += 30_000) yield content.subarray(at, at + 30_000);
  }
  const of = { tenant: 'acme', id: OTHER, keyOf };

  it('is sealed piece by piece, each named by what lies there, and comes back whole', async () => {
    const blob = await putSealed(pieces, { key, id: OTHER, content: cut() });
    expect(blob).toMatchObject({ size: 100_000, sealed: true });
    expect(blob.pieces).toHaveLength(4);
    for (const bytes of store.values()) expect(Buffer.from(bytes).includes(content.subarray(0, 12))).toBe(false);
    expect(Buffer.from(await openSealed(pieces, blob, of)).equals(content)).toBe(true);
    expect((await putSealed(pieces, { key, id: OTHER, content: cut() })).digest).toBe(blob.digest);
  });

  it('is refused when a piece is missing, of another document, or out of its place', async () => {
    const blob = await putSealed(pieces, { key, id: OTHER, content: cut() });
    const [first = '', second = '', ...rest] = blob.pieces;
    await expect(openSealed(pieces, { ...blob, pieces: [second, first, ...rest] }, of)).rejects.toMatchObject({ code: 'sealed-altered' });
    await expect(openSealed(pieces, { ...blob, pieces: [first, second] }, of)).rejects.toMatchObject({ code: 'sealed-altered' });
    await expect(openSealed(pieces, { ...blob, pieces: [...blob.pieces, first] }, of)).rejects.toMatchObject({ code: 'sealed-altered' });
    await expect(openSealed(pieces, blob, { ...of, id: TASK })).rejects.toMatchObject({ code: 'sealed-foreign' });
    await expect(openSealed(pieces, blob, { ...of, tenant: 'globex' })).rejects.toMatchObject({ code: 'sealed-foreign' });
    await expect(openSealed(pieces, { ...blob, pieces: ['ab'.repeat(32)] }, of)).rejects.toMatchObject({ code: 'content-missing' });
  });

  it('fits its piece when it is sealed', async () => {
    const most = contentBytesOf(512 * 1024);
    const put = async (bytes: Uint8Array): Promise<string> => {
      expect(bytes.length).toBeLessThanOrEqual(512 * 1024);
      return '';
    };
    async function* one(): AsyncGenerator<Uint8Array> {
      yield randomBytes(most);
    }
    const long = subjectKey({ tenant: 't'.repeat(40), subject: 's'.repeat(40) }, randomBytes(32));
    await putSealed({ put, get: pieces.get }, { key: long, id: 'i'.repeat(40), content: one() });
    expect.assertions(1);
  });
});
