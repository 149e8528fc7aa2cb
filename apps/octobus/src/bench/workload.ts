/** One kind of run: steps one after another, or one step with as many journalled sub-steps. */
export interface Workload {
  readonly steps: number;
  readonly substeps: boolean;
  /** The sub-steps say that they have no effect: their results are recorded together. */
  readonly grouped?: boolean;
}

const GOAL = 'Benchmark of the engine with an arm that does nothing.';

/** The body of one submission: a plan for the no-op arm, so that nothing but the engine is measured. */
export function submissionOf({ steps, substeps, grouped = false }: Workload): object {
  if (substeps) return { goal: GOAL, plan: { steps: [{ id: 's1', agent: 'noop', arguments: { substeps: steps, pure: grouped } }] } };
  return chainOf(Array.from({ length: steps }, () => ({})));
}

/** A step may wait for no more than these (`PlanStep.after`). */
export const MOST_SIDE_BY_SIDE = 100;

/** As many steps at once, and one that waits for all of them. */
export function fanOutOf(width: number): object {
  const branches = Array.from({ length: width }, (_, i) => ({ id: `b${i + 1}`, agent: 'noop' }));
  return { goal: GOAL, plan: { steps: [...branches, { id: 'join', agent: 'noop', after: branches.map(({ id }) => id) }] } };
}

/** Steps one after another that take their time: the first long enough for listeners to come, each other one as long as the pace. */
export function storyOf({ steps, holdMs, paceMs }: { readonly steps: number; readonly holdMs: number; readonly paceMs: number }): object {
  return chainOf(Array.from({ length: steps }, (_, i) => ({ arguments: { sleepMs: i === 0 ? holdMs : paceMs } })));
}

function chainOf(steps: readonly object[]): object {
  const chain = steps.map((step, i) => ({ id: `s${i + 1}`, agent: 'noop', ...step, ...(i === 0 ? {} : { after: [`s${i}`] }) }));
  return { goal: GOAL, plan: { steps: chain } };
}
