export interface PlanProblem {
  /** JSON pointer into the plan. */
  readonly pointer: string;
  readonly message: string;
}

/** A wait as it comes in, or as an event has it: numbers of events are strings. */
export interface GraphWait {
  readonly forMs?: number | string;
  readonly until?: string;
}

/** The parts of a step that shape the graph, and those that a step which waits must not have. */
export interface GraphStep {
  readonly id?: string;
  readonly agent?: string;
  readonly after?: readonly string[];
  readonly inputs?: readonly string[];
  readonly wait?: GraphWait;
  readonly instruction?: unknown;
  readonly arguments?: unknown;
  readonly onFailure?: unknown;
  readonly maxAttempts?: unknown;
  readonly timeoutMs?: unknown;
  readonly effect?: unknown;
}

/** Steps in an order that respects dependencies (Kahn); shorter than the plan when there is a cycle. */
export function topological(steps: readonly GraphStep[]): string[] {
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

export function cycleProblems(steps: readonly GraphStep[]): PlanProblem[] {
  const sorted = new Set(topological(steps));
  const first = steps.findIndex((step) => !sorted.has(step.id ?? ''));
  return first < 0 ? [] : [{ pointer: `/steps/${first}/after`, message: 'is part of a cycle' }];
}

export function inputProblems(steps: readonly GraphStep[]): PlanProblem[] {
  const before = ancestors(steps);
  const waits = new Set(steps.filter((step) => step.wait !== undefined).map((step) => step.id));
  return steps.flatMap((step, i) =>
    (step.inputs ?? []).flatMap((id, j) => {
      const pointer = `/steps/${i}/inputs/${j}`;
      if (waits.has(id)) return [{ pointer, message: 'only waits, and hands nothing over' }];
      return before.get(step.id ?? '')?.has(id) === true ? [] : [{ pointer, message: 'is not done before this step' }];
    }),
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
