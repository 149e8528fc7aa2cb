import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { headers as newHeaders } from '@nats-io/transport-node';
import { HEADER, logStreamOf, logStreams, scope, taskPrefix, timerSubjects } from '@octobus/contracts';
import type { RecordedEvent, Timer } from '@octobus/event-log';
import { envelopeOf } from '@octobus/event-log/testing';
import { formatInstant, instantOf } from '@octobus/kernel';
import { eventually } from '@octobus/testing';
import { type TestBus, openTestBus } from '../../test/bus.ts';
import { JetStreamEventLog } from '../event-log/jetstream-event-log.ts';
import { markerOf, provision, readLogStates } from '../provisioning/index.ts';
import { JetStreamTimers } from './jetstream-timers.ts';

const timerOf = (id: string, inMs: number, n = 1): Timer => {
  const at = instantOf(Date.now() + inMs);
  return {
    address: { tenant: 'acme', aggregate: 'task', id },
    name: 'delay',
    n,
    at,
    envelope: envelopeOf('task.timer-fired.v1', id),
    body: { type: 'task.timer-fired.v1', data: { name: 'delay', n, dueAt: formatInstant(at) } },
  };
};

describe('a timer', () => {
  let test: TestBus;
  let log: JetStreamEventLog;
  let timers: JetStreamTimers;
  beforeAll(async () => {
    test = await openTestBus('jetstream { sync_interval: always }\n');
    log = new JetStreamEventLog(test.bus);
    timers = new JetStreamTimers(test.bus);
  });
  afterAll(() => test.close());

  const firings = (id: string): Promise<readonly RecordedEvent[]> => log.load([scope.timers(taskPrefix('acme', id))]);
  const copies = async (timer: Timer): Promise<number> =>
    Object.values((await test.admin.streams.info('EVENTS', { subjects_filter: timerSubjects(timer).event })).state.subjects ?? {})[0] ?? 0;
  const waiting = async (): Promise<number> =>
    Object.keys((await test.admin.streams.info('TIMERS', { subjects_filter: 'timer.*.*.>' })).state.subjects ?? {}).length;
  /** Until timers that were due before it have surely fired. */
  const barrier = async (): Promise<void> => {
    const id = randomUUID();
    await timers.set(timerOf(id, 0));
    await eventually(async () => (await firings(id)).length === 1);
  };

  it('becomes an event of its task at its time, never before, and waits no longer', async () => {
    const id = randomUUID();
    const timer = timerOf(id, 400);
    await timers.set(timer);
    expect(await waiting()).toBe(1);
    const [fired] = await eventually(async () => {
      const found = await firings(id);
      return found.length > 0 && found;
    });
    expect(fired).toMatchObject({ subject: timerSubjects(timer).event, envelope: timer.envelope, body: timer.body });
    expect(fired?.storedAt).toBeGreaterThanOrEqual(timer.at);
    expect(await waiting()).toBe(0);
  });

  it('that is set again fires once, at the later time', async () => {
    const id = randomUUID();
    await timers.set(timerOf(id, 200));
    const later = timerOf(id, 900);
    await timers.set(later);
    const [fired] = await eventually(async () => {
      const found = await firings(id);
      return found.length > 0 && found;
    });
    await barrier();
    expect(fired?.storedAt).toBeGreaterThanOrEqual(later.at);
    expect(await copies(later)).toBe(1);
  });

  it('that is cancelled does not fire, and cancelling one that is not there changes nothing', async () => {
    const id = randomUUID();
    const other = randomUUID();
    const timer = timerOf(id, 300);
    await timers.set(timer);
    await timers.set(timerOf(other, 350));
    await timers.cancel(timer);
    await timers.cancel(timerOf(randomUUID(), 0));
    await eventually(async () => (await firings(other)).length === 1);
    await barrier();
    expect(await firings(id)).toEqual([]);
    expect(await waiting()).toBe(0);
  });

  it('leaves one message a shard behind when it is cancelled, however many are', async () => {
    for (let i = 0; i < 200; i++) await timers.cancel(timerOf(randomUUID(), 0));
    const { subjects } = (await test.admin.streams.info('TIMERS', { subjects_filter: 'timer.*.cancel' })).state;
    expect(Object.values(subjects ?? {}).every((count) => count === 1)).toBe(true);
    expect(Object.keys(subjects ?? {}).length).toBeLessThanOrEqual(64);
  });

  it('fires once, and soon, when the server was down at its time', async () => {
    const stopped = timerOf(randomUUID(), 600);
    const killed = timerOf(randomUUID(), 60_000);
    const later = timerOf(randomUUID(), 4_000);
    for (const timer of [stopped, killed, later]) await timers.set(timer);
    await test.nats.restart();
    await eventually(async () => (await firings(stopped.address.id)).length === 1);
    expect(await waiting()).toBe(2);
    await test.nats.kill9();
    await eventually(async () => (await firings(later.address.id)).length === 1);
    await barrier();
    expect([await copies(stopped), await copies(later), await copies(killed)]).toEqual([1, 1, 0]);
    await timers.cancel(killed);
  });

  it('is not taken twice by a log that starts again', async () => {
    const before = await log.lastSequence();
    await test.nats.restart();
    await barrier();
    expect(await log.lastSequence()).toBe(before + 1);
  });

  it('that has fired stays in the log when its copy in the timers’ stream has gone', async () => {
    const { config } = await test.admin.streams.info('EVENTS');
    const timer = timerOf(randomUUID(), 0);
    const { waits, fired, event } = timerSubjects(timer);
    const headers = [
      ['Nats-Schedule', `@at ${formatInstant(timer.at)}`],
      ['Nats-Schedule-Target', fired],
      ['Nats-Schedule-TTL', '1s'],
      [HEADER.id, timer.envelope.id],
    ] as const;
    const head = newHeaders();
    for (const [name, value] of headers) head.set(name, value);
    await test.bus.connection.request(waits, '{}', { headers: head, timeout: 2_000 });
    const held = (stream: string, subject: string) => test.admin.direct.getMessage(stream, { last_by_subj: subject });
    await eventually(async () => (await held('EVENTS', event)) !== null);
    await eventually(async () => (await held('TIMERS', fired)) === null);
    expect((await held('EVENTS', event))?.string()).toBe('{}');
    expect(config.allow_msg_ttl ?? false).toBe(false);
    await test.nats.restart();
    await barrier();
    expect((await held('EVENTS', event))?.string()).toBe('{}');
  });
});

