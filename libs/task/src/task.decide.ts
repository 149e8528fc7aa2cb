import {
  type ContentPartJson,
  type InputRefJson,
  type PlanJson,
  type PlanStepJson,
  type ScheduledStepJson,
  argumentsName,
  LONGEST_WAIT_MS,
  clearSlot,
  instructionName,
} from '@octobus/contracts';
import { type Instant, type MicroUsd, formatInstant, instantOf, plus, toWire } from '@octobus/kernel';
import { type Agent, agentReference, findAgent } from './agents.ts';
import { MAX_PLAN_STEPS, PLANNING_STEP, lastSteps, planProblems } from './plan.ts';
import { dueAfter } from './plan-waits.ts';
import { retryDelay } from './retry-delay.ts';
import {
  type Attempt,
  type AttemptAddress,
  DEADLINE_N,
  type OpenTask,
  type Step,
  TIMERS,
  type Task,
  type TaskEvent,
  attemptsOf,
  hasFired,
  lastAttempt,
  spentOf,
} from './task.ts';

/** Ask the task what follows from what has happened; time and chance arrive as data. */
export interface Advance {
  readonly type: 'advance';
  readonly now: Instant;
  /** At least 0, below 1: how much of its longest rest a failed step gets. */
  readonly chance: number;
  /** The result of an earlier task with the same request, where there is one that is good. */
  readonly earlier?: EarlierResult | undefined;
}

/** Steps of another task whose outputs are its result. */
export interface EarlierResult {
  readonly task: string;
  readonly result: readonly InputRefJson[];
}

type WithoutSequence<E> = E extends TaskEvent ? { readonly type: E['type']; readonly data: E['data'] } : never;
export type TaskFact = WithoutSequence<TaskEvent>;

/** One append to the task's flow, or closings of attempts (each an append of its own scope); `quiet`: nothing to do until something happens. */
export type Next =
  | { readonly fact: TaskFact }
  | { readonly close: readonly AttemptAddress[]; readonly reason: string }
  | { readonly quiet: true };

const quiet: Next = { quiet: true };

/** Decides one thing at a time; the caller appends it, folds it and asks again until it is quiet. */
export function decide(command: Advance, task: Task): Next {
  if (task.situation !== 'open') return quiet;
  const { now, chance, earlier } = command;
  return (
    cancel(task) ??
    expire(task, now) ??
    fail(task, now) ??
    repeat(task, earlier) ??
    watchDeadline(task) ??
    adopt(task, now) ??
    endWait(task, now) ??
    complete(task) ??
    delay(task, now, chance) ??
    schedule(task, now) ??
    beginWait(task, now) ??
    quiet
  );
}

/** Attempts are closed before the end is written, so that what they cost is final. */
function closeOpenAttempts(task: OpenTask, reason: string): Next | undefined {
  const open = [...attemptsOf(task)].filter(({ attempt }) => attempt.situation === 'open');
  if (open.length === 0) return undefined;
  return { close: open.map(({ step, attempt }) => ({ step, attempt: attempt.n, arm: attempt.arm })), reason };
}

function cancel(task: OpenTask): Next | undefined {
  if (task.cancelReason === undefined) return undefined;
  const fact: TaskFact = { type: 'task.cancelled.v1', data: { reason: task.cancelReason, spentMicroUsd: toWire(spentOf(task)) } };
  return closeOpenAttempts(task, 'task cancelled') ?? { fact };
}

function expire(task: OpenTask, now: Instant): Next | undefined {
  if (task.deadline === undefined || (now < task.deadline && !hasFired(task, TIMERS.deadline, DEADLINE_N))) return undefined;
  const fact: TaskFact = {
    type: 'task.expired.v1',
    data: { deadline: formatInstant(task.deadline), spentMicroUsd: toWire(spentOf(task)) },
  };
  return closeOpenAttempts(task, 'deadline passed') ?? { fact };
}

/** The fact by which the timer of a deadline can be found again, whatever happens to the timers. */
function watchDeadline(task: OpenTask): Next | undefined {
  if (task.deadline === undefined || task.deadlineSet) return undefined;
  return { fact: { type: 'task.deadline-set.v1', data: { deadline: formatInstant(task.deadline) } } };
}

interface Breakage {
  readonly code: string;
  readonly message: string;
  readonly step: string;
}

function fail(task: OpenTask, now: Instant): Next | undefined {
  const breakage = proposalBreakage(task, now) ?? stepBreakage(task);
  if (breakage === undefined) return undefined;
  const fact: TaskFact = { type: 'task.failed.v1', data: { ...breakage, spentMicroUsd: toWire(spentOf(task)) } };
  return closeOpenAttempts(task, 'task failed') ?? { fact };
}

function proposalBreakage(task: OpenTask, now: Instant): Breakage | undefined {
  if (task.proposal === undefined) return undefined;
  const problem = planProblems(task.proposal.steps ?? [], task.maxSteps ?? MAX_PLAN_STEPS, { now, deadline: task.deadline })[0];
  return problem && { code: 'plan-invalid', message: `${problem.pointer} ${problem.message}`, step: PLANNING_STEP };
}

