import { type ConsumerGroup, ORCHESTRATOR_TIMERS } from '@octobus/jetstream';

/** Events held of all streams. */
const PREFETCH = 256;

/** Many tasks at once, the events of one task one after another. A defect ends the task; what may pass is tried again for hours. */
export const taskGroup = (streams: readonly string[]): ConsumerGroup => ({
  payload: 'events',
  durables: streams.flatMap((stream) => [
    { stream, name: 'orchestrator', weight: 1 },
    { stream, name: ORCHESTRATOR_TIMERS, weight: 1 },
  ]),
  concurrency: 128,
  prefetch: PREFETCH / streams.length,
  ackWaitMs: 2_000,
  maxDeliveries: 1_000,
  keyOf: (message) => message.subject.split('.')[4],
  together: 200,
  service: 'orchestrator',
});
