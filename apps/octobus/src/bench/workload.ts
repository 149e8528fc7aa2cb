/** One kind of run: steps one after another, or one step with as many journalled sub-steps. */
export interface Workload {
  readonly steps: number;
  readonly substeps: boolean;
}

/** The body of one submission: a plan for the no-op arm, so that nothing but the engine is measured. */
export function submissionOf({ steps, substeps }: Workload): object {
  const goal = 'Benchmark of the engine with an arm that does nothing.';
  if (substeps) return { goal, plan: { steps: [{ id: 's1', agent: 'noop', arguments: { substeps: steps } }] } };
  const chain = Array.from({ length: steps }, (_, i) => ({ id: `s${i + 1}`, agent: 'noop', ...(i === 0 ? {} : { after: [`s${i}`] }) }));
  return { goal, plan: { steps: chain } };
}
