import { scope, taskPrefix } from '@octobus/contracts';
import type { EventLog, RecordedEvent } from '@octobus/event-log';

/** A subscription to republished events. `onGap`: messages may have been missed (reconnect, slow reader). */
export interface LiveEvents {
  subscribe(filter: string, on: { readonly event: (event: RecordedEvent) => void; readonly gap: () => void }): Promise<{ stop(): void }>;
}

export interface Watcher {
  event(event: RecordedEvent): void;
  /** Nothing more will come: the task has ended, or the feed broke (`error`). */
  end(error?: unknown): void;
}

/** In whatever version: an older or newer release may have ended the task. */
const ENDS = new Set(['task.completed', 'task.failed', 'task.cancelled', 'task.expired', 'task.rejected']);
export const isEndEvent = ({ envelope: { type } }: RecordedEvent): boolean => ENDS.has(type.slice(0, type.lastIndexOf('.')));

/**
 * Follows tasks for any number of watchers with one core subscription a task and no consumer: history from the log, then the live feed,
 * and whenever the feed may have dropped something, the log again. Each watcher sees every event after its position once, ascending.
 */
export class TaskFeed {
  private readonly followed = new Map<string, Followed>();
  private readonly log: EventLog;
  private readonly live: LiveEvents;
  private readonly mayLag: boolean;

  /** `mayLag`: what a reading does not show may be stored already, as on a cluster, whose servers are behind one another. */
  constructor(log: EventLog, live: LiveEvents, { mayLag = false }: { readonly mayLag?: boolean } = {}) {
    this.log = log;
    this.live = live;
    this.mayLag = mayLag;
  }

  /** Begins after a sequence (0: from the first event). Stop by calling what it gives back. */
  watch(tenant: string, task: string, after: number, watcher: Watcher): () => void {
    const prefix = taskPrefix(tenant, task);
    let followed = this.followed.get(prefix);
    if (followed === undefined) {
      const fresh: Followed = new Followed(prefix, this.log, this.live, this.mayLag, () => this.forget(prefix, fresh));
      this.followed.set(prefix, fresh);
      followed = fresh;
    }
    return followed.add(watcher, after);
  }

  /** Whether the task is followed and there is something to tell of it: then it exists. */
  tells(tenant: string, task: string): boolean {
    return this.followed.get(taskPrefix(tenant, task))?.tells === true;
  }

  get tasks(): number {
    return this.followed.size;
  }

  /** A watcher may leave after its feed has ended, when the task is followed anew. */
  private forget(prefix: string, followed: Followed): void {
    if (this.followed.get(prefix) === followed) this.followed.delete(prefix);
  }
}

class Followed {
  private readonly watchers = new Map<Watcher, { last: number }>();
  private readonly events: RecordedEvent[] = [];
  private readonly seen = new Set<number>();
  private subscription: Promise<{ stop(): void }> | undefined;
  private reading: Promise<void> | undefined;
  private again = false;
  /** Sequence that a reading has to reach. */
  private atLeast = 0;
  private ready = false;
  private readonly prefix: string;
  private readonly log: EventLog;
  private readonly live: LiveEvents;
  private readonly mayLag: boolean;
  private readonly forget: () => void;
  /** The last reading may have missed what was stored before the feed could tell it; the next event told says how far to read. */
  private unproven = false;

  constructor(prefix: string, log: EventLog, live: LiveEvents, mayLag: boolean, forget: () => void) {
    this.mayLag = mayLag;
    this.prefix = prefix;
    this.log = log;
    this.live = live;
    this.forget = forget;
  }

  get tells(): boolean {
    return this.events.length > 0;
  }

  add(watcher: Watcher, after: number): () => void {
    this.watchers.set(watcher, { last: after });
    if (this.subscription === undefined) this.begin();
    else if (this.ready) this.deliver();
    return () => this.remove(watcher);
  }

  private begin(): void {
    const on = {
      event: (event: RecordedEvent): void => {
        // Nothing is told out of order: what may be missing below it is read first.
        if (isEndEvent(event) || this.unproven) this.readUpTo(event.sequence);
        else this.take([event]);
      },
      gap: (): void => this.readAnew(),
    };
    this.subscription = this.live.subscribe(scope.all(this.prefix), on);
    this.subscription.then(
      () => this.readAnew(),
      (error: unknown) => this.finish(error),
    );
  }

  private readAnew(): void {
    this.unproven = this.mayLag;
    this.read();
  }

  private readUpTo(sequence: number): void {
    this.unproven = false;
    this.read(sequence);
  }

  /** Reads the whole task again: at the start, after a gap, and before the end is told. One reading at a time, one more if asked meanwhile. */
  private read(atLeast = 0): void {
    this.ready = false;
    this.atLeast = Math.max(this.atLeast, atLeast);
    if (this.reading !== undefined) {
      this.again = true;
      return;
    }
    this.reading = this.log
      .load([scope.all(this.prefix)], { atLeast: this.atLeast })
      .then(
        (events) => {
          this.ready = !this.again;
          this.take(events);
        },
        (error: unknown) => this.finish(error),
      )
      .finally(() => {
        this.reading = undefined;
        if (!this.again) return;
        this.again = false;
        this.read();
      });
  }

  private take(events: readonly RecordedEvent[]): void {
    for (const event of events) {
      if (this.seen.has(event.sequence)) continue;
      this.seen.add(event.sequence);
      this.events.push(event);
    }
    if (outOfOrder(this.events)) this.events.sort((a, b) => a.sequence - b.sequence);
    if (this.ready) this.deliver();
  }

  private deliver(): void {
    for (const [watcher, position] of this.watchers) {
      for (let i = firstAfter(this.events, position.last); i < this.events.length; i++) {
        const event = this.events[i] as RecordedEvent;
        position.last = event.sequence;
        watcher.event(event);
      }
    }
    if (this.events.some(isEndEvent)) this.finish();
  }

  private finish(error?: unknown): void {
    const watchers = [...this.watchers.keys()];
    this.watchers.clear();
    this.stop();
    for (const watcher of watchers) watcher.end(error);
  }

  private remove(watcher: Watcher): void {
    this.watchers.delete(watcher);
    if (this.watchers.size === 0) this.stop();
  }

  private stop(): void {
    this.forget();
    this.subscription?.then(
      (subscription) => subscription.stop(),
      () => undefined,
    );
  }
}

const outOfOrder = (events: readonly RecordedEvent[]): boolean =>
  events.some((event, i) => i > 0 && event.sequence < (events[i - 1]?.sequence ?? 0));

/** Place of the first event after a sequence, by bisection. */
function firstAfter(events: readonly RecordedEvent[], sequence: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.sequence ?? 0) <= sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}
