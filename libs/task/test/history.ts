import { instantOf } from '@octobus/kernel';
import { type Next, type TaskFact, decide } from '../src/task.decide.ts';
import { type AttemptAddress, type Task, type TaskEvent, attemptsOf, evolve, noTask } from '../src/task.ts';

export const now = instantOf(1_000_000);
type Body = TaskFact;

/** A task with what happened to it: what is decided is folded at once. */
export class History {
  task: Task = noTask;
  sequence = 0;
  readonly facts: Body[] = [];

  add(body: Body, at?: AttemptAddress): this {
    this.task = evolve(this.task, { ...body, sequence: ++this.sequence, ...(at === undefined ? {} : { at }) } as TaskEvent);
    this.facts.push(body);
    return this;
  }

  /** Decides until quiet, as the handler does. */
  settle(at = now, chance = 0.5): this {
    for (let i = 0; i < 1000; i++) {
      const next: Next = decide({ type: 'advance', now: at, chance }, this.task);
      if ('quiet' in next) return this;
      if ('fact' in next) this.add(next.fact);
      else for (const address of next.close) this.add({ type: 'task.attempt-closed.v1', data: { reason: next.reason } }, address);
    }
    throw new Error('never quiet');
  }

  open(): AttemptAddress[] {
    if (this.task.situation !== 'open') return [];
    return [...attemptsOf(this.task)]
      .filter(({ attempt }) => attempt.situation === 'open')
      .map(({ step, attempt }) => ({ step, attempt: attempt.n, arm: attempt.arm }));
  }

  /** Fires the timers of steps that rest after a failure or wait, and decides. */
  rest(): this {
    if (this.task.situation !== 'open') return this;
    for (const { n } of this.task.delays.values()) {
      if (!this.task.fired.has(`delay.${n}`)) this.add({ type: 'task.timer-fired.v1', data: { name: 'delay', n } });
    }
    for (const { n } of this.task.waits.values()) {
      if (!this.task.fired.has(`wait.${n}`)) this.add({ type: 'task.timer-fired.v1', data: { name: 'wait', n } });
    }
    return this.settle();
  }

  done(at: AttemptAddress, more: object = {}): this {
    return this.add({ type: 'task.step-done.v1', data: { step: at.step, attempt: at.attempt, arm: at.arm, ...more } }, at);
  }
}

export const submitted = (steps: object[], more: object = {}) =>
  new History().add({ type: 'task.accepted.v1', data: { owner: 'k1', plan: { origin: 'submitted', steps }, ...more } });
