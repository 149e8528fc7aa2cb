import { toHeaders } from '@octobus/contracts';
import type { Appended, EventLog, Expectation, NewEvent, RecordedEvent } from './event-log.ts';
import { matchesFilter } from './matches-filter.ts';
import { type StoredMessage, assertReadable, assertWritable, toRecordedEvent } from './recorded-event.ts';

export interface InMemoryEventLogOptions {
  /** Told of each message that was read and is no event. */
  readonly onDropped?: (message: StoredMessage) => void;
  readonly clock?: () => number;
  /** Events in one batch of `read`. */
  readonly batch?: number;
}

/** A log without durability, for unit tests of whoever writes one. */
export class InMemoryEventLog implements EventLog {
  private readonly stored: StoredMessage[] = [];
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
    const last = this.stored.findLast(({ subject }) => matchesFilter(expected.filter, subject));
    if ((last?.sequence ?? 0) === expected.sequence) {
      return { sequence: this.plant(event.subject, toHeaders(event.envelope), JSON.stringify(event.body.data)), repeated: false };
    }
    const there = await this.last(event.subject);
    return there?.envelope.id === event.envelope.id ? { sequence: there.sequence, repeated: true } : { conflict: true };
  }

  /** Stores a message as a foreign writer might have put it there, unchecked. Answers its sequence. */
  plant(subject: string, headers: readonly (readonly [string, string])[], body: string | Uint8Array): number {
    const sequence = this.stored.length + 1;
    const header = (name: string): string | undefined => headers.find(([key]) => key === name)?.[1];
    const data = typeof body === 'string' ? new TextEncoder().encode(body) : body;
    this.stored.push({ subject, sequence, storedAt: this.clock(), header, data });
    return sequence;
  }

  async load(filters: readonly string[]): Promise<readonly RecordedEvent[]> {
    const lastOf = new Map<string, StoredMessage>();
    for (const message of this.stored) {
      if (filters.some((filter) => matchesFilter(filter, message.subject))) lastOf.set(message.subject, message);
    }
    return this.recorded([...lastOf.values()].sort((a, b) => a.sequence - b.sequence));
  }

  async last(subject: string): Promise<RecordedEvent | undefined> {
    assertReadable(subject);
    const message = this.stored.findLast((stored) => stored.subject === subject);
    return message === undefined ? undefined : this.recorded([message])[0];
  }

  async *read(filter: string, from: number): AsyncIterable<readonly RecordedEvent[]> {
    const under = this.stored.filter(({ subject, sequence }) => sequence >= from && matchesFilter(filter, subject));
    for (let i = 0; i < under.length; i += this.batch) {
      const events = this.recorded(under.slice(i, i + this.batch));
      if (events.length > 0) yield events;
    }
  }

  async lastSequence(): Promise<number> {
    return this.stored.length;
  }

  private recorded(messages: readonly StoredMessage[]): RecordedEvent[] {
    return messages.flatMap((message) => {
      const event = toRecordedEvent(message);
      if (event === undefined) this.onDropped(message);
      return event ?? [];
    });
  }
}
