import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { STREAMS, facet, scope, taskPrefix } from '@octobus/contracts';
import { envelopeOf } from '@octobus/event-log/testing';
import { type TestBus, openTestBus } from '../../test/bus.ts';
import { ConsumedEventLog } from './consumed-event-log.ts';

const EVENTS = 4_500;
let test: TestBus;

beforeAll(async () => {
  test = await openTestBus();
  const log = new ConsumedEventLog(test.bus);
  const body = { type: 'task.steps-scheduled.v1', data: {} } as const;
  const one = async (): Promise<void> => {
    const id = randomUUID();
    const prefix = taskPrefix('acme', id);
    await log.append(
      { subject: `${prefix}.${facet.steps(1)}`, envelope: envelopeOf(body.type, id), body },
      { filter: scope.flow(prefix), sequence: 0 },
    );
  };
  for (let i = 0; i < EVENTS; i += 500) await Promise.all(Array.from({ length: 500 }, one));
}, 60_000);
afterAll(() => test.close());

async function read(between: () => Promise<void>): Promise<number> {
  let events = 0;
  for await (const batch of new ConsumedEventLog(test.bus).read('evt.>', 1)) {
    if (events === 0) await between();
    events += batch.length;
  }
  return events;
}

describe('a reading through a consumer', () => {
  it('gives everything', async () => {
    expect(await read(async () => undefined)).toBe(EVENTS);
  });

  it('never takes a consumer that is gone for the end of the log', async () => {
    const forget = async (): Promise<void> => {
      const made = (await test.admin.consumers.list(STREAMS.events).next()).filter(({ config }) => config.durable_name === undefined);
      expect(made).toHaveLength(1);
      for (const { name } of made) await test.admin.consumers.delete(STREAMS.events, name);
    };
    await expect(read(forget)).rejects.toMatchObject({ code: 'log-unavailable', retryable: true });
  });
});
