import { logStreamIndex } from '@octobus/contracts';
import type { Appended, EventLog, Expectation, NewEvent, RecordedEvent } from './event-log.ts';

/**
 * A log that is spread over several, an aggregate in the one of its shard. Sequences belong to the part of their aggregate: they ascend within one and
 * say nothing across. Throws RangeError where a sequence could not tell which part it means.
 */
export class SpreadEventLog implements EventLog {
  private readonly parts: readonly EventLog[];

  /** In the order of `logStreams`. */
  constructor(parts: readonly EventLog[]) {
    this.parts = parts;
  }

  append(event: NewEvent, expected: Expectation): Promise<Appended> {
    return this.partOf(event.subject).append(event, expected);
  }

  /** From several parts: in the order in which they were stored. */
  async load(filters: readonly string[], options: { readonly atLeast?: number } = {}): Promise<readonly RecordedEvent[]> {
    const asked = this.byPart(filters);
    const [only] = asked;
    if (asked.length === 1 && only !== undefined) return only.part.load(only.filters, options);
    if ((options.atLeast ?? 0) > 0)
      throw new RangeError('a sequence belongs to one stream of the log, and these filters reach into several');
    const found = await Promise.all(asked.map(({ part, filters: own }) => part.load(own)));
    return found.flat().sort((a, b) => a.storedAt - b.storedAt);
  }

  last(subject: string): Promise<RecordedEvent | undefined> {
    return this.partOf(subject).last(subject);
  }

  /** One part after another, when the filter reaches into several; then only from the beginning. */
  async *read(filter: string, from: number): AsyncIterable<readonly RecordedEvent[]> {
    const part = this.only(filter);
    if (part === undefined && from > 1) throw new RangeError('a sequence belongs to one stream of the log: read its parts one by one');
    for (const one of part === undefined ? this.parts : [part]) yield* one.read(filter, from);
  }

  /** How many events all parts hold: nothing is ever deleted. */
  async lastSequence(): Promise<number> {
    const lasts = await Promise.all(this.parts.map((part) => part.lastSequence()));
    return lasts.reduce((sum, last) => sum + last, 0);
  }

  private only(filter: string): EventLog | undefined {
    const index = logStreamIndex(filter, this.parts.length);
    return index === undefined ? undefined : this.parts[index];
  }

  /** What is no event's subject is refused by any part. */
  private partOf(subject: string): EventLog {
    const part = this.only(subject) ?? this.parts[0];
    if (part === undefined) throw new RangeError('a log has a part');
    return part;
  }

  private byPart(filters: readonly string[]): readonly { readonly part: EventLog; readonly filters: readonly string[] }[] {
    return this.parts
      .map((part) => ({ part, filters: filters.filter((filter) => (this.only(filter) ?? part) === part) }))
      .filter((asked) => asked.filters.length > 0);
  }
}
