import { type LogPart, type LogPositions, type PlacedEvent, type RecordedEvent, readMerged } from '@octobus/event-log';
import { setTimeout as delay } from 'node:timers/promises';
import type { LiveEvents } from '../live/task-feed.ts';
import { HeldEvents } from './held-events.ts';

/** Where events are read from. */
export interface EventSource {
  readonly parts: readonly LogPart[];
  readonly live: LiveEvents;
  /** The part that an event of this subject stands in. */
  readonly partOf: (subject: string) => number;
  /** A reading may miss what is stored already, as on a cluster, whose servers are behind one another. */
  readonly mayLag: boolean;
}

/** An event, and the place behind it. */
export interface ReadEvent {
  readonly event: RecordedEvent;
  readonly stream: string;
  readonly positions: LogPositions;
}

/** How far behind a server of a cluster may be. */
const LAG_MS = 1_000;

/** Events under a filter from behind a place on: what the log holds, then, when they are to be followed, what comes. One reader of one response. */
export class EventReader {
  private readonly source: EventSource;
  private readonly filter: string;
  private readonly positions: number[];

  constructor(source: EventSource, filter: string, after: LogPositions) {
    this.source = source;
    this.filter = filter;
    this.positions = [...after];
  }

  /** To the end as it is now. */
  async *history(): AsyncGenerator<readonly ReadEvent[]> {
    for await (const batch of readMerged(this.source.parts, this.filter, this.positions)) yield this.moved(batch);
  }

  /**
   * History, and then what comes until the signal. The live feed only spares reading: what it may have dropped, and what its reader was too slow for, is
   * read from the log again, so that nothing is held for a slow reader but one batch.
   */
  async *follow(signal: AbortSignal): AsyncGenerator<readonly ReadEvent[]> {
    const held = new HeldEvents();
    const subscription = await this.source.live.subscribe(this.filter, { event: (event) => held.add(event), gap: () => held.overflow() });
    const wake = (): void => held.end();
    signal.addEventListener('abort', wake);
    try {
      while (!signal.aborted) {
        held.clear();
        yield* this.history();
        if (this.source.mayLag) yield* this.lateHistory(signal);
        for (let batch = await held.next(); batch !== undefined && !signal.aborted; batch = await held.next()) {
          const fresh = this.moved(batch.map((event) => ({ event, part: this.source.partOf(event.subject) })));
          if (fresh.length > 0) yield fresh;
        }
      }
    } finally {
      signal.removeEventListener('abort', wake);
      subscription.stop();
    }
  }

  private async *lateHistory(signal: AbortSignal): AsyncGenerator<readonly ReadEvent[]> {
    await delay(LAG_MS, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) yield* this.history();
  }

  /** What is behind the positions, which move along. */
  private moved(batch: readonly PlacedEvent[]): readonly ReadEvent[] {
    const read: ReadEvent[] = [];
    for (const { event, part } of batch) {
      if (event.sequence <= (this.positions[part] ?? 0)) continue;
      this.positions[part] = event.sequence;
      read.push({ event, stream: this.source.parts[part]?.stream ?? '', positions: [...this.positions] });
    }
    return read;
  }
}
