import type { BandsByChannel } from './injection/bands.ts';
import type { DecodeLimits } from './text/decode.ts';

/** What decides a verdict. One value, so that a tenant's policy can replace it whole. */
export interface ScreeningPolicy {
  /** Where injection scores begin to matter, by where the text comes from. */
  readonly bands: BandsByChannel;
  /** Surest secret from which a text is reviewed although nothing attacks; above 1: never. */
  readonly reviewSecretsFrom: number;
  readonly decode: DecodeLimits;
}

/** Where the held-out figures of docs/quality.md put three in a hundred harmless texts of a user, and two of a document. */
const user = Object.freeze({ markFrom: 0.8, approveFrom: 0.9, blockFrom: 0.97 });
const retrieved = Object.freeze({ markFrom: 0.85, approveFrom: 0.95, blockFrom: 0.98 });
const tool = Object.freeze({ markFrom: 0.8, approveFrom: 0.93, blockFrom: 0.98 });

export const defaultPolicy: ScreeningPolicy = Object.freeze({
  bands: Object.freeze({ user, retrieved, tool, output: retrieved }),
  reviewSecretsFrom: 2,
  decode: Object.freeze({ maxRun: 8192, maxRuns: 32, maxDepth: 2 }),
});
