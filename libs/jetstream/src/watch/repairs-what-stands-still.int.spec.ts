import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createInbox } from '@nats-io/transport-node';
import { type NatsFixture, eventually, startNats } from '@octobus/testing';
import { type Platform, configOf, landscapeOf, openPlatform, store } from '../../test/platform.ts';
import { type Bus, connectBus } from '../connect.ts';
import { BatchHost } from '../consumer/batch-host.ts';
import { ConsumerHost } from '../consumer/consumer-host.ts';
import { toConsumerConfig } from '../provisioning/actual.ts';
import { PROJECTION, durables } from '../provisioning/durables.ts';
import type { DurableReport } from './durable-report.ts';
import type { DurableStanding } from './durable-standing.ts';
import { DurableWatch, type DurableWatchOptions } from './durable-watch.ts';

const ORCHESTRATOR = 'orchestrator';
/** Messages that a reader holds at one time. */
const HELD = 8;
const LIMITS = { looks: 2, backlogMs: 10_000, setBack: 10 };
const landscape = landscapeOf(['acme']);
const named = (...names: readonly string[]) => durables(landscape.arms, []).filter(({ name }) => names.includes(name));

let server: NatsFixture;
let platform: Platform;
let buses: Bus[];
let hosts: { stop(graceMs?: number): Promise<void> }[];

beforeEach(async () => {
  buses = [];
  hosts = [];
  server = await startNats({ config: configOf(landscape) });
  platform = await openPlatform(server.url, landscape);
});
afterEach(async () => {
  await Promise.all(hosts.map((host) => host.stop(0)));
  await Promise.all(buses.map((bus) => bus.close()));
  await platform?.close();
  await server?.stop();
});

let tasks = 0;
/** Events that the orchestrator reads; answers their sequences. */
async function put(n: number): Promise<readonly number[]> {
  const connection = await platform.as('PLATFORM');
  const stored: number[] = [];
  for (let i = 0; i < n; i++) {
    const subject = `evt.00.acme.task.t${++tasks}.request.submit.1`;
    stored.push(await eventually(() => store(connection, subject)));
  }
  return stored;
}

/** A service under its own account; answers the sequences that it has handled, as often as it did. */
async function read(handled: number[] = [], until: Promise<void> = Promise.resolve()): Promise<number[]> {
  const host = new ConsumerHost({
    bus: await busOf('ORCHESTRATOR'),
    durables: [{ stream: 'EVENTS', name: ORCHESTRATOR, weight: 1 }],
    concurrency: HELD,
    ackWaitMs: 2_000,
    maxDeliveries: Infinity,
    service: ORCHESTRATOR,
    handler: async ({ sequence }) => {
      await until;
      handled.push(sequence);
    },
  });
  host.start();
  hosts.push(host);
  return handled;
}

async function busOf(account: string): Promise<Bus> {
  const { user, password } = landscape.credentials[account] ?? { user: '', password: '' };
  const bus = await connectBus({ url: server.url.replace('nats://', `nats://${user}:${password}@`), name: account });
  buses.push(bus);
  return bus;
}

interface Told {
  readonly watch: DurableWatch;
  /** Every change, as `name: state`, with what was repaired marked. */
  readonly changes: string[];
  readonly troubles: unknown[];
  report(): DurableReport;
  of(name: string): DurableStanding | undefined;
}

async function watching(options: Partial<DurableWatchOptions> = {}): Promise<Told> {
  const changes: string[] = [];
  const troubles: unknown[] = [];
  let last: DurableReport | undefined;
  const watch = new DurableWatch({
    connection: await platform.as('PLATFORM'),
    services: named(ORCHESTRATOR),
    limits: LIMITS,
    onReport: (report) => (last = report),
    onChange: (now, _was, repaired) => changes.push(`${now.name}: ${now.state}${repaired ? ', repaired' : ''}`),
    onTrouble: (error) => troubles.push(error),
    ...options,
  });
  const report = (): DurableReport => {
    if (last === undefined) throw new Error('nothing was reported');
    return last;
  };
  return { watch, changes, troubles, report, of: (name) => report().durables.find((standing) => standing.name === name) };
}

