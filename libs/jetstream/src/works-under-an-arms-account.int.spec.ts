import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { STREAMS, facet, scope, taskPrefix } from '@octobus/contracts';
import { type NewEvent, toRecordedEvent } from '@octobus/event-log';
import { envelopeOf } from '@octobus/event-log/testing';
import { type NatsFixture, eventually, startNats } from '@octobus/testing';
import { type Platform, configOf, landscapeOf, openPlatform } from '../test/platform.ts';
import { type Bus, connectBus } from './connect.ts';
import { ConsumerHost } from './consumer/consumer-host.ts';
import { ContentStore } from './content/content-store.ts';
import { JetStreamEventLog } from './event-log/jetstream-event-log.ts';
import { LiveFeed } from './live/live-feed.ts';
import { armAccount, armDurableName } from './provisioning/index.ts';
import { ask, serve } from './query/query.ts';

const landscape = landscapeOf();

describe('everything an arm does', () => {
  let nats: NatsFixture;
  let platform: Platform;
  const buses: Bus[] = [];
  const busOf = async (account: string): Promise<Bus> => {
    const { user, password } = landscape.credentials[account] ?? { user: '', password: '' };
    const bus = await connectBus({ url: nats.url.replace('://', `://${user}:${password}@`), name: account });
    buses.push(bus);
    return bus;
  };
  beforeAll(async () => {
    nats = await startNats({ config: configOf(landscape) });
    platform = await openPlatform(nats.url, landscape);
  });
  afterAll(async () => {
    await Promise.all(buses.map((bus) => bus.close()));
    await platform.close();
    await nats.stop();
  });

  const scheduled = (id: string, step: string): NewEvent => ({
    subject: `${taskPrefix('acme', id)}.${facet.step('noop', 'a', step, 1)}`,
    envelope: envelopeOf('task.steps-scheduled.v1', id),
    body: { type: 'task.steps-scheduled.v1', data: {} },
  });

  it('works with the rights of its account: take a step, journal it, record the outcome once, hear its closing', async () => {
    const [orchestrator, arm] = [await busOf('ORCHESTRATOR'), await busOf(armAccount('noop'))];
    const [decisions, attempts] = [new JetStreamEventLog(orchestrator), new JetStreamEventLog(arm)];
    const id = randomUUID();
    const prefix = taskPrefix('acme', id);
    const filter = scope.attempt(prefix, 'noop', 's1', 1);
    const closings: string[] = [];
    const feed = new LiveFeed(arm, {
      filter: 'evt.*.*.task.*.arm.noop.*.*.closed',
      onEvent: (event) => closings.push(event.subject),
      onGap: () => undefined,
    });
    await feed.established();
    const done: NewEvent = {
      subject: `${prefix}.${facet.done('noop', 's1', 1)}`,
      envelope: envelopeOf('task.step-done.v1', id),
      body: { type: 'task.step-done.v1', data: {} },
    };
    const answers: unknown[] = [];
    const host = new ConsumerHost({
      bus: arm,
      durables: ['a', 'b', 'c'].map((name) => ({ stream: STREAMS.events, name: armDurableName('noop', name), weight: 1 })),
      concurrency: 2,
      ackWaitMs: 5_000,
      maxDeliveries: 5,
      service: 'arm-noop',
      handler: async (message) => {
        expect(toRecordedEvent(message)?.address.id).toBe(id);
        const note: NewEvent = {
          subject: `${prefix}.${facet.note('noop', 's1', 1, 1)}`,
          envelope: envelopeOf('task.step-noted.v1', id),
          body: { type: 'task.step-noted.v1', data: { k: 1 } },
        };
        const noted = await attempts.append(note, { filter, sequence: 0 });
        const sequence = 'sequence' in noted ? noted.sequence : 0;
        answers.push(await attempts.append(done, { filter, sequence }), await attempts.append(done, { filter, sequence }));
        answers.push(await attempts.last(done.subject));
      },
    });
    host.start();
    await decisions.append(scheduled(id, 's1'), { filter: scope.flow(prefix), sequence: 0 });
    await eventually(() => answers.length === 3 && host.counts.acked === 1);
    expect(answers).toMatchObject([{ repeated: false }, { repeated: true }, { subject: done.subject }]);
    const closed: NewEvent = {
      subject: `${prefix}.${facet.closed('noop', 's2', 1)}`,
      envelope: envelopeOf('task.attempt-closed.v1', id),
      body: { type: 'task.attempt-closed.v1', data: {} },
    };
    await decisions.append(closed, { filter: scope.attempt(prefix, 'noop', 's2', 1), sequence: 0 });
    await eventually(() => closings.length === 1);
    expect(closings).toEqual([closed.subject]);
    feed.close();
    await host.stop();
    expect(await decisions.load([scope.all(prefix)])).toHaveLength(4);
  });

  it('gives up on a step by a dead letter of its own', async () => {
    const [orchestrator, arm] = [await busOf('ORCHESTRATOR'), await busOf(armAccount('noop'))];
    const id = randomUUID();
    const host = new ConsumerHost({
      bus: arm,
      durables: [{ stream: STREAMS.events, name: armDurableName('noop', 'a'), weight: 1 }],
      concurrency: 1,
      ackWaitMs: 5_000,
      maxDeliveries: 3,
      service: 'arm-noop',
      handler: async () => {
        throw new TypeError('broken');
      },
    });
    host.start();
    await new JetStreamEventLog(orchestrator).append(scheduled(id, 's1'), { filter: scope.flow(taskPrefix('acme', id)), sequence: 0 });
    await eventually(() => host.counts.deadLettered === 1);
    await host.stop();
    const letter = await platform.admin.direct.getMessage(STREAMS.deadLetters, { last_by_subj: `dlq.arm-noop.acme.task.${id}` });
    expect(letter?.header.get('octo-dead-cause')).toBe('defect');
  });

  it('writes and reads content, and asks memory', async () => {
    const [arm, memory] = [await busOf(armAccount('noop')), await busOf('MEMORY')];
    const store = new ContentStore(arm);
    const event = `${taskPrefix('acme', randomUUID())}.${facet.done('noop', 's1', 1)}`;
    const digest = await store.put(Buffer.from('a finding'), event);
    expect(await store.put(Buffer.from('a finding'), event)).toBe(digest);
    expect(Buffer.from(await new ContentStore(memory).get(digest)).toString()).toBe('a finding');
    const serving = serve<{ query: string }>(memory, 'query.memory.search', async ({ body }) => ({ hits: [body.query] }));
    await memory.connection.flush();
    expect(await ask(arm, 'query.memory.search', { query: 'crash' }, 2_000)).toEqual({ hits: ['crash'] });
    await serving.close();
  });

  it('can neither load a task nor write a decision', async () => {
    const log = new JetStreamEventLog(await busOf(armAccount('noop')), { timeoutMs: 200, tries: 1 });
    const id = randomUUID();
    const filter = scope.flow(taskPrefix('acme', id));
    await expect(log.load([filter])).rejects.toMatchObject({ code: 'log-unavailable' });
    await expect(log.append(scheduled(id, 's1'), { filter, sequence: 0 })).rejects.toMatchObject({ code: 'log-unavailable' });
    expect(await new JetStreamEventLog(await busOf('ORCHESTRATOR')).load([filter])).toEqual([]);
  });
});
