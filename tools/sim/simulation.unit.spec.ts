import { describe, expect, it } from '@jest/globals';
import { PLANTS, type Plant } from './plants.ts';
import { simulate } from './simulation.ts';

const from = (first: number, seeds: number): readonly number[] => Array.from({ length: seeds }, (_, i) => first + i);

/** What gives each bug away. */
const GIVEN_AWAY: Readonly<Record<Plant, string>> = {
  'ack-before-publish': 'every accepted task ends',
  'missing-expected-sequence': 'no append with a wrong expectation succeeds',
  'dispatch-as-fact': 'the end states what was spent',
  'attempt-not-closed': 'attempts are closed before the end',
  'position-outside-transaction': 'read models equal a fresh fold',
  'effect-without-journal': 'a call that must not be repeated acts once',
  'timer-in-memory': 'every accepted task ends',
  'deadline-not-timed': 'a deadline ends its task',
};

describe('the simulation', () => {
  it('goes the same way every time, to the last event, and another way with another seed', async () => {
    const [first, again, untraced] = [await simulate(7, { traced: true }), await simulate(7, { traced: true }), await simulate(7)];
    expect(again.trace).toEqual(first.trace);
    expect(first.trace.length).toBeGreaterThan(500);
    expect([again.fingerprint, untraced.fingerprint]).toEqual([first.fingerprint, first.fingerprint]);
    expect((await simulate(8)).fingerprint).not.toBe(first.fingerprint);
  }, 60_000);

  /** In these an arm took the part of its journal that a replica showed for the whole, and wrote a call over the one that was hidden. */
  it.each([142, 209])('keeps its promises in seed %i, which broke one', async (seed) => {
    expect((await simulate(seed)).violations).toEqual([]);
  });

  it.each(PLANTS)(
    'finds %s within twelve seeds, the same way twice',
    async (plant) => {
      for (const seed of from(1, 12)) {
        const { violations, fingerprint } = await simulate(seed, { plant });
        if (!violations.some(({ invariant }) => invariant === GIVEN_AWAY[plant])) continue;
        const again = await simulate(seed, { plant, traced: true });
        expect(again.fingerprint).toBe(fingerprint);
        expect(again.violations).toEqual(violations);
        return;
      }
      throw new Error(`${plant} was not found`);
    },
    120_000,
  );
});
