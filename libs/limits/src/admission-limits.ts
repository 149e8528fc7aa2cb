import { Fault, isFault } from '@octobus/kernel';
import { VOLATILE_FAULTS } from '@octobus/volatile';
import type { Bucket, Caller, LimitBook } from './limit-plan.ts';
import type { SharedLimits, Verdict } from './shared-limits.ts';

/** What is done while replicas can't share their counts: let nobody in, or let each replica count for itself. */
export type WhenDown = 'reject' | 'degraded';

export interface AdmissionLimitsOptions {
  readonly book: LimitBook;
  readonly shared: SharedLimits;
  /** Counts of this process alone, for the degraded mode. */
  readonly alone: SharedLimits;
  readonly whenDown: WhenDown;
}

/** `ok`: replicas share their counts. `degraded`: each counts alone. `rejecting`: nobody is let in. */
export type LimitsState = 'ok' | 'degraded' | 'rejecting';

/** Holds callers against the plan of limits. */
export class AdmissionLimits {
  private readonly options: AdmissionLimitsOptions;

  constructor(options: AdmissionLimitsOptions) {
    this.options = options;
  }

  /** As of the last question. */
  get state(): LimitsState {
    if (!this.options.shared.down) return 'ok';
    return this.options.whenDown === 'degraded' ? 'degraded' : 'rejecting';
  }

  /** Undefined: there is no limit for this. Answers at once where it can. Fault `limits-unavailable` (retryable): counts can't be shared, and nobody is let in without. */
  take(caller: Caller): Verdict | undefined | Promise<Verdict | undefined> {
    const buckets = this.options.book.bucketsOf(caller);
    const verdict = this.options.shared.take(buckets);
    return verdict instanceof Promise ? verdict.catch((error: unknown) => this.withoutStore(buckets, error)) : verdict;
  }

  /** The state after the store was asked. */
  async check(): Promise<LimitsState> {
    await this.options.shared.check().catch(() => undefined);
    return this.state;
  }

  async close(): Promise<void> {
    await this.options.shared.close();
  }

  private withoutStore(buckets: readonly Bucket[], error: unknown): Verdict | undefined | Promise<Verdict | undefined> {
    if (!isFault(error, VOLATILE_FAULTS.unavailable) && !isFault(error, VOLATILE_FAULTS.refused)) throw error;
    if (this.options.whenDown === 'degraded') return this.options.alone.take(buckets);
    throw new Fault('limits-unavailable', {
      retryable: true,
      message: 'the counts of the rate limits can not be reached, and nobody is let in without them',
      cause: error,
    });
  }
}
