import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createInbox } from '@nats-io/transport-node';
import { taskPrefix } from '@octobus/contracts';
import { startNats } from '@octobus/testing';
import type { NatsFixture } from '@octobus/testing';
import { ask, configOf, everything, held, landscapeOf, openPlatform, store } from '../../test/platform.ts';
import type { Platform } from '../../test/platform.ts';
import { readLogSizes } from './log-size.ts';
import { INGRESS_PER_SUBJECT } from './streams.ts';

const landscape = landscapeOf();
let server: NatsFixture;
let platform: Platform;

const own = taskPrefix('acme', 'mine');
const foreign = taskPrefix('globex', 'victim');
const decision = `${foreign}.flow.end`;
const blob = `blob.${'cd'.repeat(32)}.0`;

beforeAll(async () => {
  server = await startNats({ config: configOf(landscape) });
  platform = await openPlatform(server.url, landscape);
  const owner = await platform.as('PLATFORM');
  await store(owner, decision);
  await store(owner, `${foreign}.request.submit.1`);
  await store(owner, 'ingress.globex.submit');
  await store(owner, blob, 'content');
});

afterAll(async () => {
  await platform?.close();
  await server?.stop();
});

const ACCOUNTS = ['GATEWAY', 'REFLEX', 'ORCHESTRATOR', 'PROJECTOR', 'MEMORY', 'ARM_NOOP', 'T_acme'];
const STREAM_NAMES = ['EVENTS', 'INGRESS', 'CONTENT', 'DLQ', 'TIMERS', 'KEYS', 'KV_LIMITS', 'KV_CACHE'];
const consumer = (stream: string, name: string, more: object) =>
  JSON.stringify({ stream_name: stream, config: { name, durable_name: name, ack_policy: 'explicit', deliver_policy: 'all', ...more } });

/** Requests of the management API that would change or tell something. */
const requests = (stream: string): readonly (readonly [subject: string, payload: string])[] => [
  [`$JS.API.STREAM.DELETE.${stream}`, ''],
  [`$JS.API.STREAM.PURGE.${stream}`, '{}'],
  [`$JS.API.STREAM.UPDATE.${stream}`, JSON.stringify({ name: stream, subjects: ['x.>'], allow_rollup_hdrs: true })],
  [`$JS.API.STREAM.CREATE.OWN-${stream}`, JSON.stringify({ name: `OWN-${stream}`, sources: [{ name: stream }] })],
  [`$JS.API.STREAM.MSG.DELETE.${stream}`, '{"seq":1}'],
  [`$JS.API.STREAM.SNAPSHOT.${stream}`, '{"deliver_subject":"mine.snapshot"}'],
  [`$JS.API.STREAM.RESTORE.${stream}`, '{}'],
  [`$JS.API.CONSUMER.CREATE.${stream}.foreign`, consumer(stream, 'foreign', {})],
  [`$JS.API.CONSUMER.CREATE.${stream}.foreign.evt.>`, consumer(stream, 'foreign', { filter_subject: 'evt.>' })],
  [`$JS.API.CONSUMER.CREATE.${stream}`, consumer(stream, '', { durable_name: '', name: '' })],
  [`$JS.API.CONSUMER.DURABLE.CREATE.${stream}.foreign`, consumer(stream, 'foreign', { deliver_subject: decision })],
  [`$JS.API.CONSUMER.CREATE.${stream}.planting`, consumer(stream, 'planting', { deliver_subject: `${foreign}.flow.planted` })],
  [`$JS.API.CONSUMER.CREATE.${stream}.orchestrator`, consumer(stream, 'orchestrator', { filter_subject: 'evt.none' })],
  [`$JS.API.CONSUMER.DELETE.${stream}.orchestrator`, ''],
  [`$JS.API.CONSUMER.RESET.${stream}.orchestrator`, '{}'],
  [`$JS.API.CONSUMER.PAUSE.${stream}.orchestrator`, '{"pause_until":"2099-01-01T00:00:00Z"}'],
  [`$JS.API.CONSUMER.UNPIN.${stream}.orchestrator`, '{"group":"g"}'],
  [`$JS.API.CONSUMER.LIST.${stream}`, ''],
  [`$JS.API.CONSUMER.NAMES.${stream}`, ''],
];
const GENERAL: readonly (readonly [string, string])[] = [
  ['$JS.API.STREAM.LIST', ''],
  ['$JS.API.STREAM.NAMES', ''],
  ['$JS.API.STREAM.CREATE.MIRROR', JSON.stringify({ name: 'MIRROR', mirror: { name: 'EVENTS' } })],
  ['$JS.API.ACCOUNT.PURGE.PLATFORM', ''],
  ['$JS.API.META.LEADER.STEPDOWN', ''],
  ['$SYS.REQ.ACCOUNT.PLATFORM.JSZ', ''],
  ['$SYS.REQ.SERVER.PING', ''],
];