function stepBreakage(task: OpenTask): Breakage | undefined {
  if (task.plan === undefined && task.proposal === undefined && lastAttempt(task.steps.get(PLANNING_STEP))?.situation === 'succeeded')
    return { code: 'plan-invalid', message: 'the planner gave no plan', step: PLANNING_STEP };
  for (const step of task.steps.values()) {
    const failure = lastAttempt(step)?.failure;
    if (failure === undefined || retryable(task, step) || skippable(task, step)) continue;
    return { code: failure.code ?? 'step-failed', message: failure.message ?? '', step: step.id };
  }
  return undefined;
}

const planStep = (task: OpenTask, id: string): PlanStepJson | undefined => task.plan?.steps?.find((step) => step.id === id);

function agentOf(task: OpenTask, step: string): Agent | undefined {
  return findAgent(step === PLANNING_STEP ? 'planner' : (planStep(task, step)?.agent ?? ''));
}

function retryable(task: OpenTask, step: Step): boolean {
  const last = lastAttempt(step);
  if (last?.situation !== 'failed' || last.failure?.retryable !== true) return false;
  // Whether it happened is not known: a person has to look.
  if (planStep(task, step.id)?.effect === 'EFFECT_ONCE') return false;
  return last.n < (planStep(task, step.id)?.maxAttempts || agentOf(task, step.id)?.maxAttempts || 1);
}

const skippable = (task: OpenTask, step: Step): boolean => planStep(task, step.id)?.onFailure === 'ON_FAILURE_SKIP';

function adopt(task: OpenTask, now: Instant): Next | undefined {
  if (task.proposal === undefined) return undefined;
  const withPlan: OpenTask = { ...task, plan: task.proposal, proposal: undefined };
  const due = dueSteps(withPlan, now);
  const data = { plan: task.proposal, steps: grantAll(withPlan, due), content: clearSlot(contentOf(withPlan, due)) };
  return { fact: { type: 'task.plan-adopted.v1', data } };
}

const settled = (task: OpenTask, id: string): boolean => {
  const wait = task.waits.get(id);
  if (wait !== undefined) return wait.ended !== undefined;
  const step = task.steps.get(id);
  if (step === undefined) return false;
  const situation = lastAttempt(step)?.situation;
  return situation === 'succeeded' || (situation === 'failed' && !retryable(task, step) && skippable(task, step));
};

function complete(task: OpenTask): Next | undefined {
  const steps = task.plan?.steps;
  if (steps === undefined || !steps.every((step) => settled(task, step.id ?? ''))) return undefined;
  const result = lastSteps(task.plan as PlanJson).flatMap((step) => inputRef(task, step.id ?? ''));
  return { fact: { type: 'task.completed.v1', data: { spentMicroUsd: toWire(spentOf(task)), steps: steps.length, result } } };
}

/** True while nothing was begun that an earlier result could spare. */
export const mayBeAnsweredFrom = (task: OpenTask): string | undefined =>
  task.steps.size === 0 && task.proposal === undefined ? task.sameAs : undefined;

function repeat(task: OpenTask, earlier: EarlierResult | undefined): Next | undefined {
  if (earlier === undefined || mayBeAnsweredFrom(task) === undefined) return undefined;
  const { task: answeredFrom, result } = earlier;
  return { fact: { type: 'task.completed.v1', data: { spentMicroUsd: '0', steps: 0, result: [...result], answeredFrom } } };
}

function inputRef(task: OpenTask, step: string): { step: string; arm: string; attempt: number }[] {
  const last = lastAttempt(task.steps.get(step));
  return last?.situation === 'succeeded' ? [{ step, arm: last.arm, attempt: last.n }] : [];
}

/** One failed step that has no time for its next attempt yet gets one. */
function delay(task: OpenTask, now: Instant, chance: number): Next | undefined {
  for (const step of task.steps.values()) {
    const attempt = lastAttempt(step)?.n ?? 0;
    if (!retryable(task, step) || task.delays.get(step.id)?.attempt === attempt) continue;
    const delayMs = retryDelay(attempt, chance);
    const data = { n: task.delayed + 1, step: step.id, attempt, dueAt: formatInstant(plus(now, delayMs)), delayMs };
    return { fact: { type: 'task.step-delayed.v1', data } };
  }
  return undefined;
}

/** Its rest is over: the timer has fired, or the clock is past it. */
function rested(task: OpenTask, step: Step, now: Instant): boolean {
  const rest = task.delays.get(step.id);
  return rest !== undefined && rest.attempt === lastAttempt(step)?.n && (now >= rest.dueAt || hasFired(task, TIMERS.delay, rest.n));
}

