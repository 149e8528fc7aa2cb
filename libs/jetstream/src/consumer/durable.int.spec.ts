import { setTimeout as pass } from 'node:timers/promises';
import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { openTestBus } from '../../test/bus.ts';
import { durableContract } from '../../test/durable.contract.ts';
import type { Pulled } from './host-ports.ts';
import { PullSource } from './pull-source.ts';

const ACK_WAIT_MS = 1_000;
const MAX_ACK_PENDING = 20;

durableContract('nats-server', async () => {
  const test = await openTestBus();
  await test.admin.streams.add({ name: 'WORK', subjects: ['work.>'] });
  await test.admin.consumers.add('WORK', {
    durable_name: 'work',
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(ACK_WAIT_MS),
    max_ack_pending: MAX_ACK_PENDING,
    max_deliver: -1,
  });
  return {
    ackWaitMs: ACK_WAIT_MS,
    maxAckPending: MAX_ACK_PENDING,
    put: async (n) => {
      for (let i = 0; i < n; i++) await test.bus.connection.request(`work.${i}`, '', { timeout: 5_000 });
    },
    pull: (most) => {
      const got: Pulled[] = [];
      const options = { stream: 'WORK', durable: 'work', prefetch: most, room: () => most - got.length, onProblem: () => undefined };
      const source = new PullSource({ ...options, bus: test.bus, onMessage: (message) => got.push(message) });
      return { got, source };
    },
    pass: (ms) => pass(ms),
    close: () => test.close(),
  };
});
