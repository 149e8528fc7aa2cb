import { randomUUID } from 'node:crypto';
import { scope, taskPrefix, toHeaders } from '@octobus/contracts';
import { envelopeOf } from '@octobus/event-log/testing';
import { headers as newHeaders } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestBus, openTestBus } from '../../test/bus.ts';
import { JetStreamEventLog } from './jetstream-event-log.ts';

let test: TestBus;
beforeAll(async () => {
  test = await openTestBus();
});
afterAll(() => test.close());

async function plant(subject: string, type: string, correlation: string): Promise<void> {
  const headers = newHeaders();
  for (const [name, value] of toHeaders(envelopeOf(type, correlation))) headers.append(name, value);
  await test.bus.connection.request(subject, '{}', { headers, timeout: 2_000 });
}

describe('events of a newer release', () => {
  it('are given to the reader and told of, and nothing else is', async () => {
    const id = randomUUID();
    const prefix = taskPrefix('acme', id);
    await plant(`${prefix}.flow.steps.1`, 'task.steps-scheduled.v1', id);
    await plant(`${prefix}.flow.steps.2`, 'task.steps-scheduled.v2', id);
    await plant(`${prefix}.flow.steps.3`, 'task.teleported.v1', id);
    await plant(`${prefix}.flow.steps.4`, 'task.expired.v2', id);
    const told: string[] = [];
    const dropped: number[] = [];
    const log = new JetStreamEventLog(test.bus, {
      onUnknown: ({ envelope }) => told.push(envelope.type),
      onDropped: ({ sequence }) => dropped.push(sequence),
    });
    expect((await log.load([scope.flow(prefix)])).map(({ body }) => body.type)).toEqual(['task.steps-scheduled.v1', 'unknown', 'unknown']);
    expect(told).toEqual(['task.steps-scheduled.v2', 'task.teleported.v1']);
    expect(dropped).toHaveLength(1);
  });
});
