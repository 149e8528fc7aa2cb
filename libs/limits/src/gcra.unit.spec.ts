import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Limit, gcra, givenBack } from './gcra.ts';

const limits = fc.record({ rate: fc.double({ min: 0.01, max: 100_000, noNaN: true }), burst: fc.integer({ min: 1, max: 500 }) });
const START = 1_790_000_000_000_000;

/** Times at which permits were given, for asks at these times. */
function givenAt(limit: Limit, asks: readonly { readonly at: number; readonly wanted: number }[]): readonly number[] {
  let tat: number | undefined;
  return asks.flatMap(({ at, wanted }) => {
    const answer = gcra(tat, at, limit, wanted);
    tat = answer.tat;
    return Array.from({ length: answer.granted }, () => at);
  });
}

describe('the generic cell rate algorithm', () => {
  it('gives exactly the burst at once, then one after each interval', () => {
    const limit = { rate: 10, burst: 5 };
    const first = gcra(undefined, START, limit, 9);
    expect(first).toMatchObject({ granted: 5, remaining: 0, wait: 100_000 });
    expect(gcra(first.tat, START + 99_999, limit, 1)).toMatchObject({ granted: 0, wait: 1 });
    expect(gcra(first.tat, START + 100_000, limit, 1)).toMatchObject({ granted: 1, remaining: 0 });
    expect(gcra(first.tat, START + 500_000, limit, 9)).toMatchObject({ granted: 5 });
  });

  it('gives at most burst + rate x time in any stretch of time, whoever asks when', () => {
    const asks = fc.array(fc.record({ pause: fc.integer({ min: 0, max: 300_000 }), wanted: fc.integer({ min: 0, max: 20 }) }), {
      maxLength: 80,
    });
    fc.assert(
      fc.property(limits, asks, (limit, pauses) => {
        let at = START;
        const times = givenAt(
          limit,
          pauses.map(({ pause, wanted }) => ({ at: (at += pause), wanted })),
        );
        const most = (from: number, to: number): number => limit.burst + (limit.rate * (to - from)) / 1e6 + 0.5;
        const over = times.some((from, i) => times.some((to, j) => j >= i && j - i + 1 > most(from, to)));
        expect(over).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  it('says the time to wait: a moment before it there is none, and at it there is one', () => {
    fc.assert(
      fc.property(limits, fc.integer({ min: 0, max: 5_000_000 }), (limit, later) => {
        const { tat } = gcra(undefined, START, limit, limit.burst);
        const { wait } = gcra(tat, START + later, limit, 0);
        if (wait === 0) return;
        expect(gcra(tat, START + later + wait + 1, limit, 1).granted).toBe(1);
        if (wait > 4) expect(gcra(tat, START + later + wait - 4, limit, 1).granted).toBe(0);
      }),
    );
  });

  it('is as before when all that was taken is given back', () => {
    fc.assert(
      fc.property(limits, fc.integer({ min: 0, max: 500 }), (limit, wanted) => {
        const { tat, granted } = gcra(undefined, START, limit, wanted);
        expect(gcra(givenBack(tat, limit, granted), START, limit, 0).remaining).toBe(limit.burst);
      }),
    );
  });
});
