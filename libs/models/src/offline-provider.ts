import { Fault, NO_MONEY } from '@octobus/kernel';
import { MODEL_FAULTS } from './faults.ts';
import type { ModelAnswer, ModelProvider, Quote } from './model-provider.ts';
import { countUpperBound } from './tokens.ts';

/** Name under which everything made without a model is labelled. */
export const OFFLINE = 'offline';

/** Stands where a model would: free, and says plainly that free text can't be generated without one. Rules answer instead (`offline/`). */
export class OfflineProvider implements ModelProvider {
  readonly name = OFFLINE;
  readonly offline = true;
  readonly count = countUpperBound;

  quote(): Promise<Quote> {
    return Promise.resolve({ model: OFFLINE, priceVersion: OFFLINE, priceKnown: true, worstCaseMicroUsd: NO_MONEY });
  }

  generate(): Promise<ModelAnswer> {
    const message = 'no language model is configured; set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own';
    return Promise.reject(new Fault(MODEL_FAULTS.notConfigured, { retryable: false, message }));
  }
}
