import {
  type ClassToken,
  type ContentPartJson,
  type EventBody,
  type ModelUsageJson,
  type PlanJson,
  type ScheduledStepJson,
  type StepFailureJson,
  partsOf,
} from '@octobus/contracts';
import { type Instant, type MicroUsd, NO_MONEY, parseInstant, parseMicroUsd } from '@octobus/kernel';
import { PLANNING_STEP } from './plan.ts';

/** Whose attempt an event of an arm's facet belongs to: read from its subject, which the server checked, never from its body. */
export interface AttemptAddress {
  readonly arm: string;
  readonly step: string;
  readonly attempt: number;
}

/** An event of a task with its place in the log; `at` is set in the facets of arms. */
export type TaskEvent = Extract<EventBody, { type: `task.${string}` }> & { readonly sequence: number; readonly at?: AttemptAddress };

export type TaskEnd = 'completed' | 'failed' | 'cancelled' | 'expired';

export interface Attempt {
  readonly n: number;
  readonly arm: string;
  readonly situation: 'open' | 'succeeded' | 'failed' | 'closed';
  readonly grant: MicroUsd | undefined;
  /** What it has cost so far: calls at worst case until their result is known. */
  readonly calls: ReadonlyMap<number, MicroUsd>;
  readonly failure: StepFailureJson | undefined;
  /** Sequence of the decision that scheduled it, and whether its dispatch is an event of its own. */
  readonly decision: number;
  readonly fanned: boolean;
  readonly scheduled: ScheduledStepJson;
}

export interface Step {
  readonly id: string;
  readonly attempts: readonly Attempt[];
}

/** A failed step that is tried again when its time has come: its timer has fired, or a clock says so. */
export interface Delay {
  readonly n: number;
  /** The attempt that failed. */
  readonly attempt: number;
  readonly dueAt: Instant;
}

/** A step of the plan that waits, from the decision that it begins. Sequences of that decision, and of the one that its time has come. */
export interface Wait {
  readonly n: number;
  readonly dueAt: Instant;
  readonly begun: number;
  readonly ended: number | undefined;
}

export interface OpenTask {
  readonly situation: 'open';
  readonly owner: string;
  readonly dataSubject: string;
  readonly class: ClassToken;
  readonly documentIds: readonly string[];
  readonly deadline: Instant | undefined;
  readonly budget: MicroUsd | undefined;
  readonly maxSteps: number | undefined;
  /** An earlier task whose result may answer this one. */
  readonly sameAs: string | undefined;
  readonly plan: PlanJson | undefined;
  /** What a planner proposed and nobody adopted yet. */
  readonly proposal: PlanJson | undefined;
  readonly content: readonly ContentPartJson[];
  readonly steps: ReadonlyMap<string, Step>;
  readonly cancelReason: string | undefined;
  /** Decisions so far that are not about one step: numbers their subjects. */
  readonly decisions: number;
  /** Its timer is set. */
  readonly deadlineSet: boolean;
  /** The last delay of each step that had one, and how many there were: numbers their timers. */
  readonly delays: ReadonlyMap<string, Delay>;
  readonly delayed: number;
  /** Waits that have begun, by step. */
  readonly waits: ReadonlyMap<string, Wait>;
  /** Timers that have fired, as `<name>.<n>`. A firing may stand before the decision that waits for it. */
  readonly fired: ReadonlySet<string>;
}

export const TIMERS = { deadline: 'deadline', delay: 'delay', wait: 'wait' } as const;
/** The one timer of the deadline. */
export const DEADLINE_N = 1;

export const hasFired = (task: OpenTask, name: string, n: number): boolean => task.fired.has(`${name}.${n}`);

export type Task =
  | { readonly situation: 'none' }
  | { readonly situation: 'rejected'; readonly code: string }
  | OpenTask
  | { readonly situation: 'ended'; readonly end: TaskEnd; readonly last: OpenTask };

export const noTask: Task = { situation: 'none' };

