import { describe, expect, it } from '@jest/globals';
import { InMemoryVolatileStore } from './in-memory-volatile-store.ts';
import { volatileStoreContract } from './testing/volatile-store.contract.ts';

volatileStoreContract('memory', async () => {
  const store = new InMemoryVolatileStore();
  return { stores: [store, store, store], stop: () => store.close() };
});

describe('the memory of one process', () => {
  it('forgets the key that was written least recently when it is full', async () => {
    const store = new InMemoryVolatileStore(() => 0, 2);
    for (const key of ['a', 'b', 'a', 'c']) await store.set(key, key, 1_000);
    expect(await Promise.all(['a', 'b', 'c'].map(async (key) => (await store.get(key))?.value))).toEqual(['a', undefined, 'c']);
  });
});
