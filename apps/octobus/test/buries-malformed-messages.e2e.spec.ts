import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { taskPrefix } from '@octobus/contracts';
import { eventually } from '@octobus/testing';
import type { NatsConnection, StoredMsg } from 'nats';
import { type BehindTheDoors, openBehind } from './behind-the-doors.ts';
import { command, openTenant } from './nats-client.ts';
import { type RunningOctobus, startOctobus } from './running-octobus.ts';

let octobus: RunningOctobus;
let behind: BehindTheDoors;
let tenant: NatsConnection;

beforeAll(async () => {
  octobus = await startOctobus();
  behind = await openBehind(octobus);
  tenant = await openTenant(octobus.credentials.natsUrl);
  // The key of the tenant's own account is made when it is first needed, and the log says so.
  await goodOne();
}, 60_000);
afterAll(async () => {
  await tenant?.close();
  await behind?.close();
  await octobus?.stop();
  octobus?.remove();
}, 30_000);

const SUBMIT = 'ingress.default.submit';
const planned = (...steps: object[]) => ({ goal: 'secret goal', plan: { steps } });
const noop = (id: string, more: object = {}) => ({ id, agent: 'noop', ...more });
const deep = `{"goal":"secret goal","plan":{"steps":[{"id":"a","agent":"noop","arguments":{"a":${'['.repeat(2_000)}${']'.repeat(2_000)}}}]}}`;
const digest = 'a'.repeat(64);

type Case = readonly [what: string, subject: string, body: unknown, attributes: Readonly<Record<string, string>>, cause: string];

const CASES: readonly Case[] = [
  ['no JSON', SUBMIT, 'secret goal', {}, 'command-malformed'],
  ['nothing', SUBMIT, '', {}, 'command-malformed'],
  ['bytes that are not UTF-8', SUBMIT, Uint8Array.of(0x22, 0xff, 0xfe, 0x22), {}, 'command-malformed'],
  ['2,000 levels', SUBMIT, deep, {}, 'command-malformed'],
  ['an unknown verb', 'ingress.default.dance', { goal: 'secret goal' }, {}, 'command-malformed'],
  ['a wildcard for the verb', 'ingress.default.*', { goal: 'secret goal' }, {}, 'command-malformed'],
  ['a wildcard for the rest', 'ingress.default.>', { goal: 'secret goal' }, {}, 'command-malformed'],
  ['no ce-id', SUBMIT, { goal: 'secret goal' }, { 'ce-id': '' }, 'command-malformed'],
  ['a ce-id of 300 letters', SUBMIT, { goal: 'secret goal' }, { 'ce-id': 'x'.repeat(300) }, 'command-malformed'],
  ['a forged signature', SUBMIT, { goal: 'secret goal' }, { 'octo-door': digest, 'octo-actor': 'key:admin' }, 'command-malformed'],
  ['a signature that is none', SUBMIT, { goal: 'secret goal' }, { 'octo-door': 'yes' }, 'command-malformed'],
  ['headers of 60 kB', SUBMIT, '{"goal":', { 'ce-source': 'x'.repeat(30_000), 'octo-actor': 'y'.repeat(30_000) }, 'command-malformed'],
  ['an unknown field', SUBMIT, { goal: 'secret goal', colour: 1 }, {}, 'command-invalid'],
  ['a key named __proto__', SUBMIT, '{"goal":"secret goal","__proto__":{}}', {}, 'command-invalid'],
  ['an empty goal', SUBMIT, { goal: '' }, {}, 'command-invalid'],
  ['a deadline that is no time', SUBMIT, { goal: 'secret goal', deadline: 'tomorrow' }, {}, 'command-invalid'],
  ['an unknown agent', SUBMIT, planned({ id: 'a', agent: 'nobody' }), {}, 'command-invalid'],
  ['a cyclic plan', SUBMIT, planned(noop('a', { after: ['b'] }), noop('b', { after: ['a'] })), {}, 'command-invalid'],
  ['arguments of 70 kB', SUBMIT, planned(noop('a', { arguments: { a: 'x'.repeat(70_000) } })), {}, 'command-invalid'],
  [
    'a document of 70 kB in one message',
    'ingress.default.ingest',
    { name: 'a', mediaType: 'text/plain', text: 'x'.repeat(70_000) },
    {},
    'command-invalid',
  ],
  ['an unknown task to cancel', 'ingress.default.cancel', { taskId: randomUUID() }, {}, 'task-unknown'],
  ['a tenant to make', 'ingress.default.create-tenant', { name: 'mine' }, {}, 'command-forbidden'],
  [
    'a key of the platform',
    'ingress.default.create-key',
    { keyId: 'abc', secretDigest: digest, scopes: ['platform'] },
    {},
    'command-forbidden',
  ],
  [
    'a key with an expiry nobody can read',
    'ingress.default.create-key',
    { keyId: 'abc', secretDigest: digest, scopes: ['tasks:read'], expiresAt: '2099-01-01 00:00:00Z' },
    {},
    'command-invalid',
  ],
];

/** A good command right behind, and the sequence of its first event. */
async function goodOne(): Promise<{ id: string; first: number }> {
  const id = randomUUID();
  await command(tenant, SUBMIT, planned(noop('a')), { 'ce-id': id, 'ce-subject': id });
  await eventually(async () => (await octobus.client.task(id)).state === 'completed');
  return { id, first: (await octobus.client.timeline(id)).items[0]?.sequence ?? 0 };
}

