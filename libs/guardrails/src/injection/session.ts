/** How suspicion of several turns adds up. */
export interface SessionPolicy {
  /** A turn's score up to here says nothing. */
  readonly noise: number;
  /** Share of the suspicion that is left after each further turn. */
  readonly kept: number;
  /** Time after which half of it is left, ms. */
  readonly halfLifeMs: number;
  /** Cumulative risk (0..1) from which a turn is blocked though it would pass alone. */
  readonly blockFrom: number;
}

/** Suspicion so far: what a caller keeps for a session. */
export interface SessionRisk {
  /** Evidence, 0 and up. */
  readonly suspicion: number;
  /** When the last turn came, ms. */
  readonly at: number;
}

export const noRisk: SessionRisk = Object.freeze({ suspicion: 0, at: 0 });

export const defaultSessionPolicy: SessionPolicy = Object.freeze({ noise: 0.2, kept: 0.9, halfLifeMs: 30 * 60_000, blockFrom: 0.75 });

/** Cumulative risk, 0..1. */
export const riskOf = ({ suspicion }: SessionRisk): number => 1 - Math.exp(-suspicion);

/**
 * The session's risk after a turn with `score` (0..1) at time `at` (ms). Suspicion is -ln(1 - score) beyond the noise, summed with decay by
 * turn and by time; a harmless turn adds nothing and takes nothing away but the decay.
 */
export function afterTurn(
  risk: SessionRisk,
  turn: { readonly score: number; readonly at: number },
  policy: SessionPolicy = defaultSessionPolicy,
): SessionRisk {
  const elapsed = Math.max(0, turn.at - risk.at);
  const kept = risk.suspicion * policy.kept * 2 ** (-elapsed / policy.halfLifeMs);
  const beyond = Math.min(0.999, Math.max(0, (turn.score - policy.noise) / (1 - policy.noise)));
  return { suspicion: kept - Math.log(1 - beyond), at: Math.max(risk.at, turn.at) };
}

export const sessionBlocks = (risk: SessionRisk, policy: SessionPolicy = defaultSessionPolicy): boolean => riskOf(risk) >= policy.blockFrom;