const refused = (text: string | undefined): boolean => text === undefined || text === '' || text.includes('"error"');

describe('the management of streams', () => {
  it.each(ACCOUNTS)('%s can neither change nor list a stream or a consumer', async (account) => {
    const before = await everything(platform);
    const connection = await platform.freshAs(account);
    for (const [subject, payload] of [...STREAM_NAMES.flatMap(requests), ...GENERAL]) {
      const answer = await ask(connection, subject, payload, { withinMs: 150 });
      expect([subject, refused(answer?.string())]).toEqual([subject, true]);
    }
    expect(await everything(platform)).toEqual(before);
  });

  it('the platform’s own account can make and remove a consumer and a stream, by the same requests', async () => {
    const owner = await platform.as('PLATFORM');
    const before = await everything(platform);
    expect(refused((await ask(owner, '$JS.API.CONSUMER.CREATE.EVENTS.foreign', consumer('EVENTS', 'foreign', {})))?.string())).toBe(false);
    expect(await everything(platform)).not.toEqual(before);
    expect(refused((await ask(owner, '$JS.API.CONSUMER.DELETE.EVENTS.foreign'))?.string())).toBe(false);
    expect(refused((await ask(owner, '$JS.API.STREAM.LIST'))?.string())).toBe(false);
    expect(await everything(platform)).toEqual(before);
  });

  it('not even the platform’s own account deletes an event or a piece of content by its sequence', async () => {
    const owner = await platform.as('PLATFORM');
    for (const stream of ['EVENTS', 'CONTENT']) {
      expect(refused((await ask(owner, `$JS.API.STREAM.MSG.DELETE.${stream}`, '{"seq":1}'))?.string())).toBe(true);
    }
    expect(await held(platform, 'EVENTS', [decision])).toEqual([decision]);
  });

  it('a dead letter is deleted by the platform’s own account and by no other, not even by who shows it', async () => {
    const owner = await platform.as('PLATFORM');
    const seq = await store(owner, 'dlq.reflex.acme.command.1', 'what somebody wrote');
    const remove = JSON.stringify({ seq });
    const there = () => held(platform, 'DLQ', ['dlq.reflex.acme.command.1']);
    for (const account of ACCOUNTS) {
      const connection = await platform.freshAs(account);
      await ask(connection, '$JS.API.STREAM.MSG.DELETE.DLQ', remove, { withinMs: 150 });
      await ask(connection, '$JS.API.STREAM.PURGE.DLQ', '{}', { withinMs: 150 });
      expect([account, await there()]).toEqual([account, ['dlq.reflex.acme.command.1']]);
    }
    expect(refused((await ask(owner, '$JS.API.STREAM.MSG.DELETE.DLQ', remove))?.string())).toBe(false);
    expect(await there()).toEqual([]);
  });

  it('a piece of content is purged by the platform’s own account and by no other, not even the vault’s', async () => {
    const owner = await platform.as('PLATFORM');
    const piece = `blob.${'ab'.repeat(32)}.0`;
    await store(owner, piece, 'sealed');
    const purge = JSON.stringify({ filter: piece });
    for (const account of [...ACCOUNTS, 'VAULT']) {
      const connection = await platform.freshAs(account);
      for (const body of [purge, '{}']) await ask(connection, '$JS.API.STREAM.PURGE.CONTENT', body, { withinMs: 150 });
      expect([account, await held(platform, 'CONTENT', [piece])]).toEqual([account, [piece]]);
    }
    expect(refused((await ask(owner, '$JS.API.STREAM.PURGE.CONTENT', purge))?.string())).toBe(false);
    expect(await held(platform, 'CONTENT', [piece])).toEqual([]);
  });

  it('only who admits or folds may ask how large the log is, and of no other stream', async () => {
    const told: string[] = [];
    for (const account of ['PLATFORM', ...ACCOUNTS]) {
      const connection = await platform.freshAs(account);
      for (const stream of STREAM_NAMES) {
        const answer = await ask(connection, `$JS.API.STREAM.INFO.${stream}`, '', { withinMs: 300 });
        if (!refused(answer?.string())) told.push(`${account} ${stream}`);
      }
    }
    expect(told).toEqual([...STREAM_NAMES.map((stream) => `PLATFORM ${stream}`), 'GATEWAY EVENTS', 'REFLEX EVENTS', 'PROJECTOR EVENTS']);
  });

  it('a service reads the size of the log: the number of its events, and more bytes with each', async () => {
    const reflex = await platform.as('REFLEX');
    const [before] = await readLogSizes(reflex, 1);
    expect(before?.events).toBe((await platform.admin.streams.info('EVENTS')).state.messages);
    await store(await platform.as('PLATFORM'), `${own}.flow.one-more`);
    const [after] = await readLogSizes(reflex, 1);
    expect([(after?.events ?? 0) - (before?.events ?? 0), (after?.bytes ?? 0) > (before?.bytes ?? 0)]).toEqual([1, true]);
    await expect(readLogSizes(await platform.as('ARM_NOOP'), 1)).rejects.toMatchObject({ code: 'provisioning-unavailable' });
  });

  it('JetStream tells a tenant nothing of the platform’s streams', async () => {
    const told = JSON.parse((await ask(await platform.as('T_acme'), '$JS.API.INFO'))?.string() ?? '{}');
    expect(told).toMatchObject({ streams: 0, consumers: 0, storage: 0 });
    const known = JSON.parse((await ask(await platform.as('ARM_NOOP'), '$JS.API.INFO'))?.string() ?? '{}');
    expect(known.streams).toBe(STREAM_NAMES.length);
  });
});

