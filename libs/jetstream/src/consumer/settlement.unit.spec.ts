import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Outcome, type RetryPolicy, isExhausted, settle } from './settlement.ts';

const policy: RetryPolicy = { maxDeliveries: 4, baseDelayMs: 100, maxDelayMs: 1_000 };
const fault = (retryable: boolean): Outcome => ({ kind: 'fault', code: 'model-unavailable', retryable });

describe('the settlement table', () => {
  it.each<[string, Outcome, number, ReturnType<typeof settle>]>([
    ['acknowledges success', { kind: 'success' }, 3, { do: 'ack' }],
    ['delays a retryable fault', fault(true), 1, { do: 'nak', delayMs: 50 }],
    ['doubles the delay', fault(true), 2, { do: 'nak', delayMs: 100 }],
    ['dead-letters the last try by its own code', fault(true), 3, { do: 'dead-letter', code: 'model-unavailable' }],
    ['dead-letters a terminal fault', fault(false), 1, { do: 'dead-letter', code: 'model-unavailable' }],
    ['dead-letters a defect', { kind: 'defect' }, 1, { do: 'dead-letter', code: 'defect' }],
    ['gives back at once what was withdrawn', { kind: 'withdrawn' }, 3, { do: 'nak', delayMs: 0 }],
  ])('%s', (_name, outcome, deliveries, expected) => {
    expect(settle(outcome, deliveries, policy, 0.5)).toEqual(expected);
  });

  it('never gives up without a limit', () => {
    const endless = { ...policy, maxDeliveries: Number.POSITIVE_INFINITY };
    for (const outcome of [fault(true), fault(false), { kind: 'defect' } as const]) {
      expect(settle(outcome, 1_000_000, endless, 0.999)).toEqual({ do: 'nak', delayMs: 999 });
    }
    expect(isExhausted(1_000_000, endless)).toBe(false);
  });

  it('keeps every delay within the cap and never handles the n-th delivery', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (deliveries, random) => {
        const settled = settle(fault(true), deliveries, { ...policy, maxDeliveries: 50 }, random);
        if (settled.do === 'nak') expect(settled.delayMs).toBeLessThanOrEqual(policy.maxDelayMs);
        expect(settled.do).toBe(deliveries < 49 ? 'nak' : 'dead-letter');
      }),
    );
  });
});