describe('a log of the release before', () => {
  it('takes timers as soon as it is provisioned again, and keeps what it holds', async () => {
    const test = await openTestBus();
    try {
      const { config } = await test.admin.streams.info('EVENTS');
      await test.admin.streams.update('EVENTS', { ...config, sources: [{ name: 'DLQ', filter_subject: 'never.matches' }] });
      await test.admin.streams.delete('TIMERS');
      const id = randomUUID();
      await test.bus.connection.request(`${taskPrefix('acme', id)}.flow.end`, '{}', { timeout: 2_000 });
      const markers = (await readLogStates(test.bus.connection)).map(markerOf);
      await provision(test.bus.connection, { arms: ['noop'], tenants: [], markers });
      const timer = timerOf(id, 0);
      await new JetStreamTimers(test.bus).set(timer);
      const log = new JetStreamEventLog(test.bus);
      await eventually(async () => (await log.last(timerSubjects(timer).event)) !== undefined);
      expect(await log.lastSequence()).toBe(2);
    } finally {
      await test.close();
    }
  });
});

describe('a log on four streams', () => {
  it('stores each firing in the stream of its shard alone', async () => {
    const test = await openTestBus('jetstream {}\n', 4);
    try {
      const timers = new JetStreamTimers(test.bus);
      const set = Array.from({ length: 20 }, () => timerOf(randomUUID(), 0));
      for (const timer of set) await timers.set(timer);
      const streams = logStreams(4).map(({ name }) => name);
      const stored = async (name: string): Promise<readonly string[]> =>
        Object.keys((await test.admin.streams.info(name, { subjects_filter: '>' })).state.subjects ?? {}).toSorted();
      await eventually(async () => (await Promise.all(streams.map(stored))).flat().length >= set.length);
      for (const name of streams) {
        const events = set.map((timer) => timerSubjects(timer).event);
        expect(await stored(name)).toEqual(events.filter((event) => logStreamOf(event, 4) === name).toSorted());
      }
    } finally {
      await test.close();
    }
  });
});
