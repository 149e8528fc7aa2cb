import type { DecodeLimits } from './text/decode.ts';

/** What decides a verdict. One value, so that a tenant's policy can replace it whole. */
export interface ScreeningPolicy {
  /** Injection scores from here on are looked at by a person (direct) or marked (indirect). */
  readonly reviewFrom: number;
  /** Injection scores from here on are refused. */
  readonly blockFrom: number;
  /** Surest secret from which a text is reviewed although nothing attacks; above 1: never. */
  readonly reviewSecretsFrom: number;
  readonly decode: DecodeLimits;
}

export const defaultPolicy: ScreeningPolicy = Object.freeze({
  reviewFrom: 0.5,
  blockFrom: 0.85,
  reviewSecretsFrom: 2,
  decode: Object.freeze({ maxRun: 8192, maxRuns: 32, maxDepth: 2 }),
});
