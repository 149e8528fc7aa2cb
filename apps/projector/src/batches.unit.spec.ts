import { describe, expect, it } from '@jest/globals';
import { contiguousRun, gathered, readAhead } from './batches.ts';

const at = (...sequences: number[]) => sequences.map((sequence) => ({ sequence }));

async function* given(...batches: readonly (readonly number[])[]): AsyncGenerator<readonly number[]> {
  for (const batch of batches) yield await Promise.resolve(batch);
}

async function all<T>(batches: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const batch of batches) found.push(batch);
  return found;
}

describe('a run without a gap', () => {
  it('starts at the sequence wanted, takes each event once and ends before the first gap', () => {
    expect(contiguousRun(at(4, 5, 5, 6, 8, 9), 4)).toEqual(at(4, 5, 6));
    expect(contiguousRun(at(3, 4, 5), 4)).toEqual(at(4, 5));
    expect(contiguousRun(at(5, 6), 4)).toEqual([]);
    expect(contiguousRun([], 4)).toEqual([]);
  });
});

describe('batches', () => {
  it('are joined until they are large enough, and nothing is lost at the end', async () => {
    expect(await all(gathered(given([1, 2], [3], [4, 5, 6], [7]), 3, (n) => n * 10))).toEqual([[10, 20, 30], [40, 50, 60], [70]]);
    expect(await all(gathered(given(), 3, (n) => n))).toEqual([]);
  });

  it('are asked for one ahead', async () => {
    const asked: number[] = [];
    async function* counted() {
      for (const n of [1, 2, 3]) {
        asked.push(n);
        yield await Promise.resolve(n);
      }
    }
    const ahead = readAhead(counted());
    expect((await ahead.next()).value).toBe(1);
    expect(asked).toEqual([1, 2]);
  });

  it('pass on the failure of their source, after what came before it', async () => {
    async function* failing() {
      yield await Promise.resolve(1);
      throw new Error('lost');
    }
    const ahead = readAhead(failing());
    expect((await ahead.next()).value).toBe(1);
    await expect(ahead.next()).rejects.toThrow('lost');
  });

  it('are not read to the end when the reader stops', async () => {
    let closed = false;
    async function* endless() {
      try {
        for (let n = 0; ; n++) yield await Promise.resolve(n);
      } finally {
        closed = true;
      }
    }
    for await (const n of readAhead(endless())) if (n === 2) break;
    expect(closed).toBe(true);
  });
});
