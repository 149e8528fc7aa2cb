import type { Instant } from '@octobus/kernel';
import type { EventLog, RecordedEvent } from './event-log.ts';

/** A log in which a time can be looked up. */
export interface SeekableLog extends EventLog {
  /** Sequence of the first message that was stored at this time or later; one behind the last when there is none. */
  sequenceAt(time: Instant): Promise<number>;
}

/** One of the streams that the log is spread over. An aggregate lives in one of them. */
export interface LogPart {
  readonly stream: string;
  readonly log: SeekableLog;
}

/** How far each part has been read, in the order of the parts: its last sequence, 0 for nothing. A place in the whole log. */
export type LogPositions = readonly number[];

/** An event with the place of its part among the parts. */
export interface PlacedEvent {
  readonly event: RecordedEvent;
  readonly part: number;
}

/**
 * Reads the parts side by side, each from behind its position to its end as it is now, and merges them by the time at which events were stored, those
 * of one time by part. Within a part, and so within an aggregate, the order is that of sequences.
 */
export async function* readMerged(
  parts: readonly Pick<LogPart, 'log'>[],
  filter: string,
  after: LogPositions,
): AsyncGenerator<readonly PlacedEvent[]> {
  const heads = await Promise.all(parts.map(({ log }, part) => Head.of(log.read(filter, (after[part] ?? 0) + 1), part)));
  for (let open = heads.filter((head) => !head.over); open.length > 0; open = open.filter((head) => !head.over)) {
    yield takeWhileAllHold(open);
    await Promise.all(open.filter((head) => head.empty).map((head) => head.fill()));
  }
}

/** Until one of the parts has to be read on. */
function takeWhileAllHold(open: readonly Head[]): readonly PlacedEvent[] {
  const [only] = open;
  if (open.length === 1 && only !== undefined) return only.takeAll();
  const taken: PlacedEvent[] = [];
  while (open.every((head) => !head.empty)) taken.push(open.reduce((first, head) => (head.before(first) ? head : first)).take());
  return taken;
}

/** What was read of one part and not taken yet. */
class Head {
  over = false;
  private batch: readonly RecordedEvent[] = [];
  private next = 0;
  private readonly batches: AsyncIterator<readonly RecordedEvent[]>;
  private readonly part: number;

  private constructor(batches: AsyncIterator<readonly RecordedEvent[]>, part: number) {
    this.batches = batches;
    this.part = part;
  }

  static async of(batches: AsyncIterable<readonly RecordedEvent[]>, part: number): Promise<Head> {
    const head = new Head(batches[Symbol.asyncIterator](), part);
    await head.fill();
    return head;
  }

  get empty(): boolean {
    return this.next >= this.batch.length;
  }

  async fill(): Promise<void> {
    const answer = await this.batches.next();
    this.over = answer.done === true;
    this.batch = answer.done === true ? [] : answer.value;
    this.next = 0;
  }

  before(other: Head): boolean {
    return this.storedAt < other.storedAt;
  }

  take(): PlacedEvent {
    const event = this.batch[this.next];
    if (event === undefined) throw new Error('nothing is left to take');
    this.next++;
    return { event, part: this.part };
  }

  takeAll(): readonly PlacedEvent[] {
    const rest = this.batch.slice(this.next).map((event) => ({ event, part: this.part }));
    this.next = this.batch.length;
    return rest;
  }

  private get storedAt(): number {
    return this.batch[this.next]?.storedAt ?? Infinity;
  }
}
