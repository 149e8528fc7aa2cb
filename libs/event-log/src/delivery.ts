import type { RecordedEvent } from './event-log.ts';

/** One event handed to a durable consumer. It comes again until the handler returns; the same event may come twice even so. */
export interface Delivery {
  readonly event: RecordedEvent;
  /** Later events of the same key that were waiting: they are acknowledged with this one, or come again with it. */
  readonly also?: readonly RecordedEvent[];
  /** 1 the first time. */
  readonly deliveries: number;
  /** Aborted when the service must let go of it. */
  readonly signal: AbortSignal;
}
