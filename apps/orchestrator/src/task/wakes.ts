import { type After, bySystemTimer } from '@octobus/event-log';
import type { Duration } from '@octobus/kernel';

/** More would only be an order of their own beside the log's timers, which are set for each of them, too. */
const MOST = 10_000;

export interface Wakes {
  /** One wake a key: a later one takes the place of the one before. */
  set(key: string, inMs: Duration, wake: () => Promise<void>): void;
}

/** What is to be looked at again within a second, by this process: the log's timer for it comes up to 250 ms late, but comes even if this process dies. */
export class ProcessWakes implements Wakes {
  private readonly waiting = new Map<string, () => void>();
  private readonly onError: (error: unknown) => void;
  private readonly after: After;

  constructor(onError: (error: unknown) => void, after: After = bySystemTimer) {
    this.onError = onError;
    this.after = after;
  }

  set(key: string, inMs: Duration, wake: () => Promise<void>): void {
    if (this.waiting.size >= MOST && !this.waiting.has(key)) return;
    this.waiting.get(key)?.();
    const giveUp = this.after(inMs, () => {
      this.waiting.delete(key);
      wake().catch(this.onError);
    });
    this.waiting.set(key, giveUp);
  }

  stop(): void {
    for (const giveUp of this.waiting.values()) giveUp();
    this.waiting.clear();
  }
}