const CLASS_TOKENS: Readonly<Record<string, ClassToken>> = { PRIORITY_CLASS_A: 'a', PRIORITY_CLASS_B: 'b', PRIORITY_CLASS_C: 'c' };
export const classToken = (json: string | number | undefined): ClassToken => CLASS_TOKENS[String(json)] ?? 'b';

/** Total: an event that doesn't fit the situation changes nothing. */
export function evolve(task: Task, event: TaskEvent): Task {
  if (event.type === 'task.accepted.v1') return task.situation === 'none' ? accepted(event.data) : task;
  if (event.type === 'task.rejected.v1') return task.situation === 'none' ? { situation: 'rejected', code: event.data.code ?? '' } : task;
  if (task.situation !== 'open') return task;
  switch (event.type) {
    case 'task.cancel-requested.v1':
      return { ...task, cancelReason: task.cancelReason ?? event.data.reason ?? '' };
    case 'task.steps-scheduled.v1':
      return scheduled(task, event.data.steps ?? [], event.sequence);
    case 'task.plan-adopted.v1':
      return scheduled({ ...task, plan: event.data.plan ?? task.plan, proposal: undefined }, event.data.steps ?? [], event.sequence);
    case 'task.step-done.v1':
      return event.at === undefined ? task : done(task, event.at, event.data);
    case 'task.call-started.v1':
      return changeAttempt(task, event.at, (attempt) => priced(attempt, event.data.k, event.data.worstCaseMicroUsd));
    case 'task.call-finished.v1':
      return changeAttempt(task, event.at, (attempt) => priced(attempt, event.data.k, event.data.usage?.costMicroUsd ?? 0));
    case 'task.attempt-closed.v1':
      return changeAttempt(task, event.at, (attempt) => (attempt.situation === 'open' ? { ...attempt, situation: 'closed' } : attempt));
    case 'task.deadline-set.v1':
      return { ...task, deadlineSet: true };
    case 'task.step-delayed.v1':
      return delayed(task, event.data);
    case 'task.wait-begun.v1':
      return waiting(task, event.data, event.sequence);
    case 'task.wait-ended.v1':
      return waited(task, event.data.step ?? '', event.sequence);
    case 'task.timer-fired.v1':
      return { ...task, fired: new Set(task.fired).add(`${event.data.name ?? ''}.${event.data.n ?? 0}`) };
    case 'task.step-noted.v1':
    case 'task.step-dispatched.v1':
      return task;
    case 'task.completed.v1':
      return { situation: 'ended', end: 'completed', last: task };
    case 'task.failed.v1':
      return { situation: 'ended', end: 'failed', last: task };
    case 'task.cancelled.v1':
      return { situation: 'ended', end: 'cancelled', last: task };
    case 'task.expired.v1':
      return { situation: 'ended', end: 'expired', last: task };
  }
}

function accepted(data: Extract<TaskEvent, { type: 'task.accepted.v1' }>['data']): OpenTask {
  return {
    situation: 'open',
    owner: data.owner ?? '',
    dataSubject: data.dataSubject ?? '',
    class: classToken(data.class),
    documentIds: data.documentIds ?? [],
    deadline: parseInstant(data.deadline ?? ''),
    budget: parseMicroUsd(data.limits?.budgetMicroUsd),
    maxSteps: data.limits?.maxSteps,
    sameAs: data.sameAs,
    plan: data.plan,
    proposal: undefined,
    content: partsOf(data.content),
    steps: new Map(),
    cancelReason: undefined,
    decisions: 0,
    deadlineSet: false,
    delays: new Map(),
    delayed: 0,
    waits: new Map(),
    fired: new Set(),
  };
}

function delayed(task: OpenTask, data: Extract<TaskEvent, { type: 'task.step-delayed.v1' }>['data']): OpenTask {
  const { step = '', attempt = 0, n = 0 } = data;
  const dueAt = parseInstant(data.dueAt ?? '');
  if (dueAt === undefined || !task.steps.has(step)) return task;
  return { ...task, delayed: Math.max(task.delayed, n), delays: new Map(task.delays).set(step, { n, attempt, dueAt }) };
}

