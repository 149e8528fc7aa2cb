import type { PlanJson, PlanStepJson } from '@octobus/contracts';
import { isToken } from '@octobus/kernel';
import { findAgent } from './agents.ts';
import { type GraphStep, type PlanProblem, cycleProblems, inputProblems } from './plan-graph.ts';
import { type PlanTimes, lateWaits, waitProblems } from './plan-waits.ts';

/** Name of the engine's own planning step; a plan can't use it. */
export const PLANNING_STEP = 'plan';
export const MAX_PLAN_STEPS = 200;

/** Everything wrong with a plan; empty: it can be run. Without `times` waits may end whenever they like. */
export function planProblems(steps: readonly GraphStep[], maxSteps: number = MAX_PLAN_STEPS, times?: PlanTimes): readonly PlanProblem[] {
  if (steps.length === 0) return [{ pointer: '/steps', message: 'a plan needs at least one step' }];
  if (steps.length > maxSteps) return [{ pointer: '/steps', message: `a plan of at most ${maxSteps} steps is allowed here` }];
  const problems = [...nameProblems(steps), ...waitProblems(steps), ...referenceProblems(steps)];
  if (problems.length > 0) return problems;
  const graph = [...cycleProblems(steps), ...inputProblems(steps)];
  return graph.length > 0 || times === undefined ? graph : lateWaits(steps, times);
}

function nameProblems(steps: readonly GraphStep[]): PlanProblem[] {
  const seen = new Set<string>();
  return steps.flatMap(({ id = '', agent = '', wait }, i) => {
    const problems: PlanProblem[] = [];
    if (!isToken(id)) problems.push({ pointer: `/steps/${i}/id`, message: 'is not a name of lower-case letters, digits and hyphens' });
    else if (id === PLANNING_STEP) problems.push({ pointer: `/steps/${i}/id`, message: `"${PLANNING_STEP}" is reserved` });
    else if (seen.has(id)) problems.push({ pointer: `/steps/${i}/id`, message: 'is used twice' });
    seen.add(id);
    if (wait === undefined && findAgent(agent)?.plannable !== true)
      problems.push({ pointer: `/steps/${i}/agent`, message: 'unknown agent' });
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

/** Steps that no other step waits for: their outputs are the result. */
export function lastSteps(plan: PlanJson): readonly PlanStepJson[] {
  const waitedFor = new Set((plan.steps ?? []).flatMap((step) => step.after ?? []));
  return (plan.steps ?? []).filter((step) => !waitedFor.has(step.id ?? ''));
}
