import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aggregatePrefix } from '@octobus/contracts';
import { type Bus, JetStreamEventLog, KeyStore, connectBus, provision } from '@octobus/jetstream';
import { instantOf } from '@octobus/kernel';
import { ERASED_KEY, MasterKeys, PROBE } from '@octobus/sealing';
import { type NatsFixture, startNats } from '@octobus/testing';
import { SubjectKeys } from './subject-keys.ts';

const secret = (): string => randomBytes(32).toString('hex');
let nats: NatsFixture;
let bus: Bus;
let store: KeyStore;
let log: JetStreamEventLog;
let count = 0;

beforeAll(async () => {
  nats = await startNats();
  bus = await connectBus({ url: nats.url, name: 'test' });
  await provision(bus.connection, { arms: [], tenants: [], markers: [] });
  store = new KeyStore(bus);
  log = new JetStreamEventLog(bus);
});

afterAll(async () => {
  await bus?.close();
  await nats?.stop();
});

let master = MasterKeys.parse(secret());
const keys = (masters = (): MasterKeys => master): SubjectKeys =>
  new SubjectKeys({ store, log, masters, clock: () => instantOf(Date.now()) });
let person = { tenant: 'acme', subject: '' };
const events = async (): Promise<readonly string[]> =>
  (await log.load([`${aggregatePrefix({ tenant: person.tenant, aggregate: 'subject', id: person.subject })}.>`])).map(
    ({ body }) => body.type,
  );
const erase = async (): Promise<void> => {
  await keys().destroy(person);
  await keys().recordErased({ ...person, commandId: 'c1', causation: 'e1' }, 0);
};
const held = async (): Promise<number> => {
  let messages = 0;
  for await (const kept of store.all()) if (kept.subject === person.subject) messages++;
  return messages;
};

beforeEach(() => {
  person = { tenant: 'acme', subject: `person-${++count}` };
});

describe('the key of a person', () => {
  it('is made once, however many ask at the same time, and the log knows', async () => {
    const instances = [keys(), keys(), keys()];
    const given = await Promise.all([...instances, ...instances, ...instances].map((instance) => instance.get(person)));
    expect(new Set(given.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1);
    expect(given[0]).toHaveLength(32);
    expect(await events()).toEqual(['subject.key-created.v1']);
    expect(await held()).toBe(1);
  });

  it('lies in the stream wrapped', async () => {
    const key = Buffer.from(await keys().get(person));
    const value = (await store.get(person.tenant, person.subject))?.value ?? '';
    expect(value.split('.')).toHaveLength(5);
    for (const form of ['hex', 'base64url'] as const) expect(value).not.toContain(key.toString(form));
  });

  it('that was lost is not replaced by another', async () => {
    await keys().get(person);
    const kept = await store.get(person.tenant, person.subject);
    await store.eraseBefore(person.tenant, person.subject, (kept?.sequence ?? 0) + 1);
    await expect(keys().get(person)).rejects.toMatchObject({ code: 'key-lost', retryable: false });
  });
});

describe('an erasure', () => {
  it('destroys the key for ever: nobody gets it, nobody makes another, and the log says so once', async () => {
    await keys().get(person);
    await Promise.all([erase(), erase()]);
    await erase();
    await expect(keys().get(person)).rejects.toMatchObject({ code: 'subject-erased', retryable: false });
    expect(await events()).toEqual(['subject.key-created.v1', 'subject.erased.v1']);
    expect(await held()).toBe(1);
    expect((await store.get(person.tenant, person.subject))?.value).toBe('erased');
  });

  it('of somebody without a key keeps them from ever getting one', async () => {
    await erase();
    await expect(keys().get(person)).rejects.toMatchObject({ code: 'subject-erased' });
  });

  it('stands against a writer who is late: what was wrapped before can’t be put there again', async () => {
    await keys().get(person);
    const before = await store.get(person.tenant, person.subject);
    await erase();
    expect(await store.put(person.tenant, person.subject, before?.value ?? '', before?.sequence ?? 0)).toBeUndefined();
    expect(await store.put(person.tenant, person.subject, before?.value ?? '', 0)).toBeUndefined();
    await expect(keys().get(person)).rejects.toMatchObject({ code: 'subject-erased' });
  });

  it('holds even when the stream of keys is lost', async () => {
    await erase();
    const kept = await store.get(person.tenant, person.subject);
    await store.eraseBefore(person.tenant, person.subject, (kept?.sequence ?? 0) + 1);
    await expect(keys().get(person)).rejects.toMatchObject({ code: 'subject-erased' });
  });
});

describe('another master key', () => {
  it('wraps every key anew, and the old one opens nothing any more', async () => {
    const old = secret();
    const fresh = secret();
    let masters = MasterKeys.parse(old);
    const before = await keys(() => masters).get(person);
    const away = { tenant: 'acme', subject: `${person.subject}-gone` };
    await keys(() => masters).destroy(away);
    masters = MasterKeys.parse(`${fresh},${old}`);
    // Keys of the tests before are wrapped with another one and must be said to be.
    await expect(keys(() => masters).rewrap()).rejects.toMatchObject({ code: 'master-key-wrong' });
    for await (const { tenant, subject, sequence } of store.all()) {
      if (subject !== person.subject) await store.eraseBefore(tenant, subject, sequence + 1);
    }
    await expect(keys(() => masters).rewrap()).resolves.toBe(1);
    await expect(keys(() => masters).rewrap()).resolves.toBe(0);
    expect((await store.get(PROBE.tenant, PROBE.subject))?.value).toMatch(/^[^.]+\.\./);
    expect(await held()).toBe(1);
    expect(await keys(() => MasterKeys.parse(fresh)).get(person)).toEqual(before);
    await expect(keys(() => MasterKeys.parse(old)).get(person)).rejects.toMatchObject({ code: 'master-key-wrong' });
    master = MasterKeys.parse(fresh);
  });
});

describe('after an erasure', () => {
  it('the stream is written anew: the block that held the key is full and holds next to nothing', async () => {
    await keys().get(person);
    await erase();
    const { connection } = bus;
    const state = async (): Promise<{ last_seq: number; subjects: Record<string, number> }> =>
      (await connection.request('$JS.API.STREAM.INFO.KEYS', JSON.stringify({ subjects_filter: '>' }))).json<{
        state: { last_seq: number; subjects: Record<string, number> };
      }>().state;
    let held = 0;
    for await (const { value } of store.all()) if (value !== ERASED_KEY) held++;
    const before = await state();
    await keys().scour();
    const after = await state();
    expect(held).toBeGreaterThan(0);
    // Six fillers, each deleted again, beside every key that is still held.
    expect(after.last_seq - before.last_seq).toBe(held + 6);
    expect(after.subjects).toEqual(before.subjects);
  });
});
