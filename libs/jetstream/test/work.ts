import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { Bus } from '../src/connect.ts';
import { ConsumerHost, type ConsumerHostOptions, type HostedMessage } from '../src/consumer/consumer-host.ts';
import { type TestBus, openTestBus } from './bus.ts';

export const WORK = 'WORK';

export interface WorkBench extends TestBus {
  /** Stores messages `work.<class>.<key>`; answers their sequences. */
  put(subject: string, ...bodies: readonly string[]): Promise<number[]>;
  pending(durable: string): Promise<{ readonly unacked: number; readonly undelivered: number }>;
}

/** A stream of work with one durable a class: `work-a`, `work-b`, `work-c`. */
export async function openWorkBench(ackWaitMs: number): Promise<WorkBench> {
  const test = await openTestBus();
  await test.admin.streams.add({ name: WORK, subjects: ['work.>'] });
  for (const name of ['a', 'b', 'c']) {
    await test.admin.consumers.add(WORK, {
      durable_name: `work-${name}`,
      filter_subjects: [`work.${name}.>`],
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ack_wait: nanos(ackWaitMs),
      max_deliver: -1,
    });
  }
  return {
    ...test,
    put: (subject, ...bodies) =>
      Promise.all(
        bodies.map(async (body) => (await test.bus.connection.request(subject, body, { timeout: 5_000 })).json<{ seq: number }>().seq),
      ),
    pending: async (durable) => {
      const info = await test.admin.consumers.info(WORK, durable);
      return { unacked: info.num_ack_pending, undelivered: info.num_pending };
    },
  };
}

export const textOf = (message: HostedMessage): string => new TextDecoder().decode(message.data);

export function hostOn(bus: Bus, handler: ConsumerHostOptions['handler'], options: Partial<ConsumerHostOptions> = {}): ConsumerHost {
  const host = new ConsumerHost({
    bus,
    durables: [{ stream: WORK, name: 'work-a', weight: 1 }],
    concurrency: 4,
    ackWaitMs: 1_000,
    maxDeliveries: 5,
    service: 'tester',
    handler,
    ...options,
  });
  host.start();
  return host;
}
