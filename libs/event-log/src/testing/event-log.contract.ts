import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Envelope, type EventBody, type EventOf, facet, HEADER, scope, shardOf, taskPrefix, toHeaders } from '@octobus/contracts';
import { instantOf } from '@octobus/kernel';
import type { Appended, EventLog, NewEvent, RecordedEvent } from '../event-log.ts';
import type { SeekableLog } from '../log-part.ts';

/** A log and what a test needs around it. */
export interface LogUnderTest {
  readonly log: EventLog;
  /** Parts that aggregates are spread over; 1. */
  readonly parts?: number;
  /** Stores a message past the adapter, as a foreign writer would. Answers its sequence. */
  plant(subject: string, headers: readonly (readonly [string, string])[], body: string): Promise<number>;
  /** Messages read so far that were no events. */
  dropped(): number;
  close(): Promise<void>;
}

const TENANT = 'acme';

export const envelopeOf = (type: string, correlation: string, id: string = randomUUID()): Envelope => ({
  id,
  type,
  source: 'octobus/test',
  time: '2026-11-21T12:00:00.000Z',
  correlation,
  causation: randomUUID(),
  actor: 'service:test',
});

const eventAt = (subject: string, body: EventBody): NewEvent => ({
  subject,
  body,
  envelope: envelopeOf(body.type, subject.split('.')[4] ?? ''),
});

function newTask(): { id: string; prefix: string } {
  const id = randomUUID();
  return { id, prefix: taskPrefix(TENANT, id) };
}

const steps = (n: number): EventOf<'task.steps-scheduled.v1'> => ({
  type: 'task.steps-scheduled.v1',
  data: { reason: `round ${n}` } as never,
});
const done: EventBody = { type: 'task.step-done.v1', data: {} };
const closed: EventBody = { type: 'task.attempt-closed.v1', data: {} };
const note = (k: number): EventBody => ({ type: 'task.step-noted.v1', data: { k } });

const sequenceOf = (appended: Appended): number => {
  if ('conflict' in appended) throw new Error('the append met a conflict');
  return appended.sequence;
};

async function drain(batches: AsyncIterable<readonly RecordedEvent[]>): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const batch of batches) events.push(...batch);
  return events;
}

/** The same aggregate where it does not belong. */
const inNextShard = (prefix: string): string =>
  prefix.replace(/^evt\.(..)/, (_, shard: string) => `evt.${((Number.parseInt(shard, 16) + 1) % 64).toString(16).padStart(2, '0')}`);

