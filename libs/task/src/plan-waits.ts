import { LONGEST_WAIT_MS } from '@octobus/contracts';
import { type Instant, instantOf, parseInstant } from '@octobus/kernel';
import { type GraphStep, type GraphWait, type PlanProblem, topological } from './plan-graph.ts';

/** Between which times all waits of a plan must lie. */
export interface PlanTimes {
  readonly now: Instant;
  readonly deadline?: Instant | undefined;
}

/** When a wait that begins now is over. Undefined for one that says no time. */
export function dueAfter(wait: GraphWait, now: Instant): Instant | undefined {
  if (wait.until !== undefined) return parseInstant(wait.until);
  const ms = Number(wait.forMs);
  return isTime(ms) ? instantOf(now + ms) : undefined;
}

/** What a step that waits may have beside its name and what it comes after. */
const OF_AGENTS = ['agent', 'instruction', 'arguments', 'onFailure', 'maxAttempts', 'timeoutMs', 'effect'] as const;

export function waitProblems(steps: readonly GraphStep[]): PlanProblem[] {
  return steps.flatMap((step, i) => {
    if (step.wait === undefined) return [];
    const extra = [...OF_AGENTS.filter((field) => step[field] !== undefined), ...((step.inputs ?? []).length > 0 ? ['inputs'] : [])];
    const problems = extra.map((field) => ({ pointer: `/steps/${i}/${field}`, message: 'has no place in a step that waits' }));
    return saysOneTime(step.wait) ? problems : [...problems, { pointer: `/steps/${i}/wait`, message: 'says no time to wait for' }];
  });
}

function saysOneTime({ forMs, until }: GraphWait): boolean {
  if ((forMs === undefined) === (until === undefined)) return false;
  return until === undefined ? isTime(Number(forMs)) : parseInstant(until) !== undefined;
}

const isTime = (ms: number): boolean => Number.isSafeInteger(ms) && ms >= 1 && ms <= LONGEST_WAIT_MS;

/** Waits that end too late, even if every step in between takes no time. The graph must be sound. */
export function lateWaits(steps: readonly GraphStep[], { now, deadline }: PlanTimes): PlanProblem[] {
  const places = new Map(steps.map((step, i) => [step.id ?? '', i]));
  const ends = new Map<string, number>();
  return topological(steps).flatMap((id) => {
    const i = places.get(id) ?? 0;
    const { after = [], wait } = steps[i] ?? {};
    const begins = Math.max(now, ...after.map((before) => ends.get(before) ?? now));
    const end = wait === undefined ? begins : Math.max(begins, dueAfter(wait, instantOf(begins)) ?? begins);
    ends.set(id, end);
    if (wait === undefined) return [];
    if (deadline !== undefined && end >= deadline) return [{ pointer: `/steps/${i}/wait`, message: 'is not over before the deadline' }];
    const tooFar = wait.until !== undefined && end > now + LONGEST_WAIT_MS;
    return tooFar ? [{ pointer: `/steps/${i}/wait/until`, message: 'is more than a year away' }] : [];
  });
}
