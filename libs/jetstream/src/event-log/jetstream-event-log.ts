import { setTimeout as pause } from 'node:timers/promises';
import { STREAMS, toHeaders } from '@octobus/contracts';
import {
  type Appended,
  type Expectation,
  LOG_FAULTS,
  type NewEvent,
  type RecordedEvent,
  type SeekableLog,
  type StoredMessage,
  assertReadable,
  assertWritable,
  toRecordedEvent,
} from '@octobus/event-log';
import { type Instant, formatInstant } from '@octobus/kernel';
import type { NatsConnection } from '@nats-io/transport-node';
import { type DirectAnswer, DirectGets } from '../direct-get.ts';
import { fromApiError, isWrongLastSequence } from '../from-nats-error.ts';
import { publishAcked } from '../publish-acked.ts';
import { type Head, Replies } from '../replies.ts';
import { type RetryOptions, retrying } from '../retrying.ts';
import { behind, lastOfSubjects } from './last-of-subjects.ts';

export interface JetStreamEventLogOptions {
  readonly stream?: string;
  /** For one try, milliseconds; 2,000. */
  readonly timeoutMs?: number;
  /**
   * Tries of one append, load or read before it is a fault. Without: 5, of an append 30, some ten seconds: what has been worked out is better kept and
   * offered again than given back to be worked out again, as after the election of a cluster's leader.
   */
  readonly tries?: number;
  /** Told of each message that was read and is no event. */
  readonly onDropped?: (message: StoredMessage) => void;
  /** Told of each event that was read and whose type this release doesn't know. */
  readonly onUnknown?: (event: RecordedEvent) => void;
  /** Events in one batch of `read`, 1 to 1,000; 1,000. */
  readonly batch?: number;
}

/** The end of the log is asked for again, for about a second, when it is known to be further: a server of a cluster may be behind. */
const LAG_TRIES = 10;
const LAG_PAUSE_MS = 100;

/** A batch of `read` ends at this many bytes, so that a reader's memory is bounded by what it asks for. */
const BATCH_BYTES = 4 * 1024 * 1024;

/**
 * The same as `>` in the log. For any other filter the server goes through all subjects a batch, to count what is left: with a million of them an
 * event read by `evt.>` cost it 105 us of CPU, by `>` 15 (2.15.1, batches of 500).
 */
export const EVERY_EVENT = 'evt.>';

/** The log of record on JetStream. `append` and `last` need no more than their subjects; the rest needs the bare direct get of the stream. */
export class JetStreamEventLog implements SeekableLog {
  /** Messages that were read and are no events. */
  dropped = 0;
  private readonly connection: NatsConnection;
  private readonly gets: DirectGets;
  private readonly retry: RetryOptions;
  private readonly appending: RetryOptions;
  private readonly timeoutMs: number;
  private readonly batch: number;
  private readonly onDropped: (message: StoredMessage) => void;
  private readonly onUnknown: (event: RecordedEvent) => void;

  constructor(bus: { readonly connection: NatsConnection }, options: JetStreamEventLogOptions = {}) {
    this.connection = bus.connection;
    this.timeoutMs = options.timeoutMs ?? 2_000;
    this.retry = { tries: options.tries ?? 5, codes: LOG_FAULTS };
    this.appending = { tries: options.tries ?? 30, codes: LOG_FAULTS, goesOn: () => !bus.connection.isClosed() };
    this.batch = options.batch ?? 1_000;
    this.onDropped = options.onDropped ?? (() => undefined);
    this.onUnknown = options.onUnknown ?? (() => undefined);
    this.gets = new DirectGets(bus.connection, options.stream ?? STREAMS.events, this.timeoutMs, LOG_FAULTS);
  }

  async append(event: NewEvent, expected: Expectation): Promise<Appended> {
    assertWritable(event, expected);
    const head = appendHead(event, expected);
    const body = JSON.stringify(event.body.data);
    const sequence = await retrying(this.appending, () => this.publish(event.subject, body, head));
    return sequence === undefined ? this.whoseIsIt(event, expected) : { sequence, repeated: false };
  }

  async load(filters: readonly string[], options: { readonly atLeast?: number } = {}): Promise<readonly RecordedEvent[]> {
    return this.recorded(await retrying(this.retry, () => this.loadOnce(filters, options.atLeast ?? 0)));
  }

  async last(subject: string): Promise<RecordedEvent | undefined> {
    assertReadable(subject);
    const message = await retrying(this.retry, () => this.gets.lastOf(subject));
    return message === undefined ? undefined : this.recorded([message])[0];
  }