/** What every event log promises; run by each adapter. */
export function eventLogContract(name: string, make: () => Promise<LogUnderTest>): void {
  describe(`${name} as an event log`, () => {
    let under: LogUnderTest;
    let log: EventLog;
    beforeAll(async () => {
      under = await make();
      log = under.log;
    });
    afterAll(() => under.close());

    const appendAll = async (events: readonly NewEvent[], filter: string, from = 0): Promise<number> => {
      let sequence = from;
      for (const event of events) sequence = sequenceOf(await log.append(event, { filter, sequence }));
      return sequence;
    };

    it('gives back what was appended, in ascending sequence over all aggregates of a stream', async () => {
      const [one, two] = [newTask(), newTask()];
      const first = eventAt(`${one.prefix}.${facet.steps(1)}`, steps(1));
      const at = sequenceOf(await log.append(first, { filter: scope.flow(one.prefix), sequence: 0 }));
      const next = sequenceOf(
        await log.append(eventAt(`${two.prefix}.${facet.steps(1)}`, steps(1)), { filter: scope.flow(two.prefix), sequence: 0 }),
      );
      if ((under.parts ?? 1) === 1) expect(next).toBeGreaterThan(at);
      expect(await log.lastSequence()).toBe((under.parts ?? 1) === 1 ? next : 2);
      const [event] = await log.load([scope.all(one.prefix)]);
      expect(event).toMatchObject({ subject: first.subject, sequence: at, envelope: first.envelope, body: first.body });
      expect(event?.address).toMatchObject({ tenant: TENANT, aggregate: 'task', id: one.id, facet: ['flow', 'steps', '1'] });
      expect(Math.abs((event?.storedAt ?? 0) - Date.now())).toBeLessThan(60_000);
    });

    it('appends only on the last sequence under the filter, and does not mind other facets', async () => {
      const { prefix } = newTask();
      const filter = scope.flow(prefix);
      const first = sequenceOf(await log.append(eventAt(`${prefix}.${facet.steps(1)}`, steps(1)), { filter, sequence: 0 }));
      const outcome = eventAt(`${prefix}.${facet.done('noop', 's1', 1)}`, done);
      await log.append(outcome, { filter: scope.attempt(prefix, 'noop', 's1', 1), sequence: 0 });
      expect(await log.append(eventAt(`${prefix}.${facet.steps(2)}`, steps(2)), { filter, sequence: 0 })).toEqual({ conflict: true });
      expect(await log.append(eventAt(`${prefix}.${facet.steps(2)}`, steps(2)), { filter, sequence: first })).toMatchObject({
        repeated: false,
      });
    });

    it('lets one of many concurrent writers win', async () => {
      const { prefix } = newTask();
      const expected = { filter: scope.flow(prefix), sequence: 0 };
      const all = await Promise.all(
        Array.from({ length: 8 }, (_, n) => log.append(eventAt(`${prefix}.${facet.steps(n)}`, steps(n)), expected)),
      );
      expect(all.filter((appended) => 'sequence' in appended)).toHaveLength(1);
      expect(await log.load([expected.filter])).toHaveLength(1);
    });

    it('keeps the first outcome of an attempt when two arms report one', async () => {
      const { prefix } = newTask();
      const expected = { filter: scope.attempt(prefix, 'noop', 's1', 1), sequence: 0 };
      const subject = `${prefix}.${facet.done('noop', 's1', 1)}`;
      const [mine, theirs] = [eventAt(subject, done), eventAt(subject, done)];
      const both = await Promise.all([log.append(mine, expected), log.append(theirs, expected)]);
      expect(both.filter((appended) => 'conflict' in appended)).toHaveLength(1);
      const winner = 'conflict' in both[0] ? theirs : mine;
      expect((await log.last(subject))?.envelope.id).toBe(winner.envelope.id);
    });

    it('takes nothing into an attempt after its closing', async () => {
      const { prefix } = newTask();
      const filter = scope.attempt(prefix, 'noop', 's1', 1);
      const noted = sequenceOf(await log.append(eventAt(`${prefix}.${facet.note('noop', 's1', 1, 1)}`, note(1)), { filter, sequence: 0 }));
      await log.append(eventAt(`${prefix}.${facet.closed('noop', 's1', 1)}`, closed), { filter, sequence: noted });
      expect(await log.append(eventAt(`${prefix}.${facet.done('noop', 's1', 1)}`, done), { filter, sequence: noted })).toEqual({
        conflict: true,
      });
      const other = scope.attempt(prefix, 'noop', 's1', 2);
      expect(await log.append(eventAt(`${prefix}.${facet.done('noop', 's1', 2)}`, done), { filter: other, sequence: 0 })).toHaveProperty(
        'sequence',
      );
    });

    it('answers a repeated append with the sequence of the first, and a conflict when the subject is taken by another event', async () => {
      const { prefix } = newTask();
      const expected = { filter: scope.flow(prefix), sequence: 0 };
      const event = eventAt(`${prefix}.${facet.steps(1)}`, steps(1));
      const sequence = sequenceOf(await log.append(event, expected));
      await log.append(eventAt(`${prefix}.${facet.steps(2)}`, steps(2)), { ...expected, sequence });
      expect(await log.append(event, expected)).toEqual({ sequence, repeated: true });
      expect(await log.append(eventAt(event.subject, steps(1)), expected)).toEqual({ conflict: true });
      expect(await log.load([expected.filter])).toHaveLength(2);
    });

    it('loads one aggregate by facets and nothing of another', async () => {
      const { id, prefix } = newTask();
      const other = newTask();
      const request = eventAt(`${prefix}.${facet.request('submit', id)}`, { type: 'task.accepted.v1', data: {} });
      await log.append(request, { filter: scope.requests(prefix), sequence: 0 });
      await log.append(eventAt(`${prefix}.${facet.steps(1)}`, steps(1)), { filter: scope.flow(prefix), sequence: 0 });
      await log.append(eventAt(`${prefix}.${facet.note('noop', 's1', 1, 1)}`, note(1)), {
        filter: scope.attempt(prefix, 'noop', 's1', 1),
        sequence: 0,
      });
      await log.append(eventAt(`${other.prefix}.${facet.steps(1)}`, steps(1)), { filter: scope.flow(other.prefix), sequence: 0 });
      const facets = async (filters: readonly string[]): Promise<string[]> =>
        (await log.load(filters)).map((event) => event.address.facet.join('.'));
      expect(await facets([scope.requests(prefix), scope.flow(prefix), ...scope.outcomes(prefix)])).toEqual([
        `request.submit.${id}`,
        'flow.steps.1',
      ]);
      expect(await facets([scope.all(prefix)])).toHaveLength(3);
      expect(await facets([scope.flow(newTask().prefix)])).toEqual([]);
      expect(await facets([])).toEqual([]);
    });

    it('loads 1,100 events under one filter', async () => {
      const { prefix } = newTask();
      const events = Array.from({ length: 1100 }, (_, n) => eventAt(`${prefix}.${facet.steps(n)}`, steps(n)));
      const last = await appendAll(events, scope.flow(prefix));
      for (const options of [{}, { atLeast: last }]) {
        const loaded = await log.load([scope.flow(prefix), scope.requests(prefix)], options);
        expect(loaded.map((event) => event.subject)).toEqual(events.map((event) => event.subject));
      }
    }, 30_000);

    it('shows a load that needs its own append that append', async () => {
      const { prefix } = newTask();
      const filter = scope.flow(prefix);
      const sequence = await appendAll([eventAt(`${prefix}.${facet.steps(1)}`, steps(1))], filter);
      expect((await log.load([filter], { atLeast: sequence })).at(-1)?.sequence).toBe(sequence);
      expect(await log.load([scope.requests(prefix)], { atLeast: sequence })).toEqual([]);
    });

    it('gives the last snapshot of a fixed subject and the tail behind it', async () => {
      const id = randomUUID();
      const prefix = `evt.${shardOf(id)}.${TENANT}.document.${id}`;
      const filter = scope.flow(prefix);
      const version = (n: string): NewEvent => eventAt(`${prefix}.flow.version.${n}`, { type: 'document.indexed.v1', data: {} });
      await appendAll(['1', '2', 'snapshot', '3', 'snapshot', '4', '5'].map(version), filter);
      const snapshot = await log.last(`${prefix}.flow.version.snapshot`);
      const tail = await drain(log.read(filter, (snapshot?.sequence ?? 0) + 1));
      expect(tail.map((event) => event.address.facet.at(-1))).toEqual(['4', '5']);
      expect(await log.load([filter])).toHaveLength(6);
    });

    it('lets a reader go on where it stopped, without a gap or a repetition', async () => {
      const { prefix } = newTask();
      const filter = scope.flow(prefix);
      const last = await appendAll(
        Array.from({ length: 700 }, (_, n) => eventAt(`${prefix}.${facet.steps(n)}`, steps(n))),
        filter,
      );
      const whole = (await drain(log.read(filter, 1))).map((event) => event.sequence);
      const begun: number[] = [];
      for await (const batch of log.read(filter, 1)) {
        begun.push(...batch.map((event) => event.sequence));
        break;
      }
      const rest = (await drain(log.read(filter, (begun.at(-1) ?? 0) + 1))).map((event) => event.sequence);
      expect(whole).toHaveLength(700);
      expect(begun.length).toBeGreaterThan(0);
      expect([...begun, ...rest]).toEqual(whole);
      expect(await drain(log.read(filter, last + 1))).toEqual([]);
    }, 30_000);

    it('keeps events of a type that this release does not know', async () => {
      const { id, prefix } = newTask();
      const subject = `${prefix}.flow.steps.1`;
      await under.plant(subject, toHeaders(envelopeOf('task.teleported.v7', id)), '{"to":"mars"}');
      expect((await log.last(subject))?.body).toEqual({ type: 'unknown', data: { to: 'mars' } });
      expect(await log.load([scope.flow(prefix)])).toHaveLength(1);
    });

    it('drops and counts what is no event, and reads on behind it', async () => {
      const { id, prefix } = newTask();
      const before = under.dropped();
      const good = toHeaders(envelopeOf('task.steps-scheduled.v1', id));
      const strangers: readonly (readonly [string, readonly (readonly [string, string])[], string])[] = [
        [`${prefix}.flow.steps.1`, [], '{}'],
        [`${prefix}.flow.steps.2`, [[HEADER.id, 'x']], '{}'],
        [`${prefix}.flow.steps.3`, good, 'no json'],
        [`${prefix}.flow.steps.4`, good, ''],
        [`${prefix}.flow.steps.5`, toHeaders(envelopeOf('task.accepted.v1', id)), '{}'],
        [`${prefix}.flow.steps.6`, toHeaders(envelopeOf('task.steps-scheduled.v1', randomUUID())), '{}'],
        [`${prefix}.flow.*.7`, good, '{}'],
        [`${prefix}.flow.>`, good, '{}'],
        [`${prefix}.flow.UPPER.8`, good, '{}'],
        [`${inNextShard(prefix)}.flow.steps.9`, good, '{}'],
      ];
      for (const [subject, headers, body] of strangers) await under.plant(subject, headers, body);
      const sequence = await under.plant(`${prefix}.flow.steps.10`, good, '{}');
      expect((await log.load([scope.flow(prefix)])).map((event) => event.sequence)).toEqual([sequence]);
      expect(under.dropped()).toBe(before + 9);
      expect((await drain(log.read(`evt.*.${TENANT}.task.${id}.>`, 1))).map((event) => event.sequence)).toEqual([sequence]);
      expect(under.dropped()).toBe(before + 9 + 10);
    });

    it('believes the log about subject, sequence and time, whatever the writer put into its headers', async () => {
      const { id, prefix } = newTask();
      const subject = `${prefix}.flow.steps.1`;
      const forged = [
        ['Nats-Subject', `${newTask().prefix}.flow.end`],
        ['Nats-Sequence', '424242'],
        ['Nats-Time-Stamp', '1999-01-01T00:00:00Z'],
        ['Nats-Num-Pending', '0'],
      ] as const;
      const sequence = await under.plant(subject, [...forged, ...toHeaders(envelopeOf('task.steps-scheduled.v1', id))], '{}');
      for (const event of [
        await log.last(subject),
        (await log.load([scope.flow(prefix)]))[0],
        (await drain(log.read(scope.flow(prefix), 1)))[0],
      ]) {
        expect(event).toMatchObject({ subject, sequence });
        expect(event?.storedAt).toBeGreaterThan(Date.parse('2026-01-01'));
      }
    });

    it('refuses to append what readers would drop, and to read a subject that names more than one event', async () => {
      const { id, prefix } = newTask();
      const expected = { filter: scope.flow(prefix), sequence: 0 };
      const fitting = eventAt(`${prefix}.${facet.steps(1)}`, steps(1));
      const refused: readonly NewEvent[] = [
        { ...fitting, subject: `${prefix}.flow.*.1` },
        { ...fitting, subject: `${prefix}.flow.>` },
        { ...fitting, subject: `${prefix}.flow.steps.1 2` },
        { ...fitting, envelope: { ...fitting.envelope, correlation: randomUUID() } },
        { ...fitting, envelope: { ...fitting.envelope, type: 'task.accepted.v1' } },
        { ...fitting, subject: `${prefix}.${facet.request('submit', id)}` },
        { ...fitting, subject: `${newTask().prefix}.${facet.steps(1)}` },
      ];
      for (const event of refused)
        await expect(log.append(event, expected)).rejects.toMatchObject({ code: 'log-refused', retryable: false });
      for (const subject of [`${prefix}.flow.*.1`, scope.flow(prefix), 'evt']) {
        await expect(log.last(subject)).rejects.toMatchObject({ code: 'log-refused' });
      }
      expect(await log.load([scope.all(prefix)])).toEqual([]);
    });
  });
}

