import type { RecordedEvent } from '@octobus/event-log';

/** Events that may wait; more, and all are let go, since the log has them. */
const MOST = 1_000;

/** What was heard and not taken yet, bounded. */
export class HeldEvents {
  private events: RecordedEvent[] = [];
  private incomplete = false;
  private ended = false;
  private waiting: (() => void) | undefined;

  add(event: RecordedEvent): void {
    if (this.events.length >= MOST) this.overflow();
    else if (!this.incomplete) this.events.push(event);
    this.wake();
  }

  /** Something was missed: the log has to be read again. */
  overflow(): void {
    this.incomplete = true;

    this.events = [];
    this.wake();
  }

  /** From here on everything is heard again. */
  clear(): void {
    this.incomplete = false;
    this.events = [];
  }

  end(): void {
    this.ended = true;
    this.wake();
  }

  /** All that waits, as soon as there is something; undefined when something was missed, or at the end. */
  async next(): Promise<readonly RecordedEvent[] | undefined> {
    while (this.events.length === 0) {
      if (this.incomplete || this.ended) return undefined;
      await new Promise<void>((resolve) => (this.waiting = resolve));
    }
    return this.events.splice(0);
  }

  private wake(): void {
    this.waiting?.();
    this.waiting = undefined;
  }
}
