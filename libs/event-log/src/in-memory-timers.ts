import { type TimerName, timerSubjects, toHeaders } from '@octobus/contracts';
import type { Instant } from '@octobus/kernel';
import type { InMemoryEventLog } from './in-memory-event-log.ts';
import type { Timer, Timers } from './timers.ts';

/** Timers without durability, for unit tests of whoever sets some: a test says what time it is. */
export class InMemoryTimers implements Timers {
  private readonly waiting = new Map<string, Timer>();
  private readonly log: InMemoryEventLog;

  constructor(log: InMemoryEventLog) {
    this.log = log;
  }

  /** Those that have not fired, by time. */
  get pending(): readonly Timer[] {
    return [...this.waiting.values()].sort((a, b) => a.at - b.at);
  }

  async set(timer: Timer): Promise<void> {
    this.waiting.set(timerSubjects(timer).event, timer);
  }

  async cancel(timer: TimerName): Promise<void> {
    this.waiting.delete(timerSubjects(timer).event);
  }

  async isSet(timer: TimerName): Promise<boolean> {
    return this.waiting.has(timerSubjects(timer).event);
  }

  /** Fires what is due; answers the sequences of the firings. */
  fire(now: Instant): readonly number[] {
    const due = this.pending.filter(({ at }) => at <= now);
    return due.map((timer) => {
      const { event } = timerSubjects(timer);
      this.waiting.delete(event);
      return this.log.plant(event, toHeaders(timer.envelope), JSON.stringify(timer.body.data));
    });
  }
}