  async *read(filter: string, from: number): AsyncIterable<readonly RecordedEvent[]> {
    for await (const messages of this.pages(filter, from)) {
      const events = this.recorded(messages);
      if (events.length > 0) yield events;
    }
  }

  async lastSequence({ atLeast = 0 }: { readonly atLeast?: number } = {}): Promise<number> {
    for (let tries = 1; ; tries++) {
      const last = (await retrying(this.retry, () => this.gets.lastUnder('>')))?.sequence ?? 0;
      if (last >= atLeast || tries === LAG_TRIES) return last;
      await pause(LAG_PAUSE_MS);
    }
  }

  async sequenceAt(time: Instant): Promise<number> {
    const request = { start_time: formatInstant(time), batch: 1, max_bytes: BATCH_BYTES, next_by_subj: '>' };
    const { messages } = await retrying(this.retry, () => this.gets.many(request));
    return messages[0]?.sequence ?? (await this.lastSequence()) + 1;
  }

  /** Undefined on a wrong expectation. */
  private async publish(subject: string, body: string, head: Head): Promise<number | undefined> {
    const ack = await publishAcked(Replies.of(this.connection), subject, body, this.timeoutMs, head);
    if ('sequence' in ack) return ack.sequence;
    if (isWrongLastSequence(ack.error)) return undefined;
    throw fromApiError(ack.error, LOG_FAULTS);
  }

  private async whoseIsIt(event: NewEvent, expected: Expectation): Promise<Appended> {
    const there = await retrying(this.retry, async () => {
      const found = await this.gets.lastOf(event.subject);
      if (found === undefined && expected.filter === event.subject) throw behind(1);
      return found;
    });
    if (there === undefined || toRecordedEvent(there)?.envelope.id !== event.envelope.id) return { conflict: true };
    return { sequence: there.sequence, repeated: true };
  }

  private async loadOnce(filters: readonly string[], atLeast: number): Promise<readonly StoredMessage[]> {
    if (filters.length === 0) return [];
    return (await lastOfSubjects(this.gets, filters, atLeast)) ?? this.loadByPages(filters, atLeast);
  }

  /** What one `multi_last` can't answer: everything under the filters is read, the last of each subject kept. */
  private async loadByPages(filters: readonly string[], atLeast: number): Promise<StoredMessage[]> {
    const lastOf = new Map<string, StoredMessage>();
    for (const filter of filters) {
      for await (const messages of this.pages(filter, 1, atLeast)) {
        for (const message of messages) {
          if ((lastOf.get(message.subject)?.sequence ?? 0) < message.sequence) lastOf.set(message.subject, message);
        }
      }
    }
    return [...lastOf.values()].sort((a, b) => a.sequence - b.sequence);
  }

  /** Ends where the log ended at the start, so that a busy log has an end, too. */
  private async *pages(filter: string, from: number, atLeast = 0): AsyncIterable<readonly StoredMessage[]> {
    const last = await this.lastSequence({ atLeast });
    if (last < atLeast) throw behind(atLeast);
    let asked = from <= last ? this.page(filter, Math.max(from, 1)) : undefined;
    while (asked !== undefined) {
      const { messages, remaining } = await asked;
      const end = messages.at(-1)?.sequence ?? last;
      // The next page is on its way while this one is worked on.
      asked = remaining > 0 && end < last ? this.page(filter, end + 1) : undefined;
      asked?.catch(() => undefined);
      if (messages.length > 0) yield messages.filter(({ sequence }) => sequence <= last);
    }
  }

  private page(filter: string, from: number): Promise<DirectAnswer> {
    const request = { seq: from, batch: this.batch, max_bytes: BATCH_BYTES, next_by_subj: filter === EVERY_EVENT ? '>' : filter };
    return retrying(this.retry, () => this.gets.many(request));
  }

  /** Those of the messages that are events. */
  protected recorded(messages: readonly StoredMessage[]): RecordedEvent[] {
    const events: RecordedEvent[] = [];
    for (const message of messages) {
      const event = toRecordedEvent(message);
      if (event === undefined) this.drop(message);
      else events.push(event);
      if (event?.body.type === 'unknown') this.onUnknown(event);
    }
    return events;
  }

  private drop(message: StoredMessage): void {
    this.dropped++;
    this.onDropped(message);
  }
}

const appendHead = (event: NewEvent, expected: Expectation): Head => [
  ['Nats-Expected-Last-Subject-Sequence', String(expected.sequence)],
  ['Nats-Expected-Last-Subject-Sequence-Subject', expected.filter],
  ...toHeaders(event.envelope),
];
