import type { Envelope, EventBody, TimerName } from '@octobus/contracts';
import type { Instant } from '@octobus/kernel';

/** A time that an aggregate waits for, and the event that it becomes then. */
export interface Timer extends TimerName {
  readonly at: Instant;
  readonly envelope: Envelope;
  readonly body: EventBody;
}

/**
 * Timers outlive every process: what was set fires once, at its time or, when nothing ran then, as soon as the log runs again.
 * Order: none between timers. Delivery: the log stores `timer.<name>.<n>` of the aggregate, never early, usually within 250 ms.
 * Idempotency: name and number are the timer's identity; setting it again replaces it, and after it has fired makes it fire again: whoever handles a
 * firing must know whether it still waits for it.
 * Faults: `log-unavailable` (retryable), `log-refused`.
 */
export interface Timers {
  /** Durable when it resolves. */
  set(timer: Timer): Promise<void>;
  /** Nothing happens when there is no such timer; one that fires at this moment may still fire. */
  cancel(timer: TimerName): Promise<void>;
  /** It was set and has not fired; may be behind by some moments. */
  isSet(timer: TimerName): Promise<boolean>;
}
