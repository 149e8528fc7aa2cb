import type { PlanJson, PlanStepJson } from '@octobus/contracts';
import { isToken } from '@octobus/kernel';
import { findAgent } from './agents.ts';

/** Name of the engine's own planning step; a plan can't use it. */
export const PLANNING_STEP = 'plan';
export const MAX_PLAN_STEPS = 200;

export interface PlanProblem {
  /** JSON pointer into the plan. */
  readonly pointer: string;
  readonly message: string;
}

/** The parts of a step that shape the graph. */
export interface GraphStep {
  readonly id?: string;
  readonly agent?: string;
  readonly after?: readonly string[];
  readonly inputs?: readonly string[];
}

/** Everything wrong with a plan; empty: it can be run. */
export function planProblems(steps: readonly GraphStep[], maxSteps: number = MAX_PLAN_STEPS): readonly PlanProblem[] {
  if (steps.length === 0) return [{ pointer: '/steps', message: 'a plan needs at least one step' }];
  if (steps.length > maxSteps) return [{ pointer: '/steps', message: `a plan of at most ${maxSteps} steps is allowed here` }];
  const problems = [...nameProblems(steps), ...referenceProblems(steps)];
  if (problems.length > 0) return problems;
  return [...cycleProblems(steps), ...inputProblems(steps)];
}

function nameProblems(steps: readonly GraphStep[]): PlanProblem[] {
  const seen = new Set<string>();
  return steps.flatMap(({ id = '', agent = '' }, i) => {
    const problems: PlanProblem[] = [];
    if (!isToken(id)) problems.push({ pointer: `/steps/${i}/id`, message: 'is not a name of lower-case letters, digits and hyphens' });
    else if (id === PLANNING_STEP) problems.push({ pointer: `/steps/${i}/id`, message: `"${PLANNING_STEP}" is reserved` });
    else if (seen.has(id)) problems.push({ pointer: `/steps/${i}/id`, message: 'is used twice' });
    seen.add(id);
    if (findAgent(agent)?.plannable !== true) problems.push({ pointer: `/steps/${i}/agent`, message: 'unknown agent' });
    return problems;
  });
}

function referenceProblems(steps: readonly GraphStep[]): PlanProblem[] {
  const ids = new Set(steps.map((step) => step.id));
  return steps.flatMap((step, i) =>
    (['after', 'inputs'] as const).flatMap((field) =>
      (step[field] ?? []).flatMap((id, j) =>
        ids.has(id) && id !== step.id ? [] : [{ pointer: `/steps/${i}/${field}/${j}`, message: 'names no other step of the plan' }],
      ),
    ),
  );
}

/** Steps in an order that respects dependencies (Kahn); shorter than the plan when there is a cycle. */
function topological(steps: readonly GraphStep[]): string[] {
  const missing = new Map(steps.map((step) => [step.id ?? '', new Set(step.after ?? []).size]));
  const followers = new Map<string, string[]>();
  for (const step of steps) {
    for (const before of new Set(step.after ?? [])) followers.set(before, [...(followers.get(before) ?? []), step.id ?? '']);
  }
  const order = [...missing].filter(([, count]) => count === 0).map(([id]) => id);
  for (let i = 0; i < order.length; i++) {
    for (const next of followers.get(order[i] ?? '') ?? []) {
      const left = (missing.get(next) ?? 0) - 1;
      missing.set(next, left);
      if (left === 0) order.push(next);
    }
  }
  return order;
}

function cycleProblems(steps: readonly GraphStep[]): PlanProblem[] {
  const sorted = new Set(topological(steps));
  const first = steps.findIndex((step) => !sorted.has(step.id ?? ''));
  return first < 0 ? [] : [{ pointer: `/steps/${first}/after`, message: 'is part of a cycle' }];
}

function inputProblems(steps: readonly GraphStep[]): PlanProblem[] {
  const before = ancestors(steps);
  return steps.flatMap((step, i) =>
    (step.inputs ?? []).flatMap((id, j) =>
      before.get(step.id ?? '')?.has(id) === true ? [] : [{ pointer: `/steps/${i}/inputs/${j}`, message: 'is not done before this step' }],
    ),
  );
}

function ancestors(steps: readonly GraphStep[]): Map<string, Set<string>> {
  const byId = new Map(steps.map((step) => [step.id ?? '', step]));
  const result = new Map<string, Set<string>>();
  for (const id of topological(steps)) {
    const all = new Set<string>();
    for (const parent of byId.get(id)?.after ?? []) {
      all.add(parent);
      for (const older of result.get(parent) ?? []) all.add(older);
    }
    result.set(id, all);
  }
  return result;
}

/** Steps that no other step waits for: their outputs are the result. */
export function lastSteps(plan: PlanJson): readonly PlanStepJson[] {
  const waitedFor = new Set((plan.steps ?? []).flatMap((step) => step.after ?? []));
  return (plan.steps ?? []).filter((step) => !waitedFor.has(step.id ?? ''));
}
