import { CLASSES } from '@octobus/contracts';
import { type ConsumerGroup, armDurableName } from '@octobus/jetstream';

/** Shares of what is begun while every class has something waiting. */
const WEIGHTS = { a: 8, b: 3, c: 1 } as const;

/** Steps of one arm, `concurrency` of them at once. */
export const stepGroup = (arm: string, concurrency: number, streams: readonly string[]): ConsumerGroup => ({
  payload: 'events',
  durables: CLASSES.flatMap((priority) =>
    streams.map((stream) => ({ stream, name: armDurableName(arm, priority), weight: WEIGHTS[priority] })),
  ),
  concurrency,
  ackWaitMs: 5_000,
  maxDeliveries: 12,
  service: `arm-${arm}`,
});
