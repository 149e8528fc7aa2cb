import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { VolatileStore } from '@octobus/volatile';
import type { Limit } from '../gcra.ts';
import type { Bucket } from '../limit-plan.ts';
import { SharedLimits } from '../shared-limits.ts';

export interface ReplicasUnderTest {
  readonly stores: readonly VolatileStore[];
  stop(): Promise<void>;
}

/** What replicas that share counts promise, whatever keeps them. */
export function sharedLimitsContract(name: string, open: () => Promise<ReplicasUnderTest>): void {
  describe(`limits shared over ${name}`, () => {
    let under: ReplicasUnderTest;
    let keys = 0;
    const began = Date.now();
    const replicas = (clock: () => number): readonly SharedLimits[] => under.stores.map((store) => new SharedLimits({ store, clock }));
    const bucketOf = (limit: Limit): Bucket => ({ key: `count-${++keys}`, scope: 'user', limit });
    const allowedOf = async (limits: SharedLimits, buckets: readonly Bucket[]): Promise<boolean> =>
      (await limits.take(buckets))?.allowed === true;

    beforeAll(async () => {
      under = await open();
    }, 60_000);
    afterAll(async () => {
      await under?.stop();
    }, 30_000);

    it.each([
      { rate: 1, burst: 1 },
      { rate: 20, burst: 40 },
      { rate: 1_000, burst: 2_000 },
      { rate: 50_000, burst: 5_000 },
    ])('give exactly a burst of $burst at $rate a second, over all replicas by turns', async (limit) => {
      const limits = replicas(() => began);
      const bucket = bucketOf(limit);
      let allowed = 0;
      for (let i = 0; i < limit.burst + 60; i++) if (await allowedOf(limits[i % limits.length] as SharedLimits, [bucket])) allowed++;
      expect(allowed).toBe(limit.burst);
    });

    it('give exactly the burst to many who ask all replicas at once', async () => {
      const limits = replicas(() => began);
      const bucket = bucketOf({ rate: 100, burst: 500 });
      let allowed = 0;
      for (let round = 0; round < 10; round++) {
        const answers = await Promise.all(
          Array.from({ length: 90 }, (_, i) => allowedOf(limits[i % limits.length] as SharedLimits, [bucket])),
        );
        allowed += answers.filter(Boolean).length;
      }
      expect(allowed).toBe(500);
    });

    it('give the rate, and no more, to who keeps asking after the burst', async () => {
      let now = began;
      const limits = replicas(() => now);
      const bucket = bucketOf({ rate: 100, burst: 50 });
      let allowed = 0;
      for (; now < began + 2_000; now += 2) if (await allowedOf(limits[now % limits.length] as SharedLimits, [bucket])) allowed++;
      expect(allowed).toBeLessThanOrEqual(50 + 200);
      expect(allowed).toBeGreaterThanOrEqual(50 + 190);
    });

    it('say when it makes sense to try again, and it does', async () => {
      let now = began;
      const [one, two] = replicas(() => now);
      const bucket = bucketOf({ rate: 2, burst: 3 });
      for (let i = 0; i < 3; i++) expect(await one?.take([bucket])).toMatchObject({ allowed: true, remaining: 2 - i });
      expect(await two?.take([bucket])).toMatchObject({ allowed: false, remaining: 0, wait: 0.5 });
      now += 499;
      expect(await two?.take([bucket])).toMatchObject({ allowed: false, wait: 0.001 });
      now += 1;
      expect(await one?.take([bucket])).toMatchObject({ allowed: true });
      expect(await two?.take([bucket])).toMatchObject({ allowed: false });
    });

    it('take from no count when one of several says no', async () => {
      const [one, two] = replicas(() => began);
      if (one === undefined || two === undefined) throw new Error('there are replicas');
      const [wide, narrow] = [bucketOf({ rate: 1, burst: 5 }), bucketOf({ rate: 1, burst: 1 })];
      expect(await allowedOf(one, [wide, narrow])).toBe(true);
      for (let i = 0; i < 20; i++) expect(await one.take([wide, narrow])).toMatchObject({ allowed: false, bucket: { key: narrow.key } });
      await one.close();
      let left = 0;
      while (await allowedOf(two, [wide])) left++;
      expect(left).toBe(4);
    });

    it('give back what a replica leased and didn’t use', async () => {
      const [one, two] = replicas(() => began);
      if (one === undefined || two === undefined) throw new Error('there are replicas');
      const bucket = bucketOf({ rate: 1_000, burst: 1_000 });
      for (let i = 0; i < 100; i++) await one.take([bucket]);
      await one.close();
      let left = 0;
      while (await allowedOf(two, [bucket])) left++;
      expect(left).toBe(900);
    });
  });
}
