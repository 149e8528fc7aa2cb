import { describe, expect, it } from '@jest/globals';
import { Fault } from '@octobus/kernel';
import { InMemoryVolatileStore, type VolatileStore } from '@octobus/volatile';
import fc from 'fast-check';
import type { Bucket } from './limit-plan.ts';
import { SharedLimits } from './shared-limits.ts';
import { sharedLimitsContract } from './testing/shared-limits.contract.ts';

sharedLimitsContract('the memory of one process', async () => {
  const store = new InMemoryVolatileStore(() => 0);
  return { stores: [store, store, store], stop: () => store.close() };
});

const START = 1_790_000_000_000;
const bucketOf = (rate: number, burst: number): Bucket => ({ key: 'a', scope: 'user', limit: { rate, burst } });

function counted(store: VolatileStore): { readonly store: VolatileStore; readonly asked: () => number } {
  let asked = 0;
  const count = <T>(answer: T): T => {
    asked++;
    return answer;
  };
  return {
    store: {
      get: (key) => count(store.get(key)),
      set: (key, value, ttlMs) => count(store.set(key, value, ttlMs)),
      swap: (key, seen, value, ttlMs) => count(store.swap(key, seen, value, ttlMs)),
      close: () => store.close(),
    },
    asked: () => asked,
  };
}

describe('a lease', () => {
  it('spares a busy replica the round trip for nearly every call', async () => {
    let now = START;
    const { store, asked } = counted(new InMemoryVolatileStore(() => now));
    const limits = new SharedLimits({ store, clock: () => now });
    for (let i = 0; i < 5_000; i++) {
      if (i % 2 === 0) now += 1;
      expect(await limits.take([bucketOf(5_000, 10_000)])).toMatchObject({ allowed: true });
    }
    expect(asked()).toBeLessThan(150);
  });

  it('is worth nothing on top of a count that has filled up since', async () => {
    let now = START;
    const store = new InMemoryVolatileStore(() => now);
    const [one, two] = [0, 1].map(() => new SharedLimits({ store, clock: () => now })) as [SharedLimits, SharedLimits];
    const bucket = bucketOf(1_000, 200);
    for (let i = 0; i < 18; i++) await one.take([bucket]);
    now += 60;
    let given = 0;
    while ((await two.take([bucket]))?.allowed === true) given++;
    while ((await one.take([bucket]))?.allowed === true) given++;
    expect(given).toBe(200);
  });

  it('gives, with all others, never more than the limit says, however calls fall', async () => {
    const calls = fc.array(fc.record({ pause: fc.integer({ min: 0, max: 12 }), replica: fc.integer({ min: 0, max: 2 }) }), {
      minLength: 200,
      maxLength: 600,
    });
    const limits = fc.record({ rate: fc.integer({ min: 20, max: 2_000 }), burst: fc.integer({ min: 1, max: 300 }) });
    await fc.assert(
      fc.asyncProperty(calls, limits, async (all, { rate, burst }) => {
        let now = START;
        const store = new InMemoryVolatileStore(() => now);
        const replicas = [0, 1, 2].map(() => new SharedLimits({ store, clock: () => now }));
        const bucket = bucketOf(rate, burst);
        let given = 0;
        for (const { pause, replica } of all) {
          now += pause;
          if ((await replicas[replica]?.take([bucket]))?.allowed === true) given++;
        }
        expect(given).toBeLessThanOrEqual(burst + Math.ceil(((now - START) / 1000) * rate));
        await Promise.all(replicas.map((replica) => replica.close()));
      }),
      { numRuns: 60 },
    );
  });
});

describe('a caller within the rate', () => {
  it('is never refused, whatever the pauses, and whichever replicas it asks', async () => {
    const calls = fc.array(fc.record({ pause: fc.integer({ min: 0, max: 400 }), replica: fc.integer({ min: 0, max: 2 }) }), {
      maxLength: 300,
    });
    const limits = fc.record({ rate: fc.integer({ min: 1, max: 10_000 }), burst: fc.integer({ min: 30, max: 10_000 }) });
    await fc.assert(
      fc.asyncProperty(calls, limits, async (all, { rate, burst }) => {
        let now = START;
        const store = new InMemoryVolatileStore(() => now);
        const replicas = [0, 1, 2].map(() => new SharedLimits({ store, clock: () => now }));
        for (const { pause, replica } of all) {
          now += Math.ceil(1_000 / rate) + pause;
          expect(await replicas[replica]?.take([bucketOf(rate, burst)])).toMatchObject({ allowed: true });
        }
        await Promise.all(replicas.map((replica) => replica.close()));
      }),
      { numRuns: 100 },
    );
  });
});

describe('a store that is down', () => {
  const unavailable = (): Promise<never> => Promise.reject(new Fault('volatile-unavailable', { retryable: true, message: 'down' }));
  const failing = (down: () => boolean, asked: () => void): VolatileStore => {
    const store = new InMemoryVolatileStore(() => 0);
    const or = <T>(work: () => Promise<T>): Promise<T> => {
      asked();
      return down() ? unavailable() : work();
    };
    return {
      get: (key) => or(() => store.get(key)),
      set: (key, value, ttlMs) => or(() => store.set(key, value, ttlMs)),
      swap: (key, seen, value, ttlMs) => or(() => store.swap(key, seen, value, ttlMs)),
      close: () => store.close(),
    };
  };

  it('is a fault, is left alone for a moment, and counts again when it is back', async () => {
    let [now, down, asked] = [START, true, 0];
    const store = failing(
      () => down,
      () => asked++,
    );
    const limits = new SharedLimits({ store, clock: () => now });
    for (let i = 0; i < 100; i++) await expect(limits.take([bucketOf(1, 2)])).rejects.toMatchObject({ code: 'volatile-unavailable' });
    expect([asked, limits.down]).toEqual([1, true]);
    down = false;
    now += 300;
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push((await limits.take([bucketOf(1, 2)]))?.allowed);
    expect([answers, limits.down]).toEqual([[true, true, false, false], false]);
  });
});