describe('headers that give the server orders', () => {
  const note = (k: number): string => `${own}.arm.noop.s.1.note.${k}`;
  const ORDERS: readonly Readonly<Record<string, string>>[] = [
    { 'Nats-Rollup': 'all' },
    { 'Nats-Rollup': 'sub' },
    { 'Nats-TTL': '1s' },
    { 'Nats-Schedule': '@at 2026-01-01T00:00:00Z', 'Nats-Schedule-Target': decision },
    { 'Nats-Schedule': '@every 1s', 'Nats-Schedule-Target': `${foreign}.flow.planted` },
    { 'Nats-Scheduler': decision, 'Nats-Schedule-Next': 'purge' },
    { 'Nats-Batch-Id': 'b', 'Nats-Batch-Sequence': '1', 'Nats-Batch-Commit': '1' },
    { 'Nats-Incr': '1' },
    { 'Nats-Stream-Source': 'DLQ 999 never.matches > dlq.x' },
  ];

  it.each(ORDERS)('%j is refused on the log, and the same message without it is stored', async (headers) => {
    const arm = await platform.as('ARM_NOOP');
    const before = (await platform.admin.streams.info('EVENTS')).state.messages;
    expect(await store(arm, note(1), '{}', { headers })).toBeUndefined();
    expect((await platform.admin.streams.info('EVENTS')).state.messages).toBe(before);
    expect(await store(arm, note(1))).toBeGreaterThan(0);
    expect(await held(platform, 'EVENTS', [decision, `${foreign}.flow.planted`])).toEqual([decision]);
  });

  it.each(ORDERS)('%j is refused on a tenant’s command, and the same command without it is stored', async (headers) => {
    const tenant = await platform.as('T_acme');
    expect(await store(tenant, 'ingress.acme.submit', '{}', { headers })).toBeUndefined();
    expect(await store(tenant, 'ingress.acme.submit')).toBeGreaterThan(0);
    expect(await held(platform, 'INGRESS', ['ingress.globex.submit'])).toEqual(['ingress.globex.submit']);
  });

  it('a message id makes no other message vanish: neither on the log nor among commands', async () => {
    const headers = { 'Nats-Msg-Id': 'the-same' };
    expect(await store(await platform.as('ARM_NOOP'), note(2), '{}', { headers })).toBeGreaterThan(0);
    expect(await store(await platform.as('ORCHESTRATOR'), `${own}.flow.end`, '{}', { headers })).toBeGreaterThan(0);
    expect(await store(await platform.as('T_acme'), 'ingress.acme.submit', '{}', { headers })).toBeGreaterThan(0);
    expect(await store(await platform.as('T_globex'), 'ingress.globex.submit', '{}', { headers })).toBeGreaterThan(0);
  });

  it('a trace of a message reaches the sender’s own account and is written nowhere in the log', async () => {
    const arm = await platform.as('ARM_NOOP');
    const traces = arm.subscribe('mine.trace', { max: 1 });
    await store(arm, note(3), '{}', { headers: { 'Nats-Trace-Dest': 'mine.trace' } });
    for await (const trace of traces) expect(trace.string()).toContain('"events"');
    for (const target of [`${foreign}.flow.traced`, `${foreign}.arm.planner.s.1.done`]) {
      await store(arm, note(3), '{}', { headers: { 'Nats-Trace-Dest': target } });
      await ask(arm, '$JS.API.INFO');
      expect(await held(platform, 'EVENTS', [target])).toEqual([]);
    }
  });

  it('a later writer who expects what was there before is refused, whoever wrote in between', async () => {
    const expecting = (sequence: number) => ({
      'Nats-Expected-Last-Subject-Sequence': String(sequence),
      'Nats-Expected-Last-Subject-Sequence-Subject': `${own}.arm.noop.s.9.>`,
    });
    const arm = await platform.as('ARM_NOOP');
    const closed = await store(await platform.as('ORCHESTRATOR'), `${own}.arm.noop.s.9.closed`, '{}', { headers: expecting(0) });
    expect(closed).toBeGreaterThan(0);
    expect(await store(arm, `${own}.arm.noop.s.9.done`, '{}', { headers: expecting(0) })).toBeUndefined();
    expect(await store(arm, `${own}.arm.noop.s.9.note.1`, '{}', { headers: expecting(closed ?? 0) })).toBeGreaterThan(0);
  });
});

describe('a tenant that floods the door', () => {
  it('is refused at its own limit and leaves room for the others', async () => {
    const acme = await platform.as('T_acme');
    const waiting = (await platform.admin.streams.info('INGRESS', { subjects_filter: 'ingress.acme.cancel' })).state.subjects ?? {};
    expect(waiting).toEqual({});
    for (let i = 0; i < INGRESS_PER_SUBJECT; i++) acme.publish('ingress.acme.cancel', '{}', { reply: createInbox() });
    await acme.flush();
    expect(await store(acme, 'ingress.acme.cancel')).toBeUndefined();
    expect(await store(await platform.as('T_globex'), 'ingress.globex.cancel')).toBeGreaterThan(0);
    const { subjects } = (await platform.admin.streams.info('INGRESS', { subjects_filter: 'ingress.acme.cancel' })).state;
    expect(subjects).toEqual({ 'ingress.acme.cancel': INGRESS_PER_SUBJECT });
  });
});
