import { toHeaders } from '@octobus/contracts';
import type { Instant } from '@octobus/kernel';
import type { Appended, Expectation, NewEvent, RecordedEvent } from './event-log.ts';
import type { SeekableLog } from './log-part.ts';
import { tokensMatch } from './matches-filter.ts';
import { type StoredMessage, assertReadable, assertWritable, toRecordedEvent } from './recorded-event.ts';

export interface InMemoryEventLogOptions {
  /** Told of each message that was read and is no event. */
  readonly onDropped?: (message: StoredMessage) => void;
  readonly clock?: () => number;
  /** Events in one batch of `read`. */
  readonly batch?: number;
}

/** A message with what every look at it needs. */
interface Kept {
  readonly message: StoredMessage;
  readonly tokens: readonly string[];
  /** Undefined: no event. Read once; who reads it must not change it. */
  readonly event: RecordedEvent | undefined;
}

const NOTHING: readonly Kept[] = [];
const utf8 = new TextEncoder();

/** A log without durability, for unit tests of whoever writes one and for simulations. One aggregate's subjects are found without a look at the others. */
export class InMemoryEventLog implements SeekableLog {
  private readonly stored: Kept[] = [];
  private readonly aggregates = new Map<string, Kept[]>();
  private readonly filters = new Map<string, readonly string[]>();
  private readonly onDropped: (message: StoredMessage) => void;
  private readonly clock: () => number;
  private readonly batch: number;

  constructor(options: InMemoryEventLogOptions = {}) {
    this.onDropped = options.onDropped ?? (() => undefined);
    this.clock = options.clock ?? Date.now;
    this.batch = options.batch ?? 256;
  }

  async append(event: NewEvent, expected: Expectation): Promise<Appended> {
    assertWritable(event, expected);
    const sequence = this.publish(event, expected);
    if (sequence !== undefined) return { sequence, repeated: false };
    const there = await this.last(event.subject);
    return there?.envelope.id === event.envelope.id ? { sequence: there.sequence, repeated: true } : { conflict: true };
  }

  /** What the server does with one publish: its sequence, or undefined when the last sequence under the filter is another than expected. */
  publish(event: NewEvent, expected: Expectation): number | undefined {
    if (this.lastUnder(expected.filter) !== expected.sequence) return undefined;
    return this.plant(event.subject, toHeaders(event.envelope), JSON.stringify(event.body.data));
  }

  /** Stores a message as a foreign writer might have put it there, unchecked. Answers its sequence. */
  plant(subject: string, headers: readonly (readonly [string, string])[], body: string | Uint8Array): number {
    const sequence = this.stored.length + 1;
    // Of a name that comes twice the first counts.
    const byName = new Map(headers.toReversed());
    const data = typeof body === 'string' ? utf8.encode(body) : body;
    const message = { subject, sequence, storedAt: this.clock(), header: (name: string) => byName.get(name), data };
    const tokens = subject.split('.');
    const kept = { message, tokens, event: toRecordedEvent(message) };
    this.stored.push(kept);
    const aggregate = tokens.slice(0, 5).join('.');
    const others = this.aggregates.get(aggregate);
    if (others === undefined) this.aggregates.set(aggregate, [kept]);
    else others.push(kept);
    return sequence;
  }

  /** The last sequence under the filter; 0: nothing yet. */
  lastUnder(filter: string): number {
    const wanted = this.tokensOf(filter);
    return this.near(filter).findLast(({ tokens }) => tokensMatch(wanted, tokens))?.message.sequence ?? 0;
  }

  /** Sequence of the last message; 0 when empty. */
  get end(): number {
    return this.stored.length;
  }

  /** The event with this sequence; undefined when there is none, or it is no event. */
  at(sequence: number): RecordedEvent | undefined {
    return this.stored[sequence - 1]?.event;
  }

  async load(filters: readonly string[]): Promise<readonly RecordedEvent[]> {
    return this.loadNow(filters);
  }

  /** `load` without a promise. */
  loadNow(filters: readonly string[]): readonly RecordedEvent[] {
    const lastOf = new Map<string, Kept>();
    for (const filter of filters) {
      const wanted = this.tokensOf(filter);
      for (const kept of this.near(filter)) if (tokensMatch(wanted, kept.tokens)) lastOf.set(kept.message.subject, kept);
    }
    return this.recorded([...lastOf.values()].sort((a, b) => a.message.sequence - b.message.sequence));
  }

  async last(subject: string): Promise<RecordedEvent | undefined> {
    return this.lastNow(subject);
  }

  /** `last` without a promise. */
  lastNow(subject: string): RecordedEvent | undefined {
    assertReadable(subject);
    const kept = this.near(subject).findLast(({ message }) => message.subject === subject);
    return kept === undefined ? undefined : this.recorded([kept])[0];
  }

  async *read(filter: string, from: number): AsyncIterable<readonly RecordedEvent[]> {
    const wanted = this.tokensOf(filter);
    const under = this.near(filter).filter(({ message, tokens }) => message.sequence >= from && tokensMatch(wanted, tokens));
    for (let i = 0; i < under.length; i += this.batch) {
      const events = this.recorded(under.slice(i, i + this.batch));
      if (events.length > 0) yield events;
    }
  }

  /** Events under the filter from one sequence to another, both included. */
  between(filter: string, from: number, to: number): readonly RecordedEvent[] {
    const wanted = this.tokensOf(filter);
    return this.recorded(this.stored.slice(from - 1, to).filter(({ tokens }) => tokensMatch(wanted, tokens)));
  }

  async lastSequence(): Promise<number> {
    return this.stored.length;
  }

  async sequenceAt(time: Instant): Promise<number> {
    return this.stored.find(({ message }) => message.storedAt >= time)?.message.sequence ?? this.stored.length + 1;
  }

  /** All that can stand under the filter. */
  private near(filter: string): readonly Kept[] {
    const tokens = this.tokensOf(filter).slice(0, 5);
    return tokens.length === 5 && !tokens.includes('*') && !tokens.includes('>')
      ? (this.aggregates.get(tokens.join('.')) ?? NOTHING)
      : this.stored;
  }

  private tokensOf(filter: string): readonly string[] {
    let tokens = this.filters.get(filter);
    if (tokens === undefined) {
      tokens = filter.split('.');
      this.filters.set(filter, tokens);
    }
    return tokens;
  }

  private recorded(kept: readonly Kept[]): RecordedEvent[] {
    return kept.flatMap(({ message, event }) => {
      if (event === undefined) this.onDropped(message);
      return event ?? [];
    });
  }
}
