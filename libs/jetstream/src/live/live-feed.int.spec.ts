import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { facet, scope, taskPrefix } from '@octobus/contracts';
import type { NewEvent, RecordedEvent } from '@octobus/event-log';
import { eventually } from '@octobus/testing';
import { headers as newHeaders } from '@nats-io/transport-node';
import { type TestBus, openTestBus } from '../../test/bus.ts';
import { JetStreamEventLog } from '../event-log/jetstream-event-log.ts';
import { LiveFeed } from './live-feed.ts';

const eventOf = (id: string, n: number): NewEvent => ({
  subject: `${taskPrefix('acme', id)}.${facet.steps(n)}`,
  envelope: {
    id: randomUUID(),
    type: 'task.steps-scheduled.v1',
    source: 'octobus/test',
    time: new Date().toISOString(),
    correlation: id,
    causation: randomUUID(),
    actor: 'service:test',
  },
  body: { type: 'task.steps-scheduled.v1', data: {} },
});

describe('the live feed', () => {
  let test: TestBus;
  let log: JetStreamEventLog;
  beforeAll(async () => {
    test = await openTestBus();
    log = new JetStreamEventLog(test.bus, { timeoutMs: 500, tries: 20 });
  });
  afterAll(() => test.close());

  const append = async (id: string, n: number, sequence = 0): Promise<number> => {
    const appended = await log.append(eventOf(id, n), { filter: scope.flow(taskPrefix('acme', id)), sequence });
    return 'sequence' in appended ? appended.sequence : 0;
  };

  it('gives the events under its filter as the log records them, and nothing else', async () => {
    const [id, other] = [randomUUID(), randomUUID()];
    const heard: RecordedEvent[] = [];
    const feed = new LiveFeed(test.bus, {
      filter: scope.all(taskPrefix('acme', id)),
      onEvent: (event) => heard.push(event),
      onGap: () => undefined,
    });
    await feed.established();
    const first = await append(id, 1);
    await append(other, 1);
    await append(id, 2, first);
    await eventually(() => heard.length === 2);
    expect(heard).toEqual(await log.load([scope.all(taskPrefix('acme', id))]));
    feed.close();
  });

  it('drops what is no event and does not believe a sequence of the writer', async () => {
    const id = randomUUID();
    const prefix = taskPrefix('acme', id);
    const heard: RecordedEvent[] = [];
    const feed = new LiveFeed(test.bus, { filter: scope.all(prefix), onEvent: (event) => heard.push(event), onGap: () => undefined });
    await feed.established();
    const headers = newHeaders();
    for (const [name, value] of [
      ['Nats-Sequence', '1'],
      ['ce-id', 'x'],
      ['ce-type', 'task.steps-scheduled.v1'],
      ['octo-correlation', id],
    ] as const) {
      headers.set(name, value);
    }
    await test.bus.connection.request(`${prefix}.flow.steps.1`, '{}', { timeout: 2_000 });
    const { seq } = (await test.bus.connection.request(`${prefix}.flow.steps.2`, '{}', { timeout: 2_000, headers })).json<{
      seq: number;
    }>();
    await eventually(() => heard.length === 1);
    expect(heard[0]?.sequence).toBe(seq);
    expect(feed.dropped).toBe(1);
    feed.close();
  });

  it('tells of a reconnect, after which a reader closes the gap from the log', async () => {
    const id = randomUUID();
    const prefix = taskPrefix('acme', id);
    const seen = new Set<number>();
    const catchUp = async (): Promise<void> => {
      for (const event of await log.load([scope.flow(prefix)])) seen.add(event.sequence);
    };
    let gaps = 0;
    const feed = new LiveFeed(test.bus, {
      filter: scope.all(prefix),
      onEvent: (event) => void seen.add(event.sequence),
      onGap: () => {
        gaps++;
        void catchUp();
      },
    });
    await feed.established();
    let last = await append(id, 0);
    const writer = new JetStreamEventLog(await test.connect('writer'), { timeoutMs: 500, tries: 20 });
    const writing = (async () => {
      for (let n = 1; n <= 40; n++) {
        const appended = await writer.append(eventOf(id, n), { filter: scope.flow(prefix), sequence: last });
        last = 'sequence' in appended ? appended.sequence : last;
      }
    })();
    await test.nats.kill9();
    await writing;
    await eventually(() => gaps === 1 && seen.has(last) && seen.size === 41, 20_000);
    feed.close();
  }, 40_000);
});
