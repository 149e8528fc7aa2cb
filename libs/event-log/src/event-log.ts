import type { Envelope, EventAddress, EventBody, UnknownBody } from '@octobus/contracts';

/** An event as a writer hands it over: a subject of its own, an envelope whose type matches the body. */
export interface NewEvent {
  readonly subject: string;
  readonly envelope: Envelope;
  readonly body: EventBody;
}

/**
 * An event as it stands in the log. `body.type` equals `envelope.type`, unless an earlier release wrote it in an older version: then the body is what it
 * says today, and `written` what stands there. Types of a newer release come as `unknown`.
 */
export interface RecordedEvent {
  readonly subject: string;
  readonly address: EventAddress;
  readonly sequence: number;
  /** When the log stored it, milliseconds since 1970. */
  readonly storedAt: number;
  readonly envelope: Envelope;
  readonly body: EventBody | UnknownBody;
  /** The body that was stored; absent when it is `body.data` itself. */
  readonly written?: unknown;
}

/** The last sequence the writer has seen under `filter`; 0: nothing yet. Filters come from `scope` of the contracts, nowhere else. */
export interface Expectation {
  readonly filter: string;
  readonly sequence: number;
}

export type Appended =
  /** Durable. `repeated`: this very event (same envelope id) was already there, an earlier ack was lost. */
  | { readonly sequence: number; readonly repeated: boolean }
  /** Somebody else wrote under the filter since: load again and decide again. */
  | { readonly conflict: true };

/**
 * The log of record, or the part of it that one stream holds.
 * Order: sequences ascend within a stream, and an aggregate lives in one. Delivery: `append` answers after the event is durable at the stated level.
 * Idempotency: the identity of an event is its subject; the same append may be repeated with the same expectation for ever.
 * Faults: `log-unavailable` (retryable) when no answer came in time; `log-refused` (not retryable) when the log may not be written.
 */
export interface EventLog {
  append(event: NewEvent, expected: Expectation): Promise<Appended>;
  /** Last event of every subject under the filters, in ascending sequence. `atLeast`: retries until the log holds that sequence. */
  load(filters: readonly string[], options?: { readonly atLeast?: number }): Promise<readonly RecordedEvent[]>;
  /** The last event of one literal subject. */
  last(subject: string): Promise<RecordedEvent | undefined>;
  /**
   * Events under the filter from a sequence (inclusive) to the end as it is now, in batches of bounded size. Goes through everything from there on: for
   * a few events out of many, `load` is faster by far.
   */
  read(filter: string, from: number): AsyncIterable<readonly RecordedEvent[]>;
  /** Sequence of the last event of the whole log; 0 when empty. `atLeast`: asks again for a while before it says less. */
  lastSequence(options?: { readonly atLeast?: number }): Promise<number>;
}
