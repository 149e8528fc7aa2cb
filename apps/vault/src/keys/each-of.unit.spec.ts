import { describe, expect, it } from '@jest/globals';
import { eachOf } from './each-of.ts';

async function* upTo(n: number): AsyncIterable<number> {
  for (let i = 1; i <= n; i++) yield i;
}

describe('work on what comes', () => {
  it('is done for everything, with a bound on what is at work', async () => {
    let [atWork, most] = [0, 0];
    const done: number[] = [];
    await eachOf(upTo(50), 4, async (i) => {
      most = Math.max(most, ++atWork);
      for (let turns = (i % 3) + 20; turns > 0; turns--) await Promise.resolve();
      atWork--;
      done.push(i);
    });
    expect(most).toBe(4);
    expect(done.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  });

  it('ends with the first failure, when nothing is at work any more', async () => {
    const [begun, ended]: number[][] = [[], []];
    const work = async (i: number): Promise<void> => {
      begun?.push(i);
      await Promise.resolve();
      if (i === 3) throw new Error('three');
      for (let turns = 0; turns < 5; turns++) await Promise.resolve();
      ended?.push(i);
    };
    await expect(eachOf(upTo(50), 4, work)).rejects.toThrow('three');
    expect(begun?.length).toBeLessThan(8);
    expect(ended).toEqual(begun?.filter((i) => i !== 3));
  });

  it('ends with the failure of what comes', async () => {
    async function* broken(): AsyncIterable<number> {
      yield 1;
      throw new Error('no more');
    }
    await expect(eachOf(broken(), 4, () => Promise.resolve())).rejects.toThrow('no more');
  });
});
