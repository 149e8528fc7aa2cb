import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { facet, scope, taskPrefix } from '@octobus/contracts';
import type { NewEvent } from '@octobus/event-log';
import { envelopeOf } from '@octobus/event-log/testing';
import { type TestBus, openTestBus } from '../../test/bus.ts';
import { JetStreamEventLog } from './jetstream-event-log.ts';

const eventOf = (id: string, n: number): NewEvent => ({
  subject: `${taskPrefix('acme', id)}.${facet.steps(n)}`,
  envelope: envelopeOf('task.steps-scheduled.v1', id),
  body: { type: 'task.steps-scheduled.v1', data: {} },
});

describe('an append whose ack is lost', () => {
  let test: TestBus;
  beforeAll(async () => {
    test = await openTestBus();
  });
  afterAll(() => test.close());

  const freeze = (signal: 'SIGSTOP' | 'SIGCONT'): void => void process.kill(test.nats.pid() ?? 0, signal);

  it('is repeated with the same expectation until it is answered, and stands in the log once', async () => {
    const log = new JetStreamEventLog(test.bus, { timeoutMs: 150, tries: 30 });
    const id = randomUUID();
    const prefix = taskPrefix('acme', id);
    freeze('SIGSTOP');
    const appending = log.append(eventOf(id, 1), { filter: scope.flow(prefix), sequence: 0 });
    const thawed = setTimeout(() => freeze('SIGCONT'), 1_500);
    const appended = await appending;
    clearTimeout(thawed);
    expect(appended).toMatchObject({ repeated: true });
    expect(await log.load([scope.flow(prefix)])).toHaveLength(1);
    expect((await log.load([scope.flow(prefix)]))[0]?.sequence).toBe('sequence' in appended && appended.sequence);
  });

  it('is a retryable fault when nobody answers at all', async () => {
    const log = new JetStreamEventLog(test.bus, { timeoutMs: 50, tries: 2 });
    const id = randomUUID();
    freeze('SIGSTOP');
    try {
      const appending = log.append(eventOf(id, 1), { filter: scope.flow(taskPrefix('acme', id)), sequence: 0 });
      await expect(appending).rejects.toMatchObject({ code: 'log-unavailable', retryable: true });
      await expect(log.load([scope.flow(taskPrefix('acme', id))])).rejects.toMatchObject({ code: 'log-unavailable' });
    } finally {
      freeze('SIGCONT');
    }
  });

  it('loses no decision and doubles none while the server is killed under eight writers', async () => {
    const log = new JetStreamEventLog(test.bus, { timeoutMs: 300, tries: 60 });
    const tasks = Array.from({ length: 8 }, () => randomUUID());
    const write = async (id: string): Promise<number[]> => {
      const sequences: number[] = [];
      for (let n = 0; n < 30; n++) {
        const appended = await log.append(eventOf(id, n), { filter: scope.flow(taskPrefix('acme', id)), sequence: sequences.at(-1) ?? 0 });
        if ('conflict' in appended) throw new Error('a conflict without a second writer');
        sequences.push(appended.sequence);
      }
      return sequences;
    };
    const writing = Promise.all(tasks.map(write));
    await test.nats.kill9();
    for (const [i, sequences] of (await writing).entries()) {
      const loaded = await log.load([scope.flow(taskPrefix('acme', tasks[i] ?? ''))]);
      expect(loaded.map((event) => event.sequence)).toEqual(sequences);
    }
  }, 60_000);

  it('refuses an event that is too large for one message', async () => {
    const log = new JetStreamEventLog(test.bus);
    const id = randomUUID();
    const event: NewEvent = {
      ...eventOf(id, 1),
      body: { type: 'task.steps-scheduled.v1', data: { content: { clear: { parts: [{ name: 'a', text: 'x'.repeat(1_100_000) }] } } } },
    };
    const appending = log.append(event, { filter: scope.flow(taskPrefix('acme', id)), sequence: 0 });
    await expect(appending).rejects.toMatchObject({ code: 'log-refused', retryable: false });
  });

  it('refuses an attribute that would start another header', async () => {
    const log = new JetStreamEventLog(test.bus);
    const id = randomUUID();
    const event = eventOf(id, 1);
    const forged = { ...event, envelope: { ...event.envelope, actor: 'me\r\nNats-Rollup: all' } };
    const appending = log.append(forged, { filter: scope.flow(taskPrefix('acme', id)), sequence: 0 });
    await expect(appending).rejects.toMatchObject({ code: 'log-refused' });
  });
});
