import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isFault } from '@octobus/kernel';
import { sharedLimitsContract } from '@octobus/limits/testing';
import { type RedisFixture, redisServerBinary, startRedis } from '@octobus/testing';
import { volatileStoreContract } from '@octobus/volatile/testing';
import { RedisVolatileStore } from './redis-volatile-store.ts';

const binary = redisServerBinary();
const open = (url: string, bucket = 'limits'): Promise<RedisVolatileStore> => RedisVolatileStore.open({ url, bucket });

const without = binary === undefined ? it.skip : it;
without('redis-server is there to test against (`npm run setup:system` installs it)', () => expect(binary).toBeDefined());

if (binary !== undefined) {
  volatileStoreContract('Redis', async () => {
    const server = await startRedis(binary);
    const stores = await Promise.all([open(server.url), open(server.url), open(server.url)]);
    return {
      stores,
      kill: server.kill9,
      revive: server.revive,
      stop: async () => {
        await Promise.all(stores.map((store) => store.close()));
        await server.stop();
      },
    };
  });

  sharedLimitsContract('Redis', async () => {
    const server = await startRedis(binary);
    const stores = await Promise.all([open(server.url), open(server.url), open(server.url)]);
    return {
      stores,
      stop: async () => {
        await Promise.all(stores.map((store) => store.close()));
        await server.stop();
      },
    };
  });

  describe('Redis', () => {
    let server: RedisFixture;
    beforeAll(async () => {
      server = await startRedis(binary);
    });
    afterAll(() => server?.stop());

    it('keeps buckets apart', async () => {
      const [limits, cache] = await Promise.all([open(server.url), open(server.url, 'cache')]);
      await limits.set('same', 'of limits', 60_000);
      expect(await cache.get('same')).toBeUndefined();
      await Promise.all([limits.close(), cache.close()]);
    });

    it('is opened while it is down, and says so at every call', async () => {
      await server.kill9();
      const troubles: Error[] = [];
      const store = await RedisVolatileStore.open({ url: server.url, bucket: 'limits', onTrouble: (error) => troubles.push(error) });
      const failure = await store.get('a').catch((error: unknown) => error);
      expect(isFault(failure, 'volatile-unavailable')).toBe(true);
      expect(troubles.length).toBeGreaterThan(0);
      await store.close();
    });
  });
}