/** What a log promises in which a time can be looked up; on a log of its own. */
export function seekableLogContract(name: string, make: () => Promise<LogUnderTest & { readonly log: SeekableLog }>): void {
  describe(`${name} as a log in which a time can be looked up`, () => {
    let under: LogUnderTest;
    let log: SeekableLog;
    beforeAll(async () => {
      const made = await make();
      under = made;
      log = made.log;
    });
    afterAll(() => under.close());

    it('finds the first event of a time, and the place behind the end for a time after all', async () => {
      const { prefix } = newTask();
      const first = sequenceOf(
        await log.append(eventAt(`${prefix}.${facet.steps(1)}`, steps(1)), { filter: scope.flow(prefix), sequence: 0 }),
      );
      const { storedAt = 0 } = (await log.load([scope.flow(prefix)]))[0] ?? {};
      await delay(5);
      const second = sequenceOf(
        await log.append(eventAt(`${prefix}.${facet.steps(2)}`, steps(2)), { filter: scope.flow(prefix), sequence: first }),
      );
      expect(await log.sequenceAt(instantOf(storedAt + 2))).toBe(second);
      expect(await log.sequenceAt(instantOf(storedAt))).toBeLessThanOrEqual(first);
      expect(await log.sequenceAt(instantOf(0))).toBe(1);
      expect(await log.sequenceAt(instantOf(Date.now() + 60_000))).toBe(second + 1);
    });
  });
}