function schedule(task: OpenTask, now: Instant): Next | undefined {
  const due = dueSteps(task, now);
  if (due.length === 0) return undefined;
  const retry = due.some((id) => task.steps.has(id));
  const reason = retry ? 'retry' : task.plan === undefined ? 'planning' : 'dependencies-met';
  const data = { steps: grantAll(task, due), reason, content: clearSlot(contentOf(task, due)) };
  return { fact: { type: 'task.steps-scheduled.v1', data } };
}

/** Steps that may begin now: never begun with everything before them settled, or failed, worth another attempt, and rested. */
function dueSteps(task: OpenTask, now: Instant): readonly string[] {
  const ids =
    task.plan === undefined
      ? [PLANNING_STEP]
      : (task.plan.steps ?? []).filter(({ wait }) => wait === undefined).map((step) => step.id ?? '');
  return ids.filter((id) => {
    const step = task.steps.get(id);
    if (step !== undefined) return retryable(task, step) && rested(task, step, now);
    return mayBegin(task, planStep(task, id));
  });
}

const mayBegin = (task: OpenTask, step: PlanStepJson | undefined): boolean => (step?.after ?? []).every((before) => settled(task, before));

/**
 * One wait with everything before it settled. It may be due after the task's deadline, at which the task expires: cut short, it would let go on what
 * must not happen yet.
 */
function beginWait(task: OpenTask, now: Instant): Next | undefined {
  for (const [i, step] of (task.plan?.steps ?? []).entries()) {
    const { id = '', wait } = step;
    if (wait === undefined || task.waits.has(id) || !mayBegin(task, step)) continue;
    const dueAt = dueAfter(wait, now) ?? instantOf(now + LONGEST_WAIT_MS);
    return { fact: { type: 'task.wait-begun.v1', data: { n: i + 1, step: id, dueAt: formatInstant(dueAt) } } };
  }
  return undefined;
}

/** One wait whose time has come: its timer has fired, or the clock is past it. */
function endWait(task: OpenTask, now: Instant): Next | undefined {
  for (const [step, { n, dueAt, ended }] of task.waits) {
    if (ended === undefined && (now >= dueAt || hasFired(task, TIMERS.wait, n)))
      return { fact: { type: 'task.wait-ended.v1', data: { n, step } } };
  }
  return undefined;
}

/** What a grant may hold: the budget less what is spent and what open attempts hold, in equal parts. */
function shareOfBudget(task: OpenTask, parts: number): MicroUsd | undefined {
  if (task.budget === undefined) return undefined;
  let held = 0;
  for (const { attempt } of attemptsOf(task)) if (attempt.situation === 'open') held += heldBy(attempt);
  const closed = spentOf(task) - openSpend(task);
  return Math.max(0, Math.floor((task.budget - closed - held) / parts)) as MicroUsd;
}

const sum = (amounts: Iterable<number>): number => [...amounts].reduce((a, b) => a + b, 0);
const heldBy = (attempt: Attempt): number => Math.max(attempt.grant ?? 0, sum(attempt.calls.values()));
const openSpend = (task: OpenTask): number =>
  sum([...attemptsOf(task)].filter(({ attempt }) => attempt.situation === 'open').flatMap(({ attempt }) => [...attempt.calls.values()]));

function grantAll(task: OpenTask, ids: readonly string[]): ScheduledStepJson[] {
  const budget = shareOfBudget(task, Math.max(1, ids.length));
  return ids.map((id) => scheduledStep(task, id, budget));
}

function scheduledStep(task: OpenTask, id: string, budget: MicroUsd | undefined): ScheduledStepJson {
  const wanted = planStep(task, id);
  const agent = agentOf(task, id) as Agent;
  return {
    step: id,
    attempt: (lastAttempt(task.steps.get(id))?.n ?? 0) + 1,
    arm: agent.arm,
    agent: agentReference(agent),
    prompt: agent.prompt,
    class: `PRIORITY_CLASS_${task.class.toUpperCase() as 'A' | 'B' | 'C'}`,
    grant: {
      ...(budget === undefined ? {} : { budgetMicroUsd: toWire(budget) }),
      documentIds: [...task.documentIds],
      timeoutMs: wanted?.timeoutMs || agent.timeout,
      ...(task.deadline === undefined ? {} : { expiresAt: formatInstant(task.deadline) }),
    },
    inputs: (wanted?.inputs ?? []).flatMap((input) => inputRef(task, input)),
    effect: wanted?.effect ?? 'EFFECT_NONE',
  };
}

/** What the scheduled steps have to do: the goal for the planner, else instruction and arguments from the plan's content. */
function contentOf(task: OpenTask, ids: readonly string[]): ContentPartJson[] {
  const names = new Set(ids.flatMap((id) => [instructionName(id), argumentsName(id)]));
  const parts = task.content.filter((part) => names.has(part.name ?? ''));
  const goal = ids.includes(PLANNING_STEP) ? task.content.find((part) => part.name === 'goal') : undefined;
  return goal === undefined ? parts : [...parts, { ...goal, name: instructionName(PLANNING_STEP) }];
}
