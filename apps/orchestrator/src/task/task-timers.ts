import type { Envelope, EventBody, TimerName } from '@octobus/contracts';
import type { Timers } from '@octobus/event-log';
import { type Instant, formatInstant, parseInstant } from '@octobus/kernel';
import { DEADLINE_N, type Next, type OpenTask, TIMERS, type TaskFact, hasFired } from '@octobus/task';
import type { Logger } from '@octobus/telemetry';

export type TaskAddress = TimerName['address'];

export interface WantedTimer extends TimerName {
  readonly at: Instant;
}

/** The timer that a decision waits for. Undefined for decisions that wait for none. */
export function timerOf(fact: TaskFact, address: TaskAddress): WantedTimer | undefined {
  if (fact.type === 'task.deadline-set.v1') return wanted(address, TIMERS.deadline, DEADLINE_N, fact.data.deadline);
  if (fact.type === 'task.step-delayed.v1') return wanted(address, TIMERS.delay, fact.data.n ?? 0, fact.data.dueAt);
  if (fact.type === 'task.wait-begun.v1') return wanted(address, TIMERS.wait, fact.data.n ?? 0, fact.data.dueAt);
  return undefined;
}

function wanted(address: TaskAddress, name: string, n: number, due: string | undefined): WantedTimer | undefined {
  const at = parseInstant(due ?? '');
  return at === undefined ? undefined : { address, name, n, at };
}

/** Of a decision, none or one. */
export function timersOf(next: Next, address: TaskAddress): readonly WantedTimer[] {
  const timer = 'fact' in next ? timerOf(next.fact, address) : undefined;
  return timer === undefined ? [] : [timer];
}

/** Milliseconds until a decision that lets time pass is to be looked at again. Undefined for others. */
export function restOf(fact: TaskFact, now: Instant): number | undefined {
  if (fact.type === 'task.step-delayed.v1') return fact.data.delayMs ?? 0;
  if (fact.type !== 'task.wait-begun.v1') return undefined;
  return Math.max(0, (parseInstant(fact.data.dueAt ?? '') ?? Infinity) - now);
}

/** Timers that an open task waits for, as the log has it. */
export function pendingTimers(task: OpenTask, address: TaskAddress): readonly WantedTimer[] {
  const timers: WantedTimer[] = [];
  if (task.deadlineSet && task.deadline !== undefined && !hasFired(task, TIMERS.deadline, DEADLINE_N))
    timers.push({ address, name: TIMERS.deadline, n: DEADLINE_N, at: task.deadline });
  for (const [step, { n, attempt, dueAt }] of task.delays) {
    const begun = (task.steps.get(step)?.attempts.at(-1)?.n ?? 0) > attempt;
    if (!begun && !hasFired(task, TIMERS.delay, n)) timers.push({ address, name: TIMERS.delay, n, at: dueAt });
  }
  for (const { n, dueAt, ended } of task.waits.values())
    if (ended === undefined && !hasFired(task, TIMERS.wait, n)) timers.push({ address, name: TIMERS.wait, n, at: dueAt });
  return timers;
}

export const firingOf = ({ name, n, at }: WantedTimer): EventBody => ({
  type: 'task.timer-fired.v1',
  data: { name, n, dueAt: formatInstant(at) },
});

/** Sets and cancels the timers of tasks. Cancelling comes after the end: what is left over changes nothing. */
export class TaskTimers {
  private readonly timers: Timers;
  private readonly logger: Logger;

  constructor(timers: Timers, logger: Logger) {
    this.timers = timers;
    this.logger = logger;
  }

  /** Durable when it resolves; faults as of `Timers`. */
  async set(timers: readonly (WantedTimer | undefined)[], envelopeOf: (body: EventBody) => Envelope): Promise<void> {
    for (const timer of timers) {
      if (timer === undefined) continue;
      const body = firingOf(timer);
      await this.timers.set({ ...timer, envelope: envelopeOf(body), body });
    }
  }

  /** Never rejects: a timer that fires after the end of its task is ignored. */
  async cancel(timers: readonly WantedTimer[]): Promise<void> {
    for (const timer of timers) {
      const task = timer.address.id;
      await this.timers.cancel(timer).catch((error: unknown) => this.logger.warn({ task, err: error }, 'a timer could not be cancelled'));
    }
  }
}