const letterOf = (message: StoredMsg) => (name: string) => message.header.get(name);

describe('the NATS door', () => {
  it.each(CASES)(
    'buries %s without its payload, unless it may still work, and goes on',
    async (_what, subject, body, attributes, cause) => {
      const log = await behind.lastSequence('EVENTS');
      const dead = await behind.lastSequence('DLQ');
      const { seq } = await command(tenant, subject, body, { 'ce-id': randomUUID(), ...attributes });
      const { id } = await goodOne();
      const [letter, ...others] = await eventually(async () => {
        const letters = await behind.after('DLQ', dead);
        return letters.length > 0 ? letters : undefined;
      });
      expect(others).toEqual([]);
      const header = letterOf(letter as StoredMsg);
      const payload = body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
      expect(letter?.subject).toMatch(new RegExp(`^dlq\\.reflex\\.default\\.(command|unknown)\\.${seq}$`));
      expect([header('octo-dead-cause'), header('octo-dead-digest')]).toEqual([cause, createHash('sha256').update(payload).digest('hex')]);
      expect([header('octo-dead-subject'), header('octo-dead-stream'), header('octo-dead-sequence')]).toEqual([
        subject,
        'INGRESS',
        String(seq),
      ]);
      expect(Buffer.from(letter?.data ?? [])).toEqual(cause === 'task-unknown' ? Buffer.from(payload) : Buffer.of());
      expect([...(letter?.header ?? [])].flat(2).join(' ').length).toBeLessThan(4_000);
      const events = await behind.after('EVENTS', log);
      const told = events
        .filter((event) => !event.subject.startsWith(taskPrefix('default', id)))
        .map(({ header }) => header.get('ce-type'));
      const isDenial = cause === 'command-forbidden' || attributes['octo-door'] !== undefined;
      expect(told).toEqual(isDenial ? ['audit.denied.v1'] : []);
      expect((await behind.streams.streams.info('INGRESS')).state.messages).toBe(0);
      expect(octobus.output()).not.toContain('secret goal');
    },
  );

  it('a second body under one id is a conflict, and the first stays', async () => {
    const id = randomUUID();
    const dead = await behind.lastSequence('DLQ');
    for (const goal of ['the first', 'the second'])
      await command(tenant, SUBMIT, { ...planned(noop('a')), goal }, { 'ce-id': id, 'ce-subject': id });
    await eventually(async () =>
      (await behind.after('DLQ', dead)).some((letter) => letter.header.get('octo-dead-cause') === 'command-conflict'),
    );
    expect((await octobus.client.task(id)).goal).toBe('the first');
  });

  it('believes nobody’s word on who they are', async () => {
    const id = randomUUID();
    const traceparent = 'x'.repeat(50_000);
    await command(tenant, SUBMIT, planned(noop('a')), { 'ce-id': id, 'ce-subject': id, 'octo-actor': 'key:admin', traceparent });
    await eventually(async () => (await octobus.client.task(id)).state === 'completed');
    expect((await octobus.client.task(id)).owner).toBe('nats:default');
    expect((await octobus.client.timeline(id)).items[0]?.actor).toBe('nats:default');
    const [first] = await behind.after('EVENTS', ((await octobus.client.timeline(id)).items[0]?.sequence ?? 1) - 1);
    expect(first?.header.get('traceparent').length).toBeLessThan(60);
  });

  it.each([
    ['Nats-Rollup', 'all'],
    ['Nats-TTL', '1s'],
    ['Nats-Schedule', '@every 1s'],
    ['Nats-Expected-Stream', 'EVENTS'],
    ['Nats-Incr', '+1'],
  ])('a command with %s of the server moves nothing in its streams', async (name, value) => {
    const before = await behind.streams.streams.info('EVENTS');
    const id = randomUUID();
    const sent = await command(tenant, SUBMIT, planned(noop('a')), { 'ce-id': id, 'ce-subject': id, [name]: value }).catch(
      (error: unknown) => error as Error,
    );
    const { id: good } = await goodOne();
    expect((await behind.streams.streams.info('EVENTS')).state.first_seq).toBe(before.state.first_seq);
    if (sent instanceof Error) await expect(octobus.client.task(id)).rejects.toMatchObject({ status: 404 });
    else expect((await octobus.client.task(id)).state).toBe('completed');
    expect((await octobus.client.task(good)).state).toBe('completed');
  });

  it('a message id of another command swallows none', async () => {
    const ids = [randomUUID(), randomUUID()];
    for (const id of ids) await command(tenant, SUBMIT, planned(noop('a')), { 'ce-id': id, 'ce-subject': id, 'Nats-Msg-Id': 'one' });
    for (const id of ids) await eventually(async () => (await octobus.client.task(id)).state === 'completed');
  });

  it('what is too large for a message is refused at once, and the door stays open', async () => {
    await expect(command(tenant, SUBMIT, 'x'.repeat(1_100_000), { 'ce-id': 'large' })).rejects.toThrow('MAX_PAYLOAD');
    await expect(command(tenant, SUBMIT, '{}', { 'ce-id': 'large', 'ce-source': 'x'.repeat(70_000) })).rejects.toThrow('header size');
    await goodOne();
  });
});