function waiting(task: OpenTask, data: Extract<TaskEvent, { type: 'task.wait-begun.v1' }>['data'], begun: number): OpenTask {
  const { step = '', n = 0 } = data;
  const dueAt = parseInstant(data.dueAt ?? '');
  if (dueAt === undefined || task.waits.has(step)) return task;
  return { ...task, waits: new Map(task.waits).set(step, { n, dueAt, begun, ended: undefined }) };
}

function waited(task: OpenTask, step: string, ended: number): OpenTask {
  const wait = task.waits.get(step);
  return wait === undefined || wait.ended !== undefined ? task : { ...task, waits: new Map(task.waits).set(step, { ...wait, ended }) };
}

export const isWaiting = (task: OpenTask): boolean => [...task.waits.values()].some(({ ended }) => ended === undefined);

function scheduled(task: OpenTask, list: readonly ScheduledStepJson[], sequence: number): OpenTask {
  const steps = new Map(task.steps);
  for (const item of list) {
    const id = item.step ?? '';
    const attempt: Attempt = {
      n: item.attempt ?? 0,
      arm: item.arm ?? '',
      situation: 'open',
      grant: parseMicroUsd(item.grant?.budgetMicroUsd),
      calls: new Map(),
      failure: undefined,
      decision: sequence,
      fanned: list.length > 1,
      scheduled: item,
    };
    steps.set(id, { id, attempts: [...(steps.get(id)?.attempts ?? []), attempt] });
  }
  return { ...task, steps, decisions: list.length === 1 ? task.decisions : task.decisions + 1 };
}

function done(task: OpenTask, at: AttemptAddress, data: Extract<TaskEvent, { type: 'task.step-done.v1' }>['data']): OpenTask {
  if (findAttempt(task, at)?.situation !== 'open') return task;
  const changed = changeAttempt(task, at, (attempt) => ({
    ...attempt,
    situation: data.failure === undefined ? 'succeeded' : 'failed',
    failure: data.failure,
    calls: costs(data.usage ?? []),
  }));
  if (data.plan === undefined || at.step !== PLANNING_STEP) return changed;
  return { ...changed, proposal: data.plan, content: [...changed.content, ...partsOf(data.content)] };
}

const costs = (usage: readonly ModelUsageJson[]): Map<number, MicroUsd> =>
  new Map(usage.map((item, i) => [i + 1, parseMicroUsd(item.costMicroUsd) ?? NO_MONEY]));

const priced = (attempt: Attempt, k: number | undefined, wire: string | number | undefined): Attempt =>
  attempt.situation === 'succeeded' || attempt.situation === 'failed'
    ? attempt
    : { ...attempt, calls: new Map(attempt.calls).set(k ?? 0, parseMicroUsd(wire) ?? NO_MONEY) };

function changeAttempt(task: OpenTask, at: AttemptAddress | undefined, change: (attempt: Attempt) => Attempt): OpenTask {
  const step = at && task.steps.get(at.step);
  if (at === undefined || step === undefined) return task;
  const attempts = step.attempts.map((attempt) => (attempt.n === at.attempt && attempt.arm === at.arm ? change(attempt) : attempt));
  return { ...task, steps: new Map(task.steps).set(at.step, { ...step, attempts }) };
}

export const findAttempt = (task: OpenTask, at: AttemptAddress): Attempt | undefined =>
  task.steps.get(at.step)?.attempts.find((attempt) => attempt.n === at.attempt && attempt.arm === at.arm);

export const lastAttempt = (step: Step | undefined): Attempt | undefined => step?.attempts.at(-1);

export function* attemptsOf(task: OpenTask): Generator<{ readonly step: string; readonly attempt: Attempt }> {
  for (const step of task.steps.values()) for (const attempt of step.attempts) yield { step: step.id, attempt };
}

/** Micro-dollars spent: calls at their price, unresolved ones at their worst case. */
export function spentOf(task: OpenTask): MicroUsd {
  let sum = 0;
  for (const { attempt } of attemptsOf(task)) for (const cost of attempt.calls.values()) sum += cost;
  return sum as MicroUsd;
}
