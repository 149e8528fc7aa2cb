import { STREAMS } from '@octobus/contracts';
import type { ConsumerGroup } from '@octobus/jetstream';

/** Commands are screened side by side, each by itself. */
export const COMMAND_GROUP: ConsumerGroup = {
  payload: 'messages',
  durables: [{ stream: STREAMS.ingress, name: 'reflex', weight: 1 }],
  concurrency: 64,
  prefetch: 128,
  ackWaitMs: 2_000,
  maxDeliveries: 20,
  service: 'reflex',
};