const infoOf = (name = ORCHESTRATOR) => platform.admin.consumers.info('EVENTS', name);
const allHandled = (handled: readonly number[], put_: readonly number[]) => () => put_.every((sequence) => handled.includes(sequence));
const idle =
  (name = ORCHESTRATOR) =>
  async () => {
    const { num_pending, num_ack_pending } = await infoOf(name);
    return num_pending + num_ack_pending === 0;
  };
const repeated = (handled: readonly number[], among: readonly number[]) =>
  among.filter((one) => handled.indexOf(one) !== handled.lastIndexOf(one));

/** Fifty events handled by a running service, and a watch that has seen it. */
async function atWork(): Promise<Told & { readonly handled: number[]; readonly first: readonly number[] }> {
  const handled = await read();
  const first = await put(50);
  await eventually(allHandled(handled, first));
  await eventually(idle());
  const told = await watching();
  await told.watch.look();
  expect(told.of(ORCHESTRATOR)).toMatchObject({ state: 'ok', position: first.at(-1) });
  return { ...told, handled, first };
}

describe('the watch over durables', () => {
  it('makes a durable again that was deleted, where it stood, and its service goes on', async () => {
    const { watch, changes, handled, first, of } = await atWork();
    await platform.admin.consumers.delete('EVENTS', ORCHESTRATOR);
    const second = await put(20);
    await watch.look();
    await eventually(allHandled(handled, second));
    await eventually(idle());
    await watch.look();
    expect(changes).toEqual([`${ORCHESTRATOR}: missing, repaired`, `${ORCHESTRATOR}: ok`]);
    expect(of(ORCHESTRATOR)).toMatchObject({ state: 'ok', position: second.at(-1), repairs: 1 });
    expect(repeated(handled, first).length).toBeLessThanOrEqual(HELD);
  });

  it('frees a durable that delivers nothing though its service asks', async () => {
    const { watch, changes, handled } = await atWork();
    await platform.admin.consumers.pause('EVENTS', ORCHESTRATOR, new Date(Date.now() + 3_600_000));
    const second = await put(20);
    for (let i = 0; i < 3; i++) await watch.look();
    await eventually(allHandled(handled, second));
    await eventually(idle());
    await watch.look();
    expect(changes).toEqual([`${ORCHESTRATOR}: stuck, repaired`, `${ORCHESTRATOR}: ok`]);
  });

  it('puts a durable back that was moved ahead: nothing is passed over', async () => {
    const { watch, changes, handled } = await atWork();
    await Promise.all(hosts.map((host) => host.stop(0)));
    const second = await put(20);
    await platform.admin.consumers.reset('EVENTS', ORCHESTRATOR, (second.at(-1) ?? 0) + 1);
    await watch.look();
    await read(handled);
    await eventually(allHandled(handled, second));
    expect(changes).toEqual([`${ORCHESTRATOR}: displaced, repaired`]);
  });

  it('leaves a durable alone that somebody moved back while the server runs: what was handled comes again', async () => {
    const { watch, changes, handled, first } = await atWork();
    await platform.admin.consumers.reset('EVENTS', ORCHESTRATOR, 1);
    await eventually(() => repeated(handled, first).length === first.length);
    await eventually(idle());
    await watch.look();
    expect(changes).toEqual([]);
  });

  it('gives back its settings to a durable, with what it had passed over under others', async () => {
    const { watch, changes, handled } = await atWork();
    await platform.admin.consumers.update('EVENTS', ORCHESTRATOR, { filter_subjects: ['evt.*.*.audit.>'] });
    const second = await put(20);
    await eventually(async () => (await infoOf()).num_pending === 0);
    await watch.look();
    await eventually(allHandled(handled, second));
    expect(changes).toEqual([`${ORCHESTRATOR}: altered, repaired`]);
  });

  it('tells of a durable that nobody reads, and leaves it alone', async () => {
    const told = await watching({ services: named(ORCHESTRATOR, PROJECTION) });
    const stored = await put(5);
    const { created } = await infoOf();
    for (let i = 0; i < 4; i++) await told.watch.look();
    expect(told.changes).toEqual([`${ORCHESTRATOR}: unread`, `${PROJECTION}: unread`].toSorted());
    expect((await infoOf()).created).toBe(created);
    const handled = await read();
    await eventually(allHandled(handled, stored));
    await eventually(idle());
    await told.watch.look();
    expect(told.changes).toContain(`${ORCHESTRATOR}: ok`);
  });

  it('tells of a durable whose service has messages in hand and gets none done, and leaves it alone', async () => {
    const told = await watching();
    const { promise, resolve } = Promise.withResolvers<void>();
    const handled = await read([], promise);
    const stored = await put(5);
    await eventually(async () => (await infoOf()).num_ack_pending === 5);
    for (let i = 0; i < 4; i++) await told.watch.look();
    expect(told.changes).toEqual([`${ORCHESTRATOR}: held`]);
    resolve();
    await eventually(idle());
    await told.watch.look();
    expect(told.changes).toEqual([`${ORCHESTRATOR}: held`, `${ORCHESTRATOR}: ok`]);
    expect(handled.toSorted((a, b) => a - b)).toEqual(stored);
  });

  it('knows from the report of an earlier run where a durable stood', async () => {
    const { report, handled, first } = await atWork();
    await Promise.all(hosts.map((host) => host.stop(0)));
    await platform.admin.consumers.delete('EVENTS', ORCHESTRATOR);
    const known = JSON.parse(JSON.stringify(report())) as DurableReport;
    for (const wanted of named(ORCHESTRATOR)) await platform.admin.consumers.add('EVENTS', toConsumerConfig(wanted));
    const later = await watching({ known });
    await later.watch.look();
    expect(later.changes).toEqual([`${ORCHESTRATOR}: displaced, repaired`]);
    const second = await put(5);
    await read(handled);
    await eventually(allHandled(handled, second));
    expect(repeated(handled, first)).toEqual([]);
  });

  it('forgets the positions of a stream that is another one', async () => {
    const { report } = await atWork();
    const known: DurableReport = { ...report(), streams: { ...report().streams, EVENTS: '2001-01-01T00:00:00Z' } };
    const damaged = known.durables.map((standing) => ({ ...standing, position: 1, created: 'then' }));
    const later = await watching({ known: { ...known, durables: damaged } });
    await later.watch.look();
    expect(later.changes).toEqual([]);
  });

  const flipped = (bytes: Buffer): Buffer => bytes.map((byte, i) => (i === bytes.length >> 1 ? byte ^ 255 : byte)) as Buffer;
  it.each<[what: string, file: string, damage: (bytes: Buffer) => Buffer]>([
    ['whose state is empty', 'o.dat', () => Buffer.alloc(0)],
    ['whose settings have a damaged byte', 'meta.inf', flipped],
  ])('repairs a durable %s when the server comes back', async (_what, file, damage) => {
    const { watch, changes, handled, first, of } = await atWork();
    await Promise.all(hosts.map((host) => host.stop(0)));
    const root = join(server.folder, 'jetstream');
    const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith(join('obs', ORCHESTRATOR, file)));
    expect(paths).toHaveLength(1);
    for (const path of paths) writeFileSync(join(root, path), damage(readFileSync(join(root, path))));
    await server.kill9();
    const second = await put(20);
    await watch.look();
    await read(handled);
    await eventually(allHandled(handled, second));
    expect(repeated(handled, first)).toEqual([]);
    expect(changes).toEqual([expect.stringMatching(/^orchestrator: (missing|displaced), repaired$/)]);
    expect(of(ORCHESTRATOR)?.position).toBe(first.at(-1));
  });

  it('frees the projector, whose late ack for all before it hides the acks of a durable made anew', async () => {
    const folded: number[] = [];
    const gate = { open: Promise.resolve() };
    const bus = await busOf('PROJECTOR');
    const handler = async (messages: readonly { sequence: number }[]) => {
      await gate.open;
      folded.push(...messages.map(({ sequence }) => sequence));
    };
    const host = new BatchHost({ bus, stream: 'EVENTS', durable: PROJECTION, batch: 500, ackWaitMs: 30_000, handler });
    host.start();
    hosts.push(host);
    await put(300);
    await eventually(idle(PROJECTION));
    const told = await watching({ services: named(PROJECTION) });
    await told.watch.look();
    const { promise, resolve } = Promise.withResolvers<void>();
    gate.open = promise;
    const second = await put(10);
    await eventually(() => host.counts.inFlight > 0);
    const { config } = await infoOf(PROJECTION);
    await platform.admin.consumers.delete('EVENTS', PROJECTION);
    await platform.admin.consumers.add('EVENTS', config);
    await platform.admin.consumers.reset('EVENTS', PROJECTION, second[0] ?? 0);
    await eventually(async () => (await infoOf(PROJECTION)).delivered.consumer_seq > 0);
    resolve();
    await eventually(async () => (await infoOf(PROJECTION)).ack_floor.consumer_seq > 300);
    const third = await put(10);
    await eventually(allHandled(folded, third));
    expect(await idle(PROJECTION)()).toBe(false);
    await told.watch.look();
    expect(told.changes).toEqual([`${PROJECTION}: displaced, repaired`]);
    await eventually(idle(PROJECTION));
    expect(allHandled(folded, [...second, ...third])()).toBe(true);
  });

  it('makes the durables of tenants again, and never minds where they stand', async () => {
    const tenants = durables([], ['acme']).filter(({ name }) => name.startsWith('t-'));
    const told = await watching({ tenants: () => tenants });
    await put(20);
    for (let i = 0; i < 4; i++) await told.watch.look();
    await platform.admin.consumers.reset('EVENTS', 't-acme', 10);
    await told.watch.look();
    expect(told.changes.filter((change) => change.startsWith('t-'))).toEqual([]);
    expect((await infoOf('t-acme')).ack_floor.stream_seq).toBe(9);
    await platform.admin.consumers.delete('EVENTS', 't-acme');
    await told.watch.look();
    expect(told.changes).toContain('t-acme: missing, repaired');
    expect((await infoOf('t-acme')).ack_floor.stream_seq).toBe(9);
  });

  it('asks for fifty durables of tenants a look, each in its turn', async () => {
    const names = Array.from({ length: 120 }, (_, i) => `tenant-${i}`);
    const tenants = durables([], names).filter(({ name }) => name.startsWith('t-tenant'));
    const told = await watching({ tenants: () => tenants });
    const repaired: number[] = [];
    for (let i = 0; i < 4; i++) {
      await told.watch.look();
      repaired.push(told.changes.filter((change) => change.endsWith('missing, repaired')).length);
    }
    expect(repaired).toEqual([50, 100, 120, 120]);
  });

  it('says once, not at every look, that it can not look', async () => {
    const told = await watching({ connection: await platform.freshAs('ARM_NOOP') });
    await told.watch.look();
    await told.watch.look();
    expect(told.troubles).toHaveLength(1);
  }, 90_000);

  it('is for the provisioning account alone: nobody else can tell a report, and only the gateway hears it', async () => {
    const heard: string[] = [];
    for (const account of ['GATEWAY', 'ORCHESTRATOR', 'ARM_NOOP', 'PROJECTOR', 'T_acme']) {
      const connection = await platform.as(account);
      connection.subscribe('pub.durables', { callback: (_error, message) => void heard.push(`${account} ${message.string()}`) });
      await connection.flush();
    }
    for (const account of ['GATEWAY', 'ORCHESTRATOR', 'ARM_NOOP', 'REFLEX', 'T_acme']) {
      const connection = await platform.as(account);
      connection.publish('pub.durables', `forged by ${account}`, { reply: createInbox() });
      await connection.flush();
    }
    (await platform.as('PLATFORM')).publish('pub.durables', 'true');
    await eventually(() => heard.includes('GATEWAY true'));
    expect(heard.filter((one) => !one.includes('forged')).toSorted()).toEqual(['GATEWAY true']);
    // What an account publishes to itself stays with it.
    for (const one of heard.filter((text) => text.includes('forged'))) expect(one.split(' ')[0]).toBe(one.split(' ').at(-1));
  });
});
