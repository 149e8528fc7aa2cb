/** How a try ended. A fault is a foreign failure, a defect an error of our own. */
export type Outcome =
  | { readonly kind: 'success' }
  | { readonly kind: 'fault'; readonly code: string; readonly retryable: boolean }
  | { readonly kind: 'defect' }
  /** The host withdrew the message: it stops. */
  | { readonly kind: 'withdrawn' };

export type Settlement =
  | { readonly do: 'ack' }
  | { readonly do: 'nak'; readonly delayMs: number }
  | { readonly do: 'dead-letter'; readonly code: string };

export interface RetryPolicy {
  /** The delivery that is not handled any more; at least 2. Infinity: never given up on. */
  readonly maxDeliveries: number;
  /** Delay before the second try is up to this; it doubles with every further one. */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
}

export const DEFECT = 'defect';
export const DELIVERIES_EXHAUSTED = 'deliveries-exhausted';

/** Whether this delivery must not be handled: its predecessors ended without a word, so handling it may kill the process again. */
export const isExhausted = (deliveries: number, policy: RetryPolicy): boolean => deliveries >= policy.maxDeliveries;

/** The table: success -> ack; retryable -> nak with full jitter; terminal, defect or last try -> dead letter. `random` is in [0, 1). */
export function settle(outcome: Outcome, deliveries: number, policy: RetryPolicy, random: number): Settlement {
  switch (outcome.kind) {
    case 'success':
      return { do: 'ack' };
    case 'withdrawn':
      return { do: 'nak', delayMs: 0 };
    case 'defect':
      return Number.isFinite(policy.maxDeliveries) ? { do: 'dead-letter', code: DEFECT } : retry(deliveries, policy, random);
    case 'fault':
      if (outcome.retryable && !isExhausted(deliveries + 1, policy)) return retry(deliveries, policy, random);
      return Number.isFinite(policy.maxDeliveries) ? { do: 'dead-letter', code: outcome.code } : retry(deliveries, policy, random);
  }
}

const retry = (deliveries: number, policy: RetryPolicy, random: number): Settlement => ({
  do: 'nak',
  delayMs: Math.round(random * Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** Math.min(deliveries - 1, 30))),
});
