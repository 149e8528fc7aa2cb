import { aggregatePrefix } from '@octobus/contracts';
import type { EventLog, RecordedEvent } from '@octobus/event-log';

/** Aggregates remembered; a server of a cluster is behind for milliseconds, so older ones need no memory. */
const MOST = 20_000;

/** The last sequence that the live feed told of each aggregate lately. */
export class HeardSequences {
  private readonly heard = new Map<string, number>();

  seen({ address, sequence }: Pick<RecordedEvent, 'address' | 'sequence'>): void {
    const prefix = aggregatePrefix(address);
    const before = this.heard.get(prefix) ?? 0;
    this.heard.delete(prefix);
    this.heard.set(prefix, Math.max(before, sequence));
    if (this.heard.size <= MOST) return;
    const oldest = this.heard.keys().next();
    if (!oldest.done) this.heard.delete(oldest.value);
  }

  /** 0: nothing was heard of the aggregate that a subject or filter belongs to. */
  of(subject: string): number {
    return this.heard.get(subject.split('.', PREFIX_TOKENS).join('.')) ?? 0;
  }
}

/** `evt.<shard>.<tenant>.<aggregate>.<id>` */
const PREFIX_TOKENS = 5;

/** The same log, whose reads hold what was heard: whoever was told of an event must find it, whichever server of a cluster answers. */
export const holdingWhatWasHeard = (log: EventLog, heard: HeardSequences): EventLog => ({
  append: (event, expected) => log.append(event, expected),
  load: (filters, { atLeast = 0 } = {}) => log.load(filters, { atLeast: Math.max(atLeast, ...filters.map((filter) => heard.of(filter))) }),
  last: async (subject) => {
    const atLeast = heard.of(subject);
    return atLeast === 0 ? log.last(subject) : (await log.load([subject], { atLeast })).at(-1);
  },
  read: (filter, from) => log.read(filter, from),
  lastSequence: (...options) => log.lastSequence(...options),
});
