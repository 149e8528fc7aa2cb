import { timerSubjects } from '@octobus/contracts';
import type { Timer } from '@octobus/event-log';
import type { Chance } from './chance.ts';
import type { FaultsAtWork } from './faults.ts';
import type { Scheduler } from './scheduler.ts';

/** A scheduled message comes up to so many milliseconds late, and the log takes it from the timers' stream within so many more. */
const LATE_MS = 250;
const SOURCED_MS = 20;

export interface TimerStreamParts {
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  /** Undefined: there are none. */
  readonly faults: FaultsAtWork | undefined;
  readonly isUp: () => boolean;
  /** Before a timer fires: the server may die of it. */
  readonly onDue: () => void;
  readonly toLog: (timer: Timer) => void;
}

interface Waiting {
  readonly timer: Timer;
  readonly cancel: () => void;
}

/** The stream of timers of one nats-server. It survives crashes; what fires while the server is down fires when it is there again. */
export class TimerStream {
  private readonly parts: TimerStreamParts;
  /** By the subject of the event that each becomes. */
  private readonly waiting = new Map<string, Waiting>();
  private readonly overdue = new Set<Timer>();
  /** Fired, and not yet in the log. */
  private readonly sourced = new Set<Timer>();
  /** Seen on nats-server 2.15.1: what was set twice may be there again after a crash. */
  private readonly setTwice = new Map<string, Timer>();

  constructor(parts: TimerStreamParts) {
    this.parts = parts;
  }

  /** Timers that the log does not have yet. */
  get left(): number {
    return this.waiting.size + this.sourced.size;
  }

  has(event: string): boolean {
    return this.waiting.has(event);
  }

  /** One that has the same name takes the place of the one before. */
  set(timer: Timer): void {
    const { event } = timerSubjects(timer);
    if (this.waiting.has(event)) this.setTwice.set(event, timer);
    this.cancel(event);
    this.wait(event, timer);
  }

  cancel(event: string): void {
    const known = this.waiting.get(event);
    if (known === undefined) return;
    known.cancel();
    this.overdue.delete(known.timer);
    this.waiting.delete(event);
  }

  /** After a crash. */
  restart(): void {
    for (const timer of this.overdue) this.wait(timerSubjects(timer).event, timer);
    this.overdue.clear();
    for (const timer of this.sourced) this.source(timer);
    for (const [event, timer] of this.setTwice) {
      if (this.waiting.has(event) || this.parts.chance.hit(0.5)) continue;
      this.parts.faults?.count('timer-twice');
      this.wait(event, timer);
    }
    this.setTwice.clear();
  }

  private wait(event: string, timer: Timer, lateMs = 0): void {
    const { scheduler, chance } = this.parts;
    const inMs = Math.max(0, timer.at - scheduler.clock()) + chance.between(0, LATE_MS) + lateMs;
    this.waiting.set(event, { timer, cancel: scheduler.after(inMs, 'timer', () => this.fire(event, timer), false) });
  }

  private fire(event: string, timer: Timer): void {
    if (this.strikes('timer-late')) return this.wait(event, timer, this.parts.chance.between(500, 3_000));
    this.parts.onDue();
    if (!this.parts.isUp()) {
      this.overdue.add(timer);
      return;
    }
    this.waiting.delete(event);
    this.sourced.add(timer);
    this.source(timer);
    if (!this.strikes('timer-twice')) return;
    const { chance, scheduler } = this.parts;
    scheduler.after(chance.between(0, chance.pick([3, 300, 4_000])), 'timer', () => this.source(this.again(timer)), false);
  }

  /** Another firing of the same. */
  private again(timer: Timer): Timer {
    const other = { ...timer };
    this.sourced.add(other);
    return other;
  }

  /** The log takes it when the server is up; otherwise it goes on after the crash. */
  private source(timer: Timer): void {
    const { scheduler, chance, isUp, toLog } = this.parts;
    const take = (): void => {
      if (isUp() && this.sourced.delete(timer)) toLog(timer);
    };
    scheduler.after(chance.between(0, SOURCED_MS), 'timer', take, false);
  }

  private strikes(kind: 'timer-late' | 'timer-twice'): boolean {
    return this.parts.faults?.strikesTimer(kind, this.parts.scheduler.now) ?? false;
  }
}
