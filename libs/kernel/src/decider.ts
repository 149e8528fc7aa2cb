/** The outcome of a decision: facts to record, or the rule that forbids it. */
export type Decision<E, R> = { readonly events: readonly E[] } | { readonly refused: R };

/**
 * An aggregate as three pure pieces (Chassaing's decider): what is true at first, what a command leads to, what an event changes.
 * `evolve` is total: it accepts every event in every state and never throws.
 */
export interface Decider<S, C, E, R> {
  readonly initial: S;
  decide(command: C, state: S): Decision<E, R>;
  evolve(state: S, event: E): S;
}

/** Folds a history from the initial state. */
export function fold<S, C, E, R>(decider: Decider<S, C, E, R>, events: Iterable<E>): S {
  let state = decider.initial;
  for (const event of events) state = decider.evolve(state, event);
  return state;
}
