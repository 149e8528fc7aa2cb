import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { restartDelay } from './child.ts';

describe('the pause before a restart', () => {
  it('starts at a tenth of a second, doubles, and never passes ten seconds', () => {
    expect([1, 2, 3, 8, 50, 100_000].map((restart) => restartDelay(restart, 1))).toEqual([100, 200, 400, 10_000, 10_000, 10_000]);
  });

  it('is between half and all of its upper end, whatever the chance', () => {
    const chance = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), chance, (restart, random) => {
        const most = restartDelay(restart, 1);
        const got = restartDelay(restart, random);
        expect(got).toBeLessThanOrEqual(most);
        expect(got).toBeGreaterThanOrEqual(Math.floor(most / 2));
      }),
    );
  });
});
