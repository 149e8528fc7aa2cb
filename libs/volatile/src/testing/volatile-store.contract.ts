import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isFault } from '@octobus/kernel';
import { MOST_VALUE_CHARS, type VolatileStore } from '../volatile-store.ts';

export interface StoreUnderTest {
  /** Replicas of one service: each sees what the others write. */
  readonly stores: readonly [VolatileStore, VolatileStore, VolatileStore];
  /** Ends and starts what keeps the values; absent: it lives and dies with the process. */
  readonly kill?: () => Promise<void>;
  readonly revive?: () => Promise<void>;
  stop(): Promise<void>;
}

/** What every adapter of `VolatileStore` promises. */
export function volatileStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} as a volatile store`, () => {
    let under: StoreUnderTest;
    let keys = 0;
    const freshKey = (): string => `key-${++keys}`;
    beforeAll(async () => {
      under = await open();
    }, 60_000);
    afterAll(async () => {
      await under?.stop();
    }, 30_000);

    it('holds nothing under a key that nobody wrote', async () => {
      expect(await under.stores[0].get(freshKey())).toBeUndefined();
    });

    it('shows every replica what one has written, and what it wrote over that', async () => {
      const [one, two, three] = under.stores;
      const key = freshKey();
      await one.set(key, 'first', 60_000);
      expect(await two.get(key)).toMatchObject({ value: 'first' });
      await two.set(key, 'second', 60_000);
      expect(await three.get(key)).toMatchObject({ value: 'second' });
    });

    it('writes over what was seen, and not over what was written since', async () => {
      const [one, two] = under.stores;
      const key = freshKey();
      const first = await one.swap(key, undefined, 'a', 60_000);
      expect(await two.swap(key, undefined, 'b', 60_000)).toBeUndefined();
      const second = await two.swap(key, first, 'c', 60_000);
      expect(second).toMatchObject({ value: 'c' });
      expect(await one.swap(key, first, 'd', 60_000)).toBeUndefined();
      expect(await one.swap(key, second, 'e', 60_000)).toMatchObject({ value: 'e' });
      expect(await two.get(key)).toMatchObject({ value: 'e' });
    });

    it('lets one of several win who swap at once, so that no count is lost', async () => {
      const key = freshKey();
      const add = async (store: VolatileStore): Promise<void> => {
        for (;;) {
          const seen = await store.get(key);
          if ((await store.swap(key, seen, String(Number(seen?.value ?? 0) + 1), 60_000)) !== undefined) return;
        }
      };
      await Promise.all(Array.from({ length: 30 }, (_, i) => add(under.stores[i % 3] ?? under.stores[0])));
      expect(await under.stores[0].get(key)).toMatchObject({ value: '30' });
    });

    it('forgets what is out of date, after which the key is as new', async () => {
      const [one, two] = under.stores;
      const key = freshKey();
      const held = await one.swap(key, undefined, 'short', 1_000);
      expect(await two.get(key)).toMatchObject({ value: 'short' });
      const gone = async (): Promise<void> => {
        while ((await two.get(key)) !== undefined) await new Promise((resolve) => setTimeout(resolve, 50));
      };
      await gone();
      expect(await one.swap(key, held, 'late', 60_000)).toBeUndefined();
      expect(await one.swap(key, undefined, 'new', 60_000)).toMatchObject({ value: 'new' });
    }, 10_000);

    it('keeps any text up to its bound, and takes no more', async () => {
      const [one, two] = under.stores;
      const key = freshKey();
      for (const value of ['', ' ', '"; return 1 --', `'\\r\\n`, '{"a":[1,2]}', 'x'.repeat(MOST_VALUE_CHARS)]) {
        await one.set(key, value, 60_000);
        expect((await two.get(key))?.value).toBe(value);
      }
      await expect(one.set(key, 'x'.repeat(MOST_VALUE_CHARS + 1), 60_000)).rejects.toThrow(RangeError);
    });

    it.each(['', 'a.b', 'a*', '>', 'A', 'a b', 'a\r\nSET x y', 'x'.repeat(65)])(
      'takes no key that could act as something else: %j',
      async (key) => {
        for (const act of [
          () => under.stores[0].get(key),
          () => under.stores[0].set(key, 'v', 60_000),
          () => under.stores[0].swap(key, undefined, 'v', 60_000),
        ])
          await expect(act()).rejects.toThrow(RangeError);
      },
    );

    it('fails soon with a retryable fault while it is down, and works when it is back', async () => {
      if (under.kill === undefined || under.revive === undefined) return;
      const [one] = under.stores;
      const key = freshKey();
      await one.set(key, 'before', 60_000);
      await under.kill();
      for (const act of [() => one.get(key), () => one.set(key, 'v', 60_000), () => one.swap(key, undefined, 'v', 60_000)]) {
        const began = performance.now();
        const error = await act().then(
          () => undefined,
          (failure: unknown) => failure,
        );
        expect(isFault(error, 'volatile-unavailable') && error.retryable).toBe(true);
        expect(performance.now() - began).toBeLessThan(1_500);
      }
      await under.revive();
      for (;;) {
        const done = await one.set(key, 'after', 60_000).then(
          () => true,
          () => false,
        );
        if (done) break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      expect(await under.stores[1].get(key).catch(() => under.stores[1].get(key))).toMatchObject({ value: 'after' });
    }, 30_000);
  });
}
