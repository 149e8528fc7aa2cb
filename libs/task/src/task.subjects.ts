import { facet } from '@octobus/contracts';
import type { TaskFact } from './task.decide.ts';
import { type AttemptAddress, type OpenTask, type TaskEvent, classToken } from './task.ts';

/** Facet of a fact of the flow. A decision about one step is its own dispatch; one about several gets a number. */
export function flowFacet(fact: TaskFact, task: OpenTask): string {
  switch (fact.type) {
    case 'task.steps-scheduled.v1':
    case 'task.plan-adopted.v1': {
      const steps = fact.data.steps ?? [];
      const only = steps[0];
      if (only === undefined || steps.length > 1) return facet.steps(task.decisions + 1);
      return facet.step(only.arm ?? '', classToken(only.class), only.step ?? '', only.attempt ?? 0);
    }
    case 'task.deadline-set.v1':
      return facet.deadline;
    case 'task.step-delayed.v1':
      return facet.delay(fact.data.n ?? 0);
    case 'task.wait-begun.v1':
      return facet.wait(fact.data.n ?? 0);
    case 'task.wait-ended.v1':
      return facet.waited(fact.data.n ?? 0);
    case 'task.completed.v1':
    case 'task.failed.v1':
    case 'task.cancelled.v1':
    case 'task.expired.v1':
      return facet.end;
    default:
      throw new RangeError(`${fact.type} is no fact of the flow`);
  }
}

/** Reads the address of an attempt from a facet `arm.<arm>.<step>.<attempt>...`. */
export function attemptOf(parts: readonly string[]): AttemptAddress | undefined {
  const [head, arm, step, attempt] = parts;
  if (head !== 'arm' || arm === undefined || step === undefined || attempt === undefined || !/^\d{1,6}$/.test(attempt)) return undefined;
  return { arm, step, attempt: Number(attempt) };
}

/** What of a recorded event a fold of the task needs. */
export interface RecordedTaskEvent {
  readonly sequence: number;
  readonly address: { readonly aggregate: string; readonly facet: readonly string[] };
  readonly body: { readonly type: string };
}

/** A recorded event with everything that a reader may see. */
export interface ViewedEvent extends RecordedTaskEvent {
  readonly storedAt: number;
  readonly envelope: { readonly id: string; readonly type: string; readonly actor: string; readonly causation: string };
}

/** Undefined for events of other aggregates and types of a newer release. */
export function toTaskEvent(event: RecordedTaskEvent): TaskEvent | undefined {
  if (event.address.aggregate !== 'task' || !event.body.type.startsWith('task.')) return undefined;
  const at = attemptOf(event.address.facet);
  return { ...event.body, sequence: event.sequence, ...(at === undefined ? {} : { at }) } as TaskEvent;
}
