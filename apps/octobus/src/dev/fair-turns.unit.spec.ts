import { describe, expect, it } from '@jest/globals';
import { FairTurns } from './fair-turns.ts';

/** Work that ends when it is told to, and what has begun. */
function bench() {
  const began: string[] = [];
  const ends: (() => void)[] = [];
  const work = (name: string) => (): Promise<string> => {
    began.push(name);
    return new Promise((resolve) => ends.push(() => resolve(name)));
  };
  return { began, work, endNext: () => ends.shift()?.() };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('turns', () => {
  it('are one at a time for a tenant, in the order asked for, also behind one that failed', async () => {
    const turns = new FairTurns({ perCaller: 9, perTenant: 9 });
    const { began, work, endNext } = bench();
    const failing = turns.run('acme', 'key:a', () => Promise.reject(new Error('no')));
    const done = [turns.run('acme', 'key:a', work('first')), turns.run('acme', 'key:b', work('second'))];
    await expect(failing).rejects.toThrow('no');
    await settled();
    expect(began).toEqual(['first']);
    endNext();
    await settled();
    expect(began).toEqual(['first', 'second']);
    endNext();
    expect(await Promise.all(done)).toEqual(['first', 'second']);
  });

  it('of one caller keep neither others of its tenant nor other tenants out, and are free again afterwards', async () => {
    const turns = new FairTurns({ perCaller: 2, perTenant: 3 });
    const { began, work, endNext } = bench();
    const taken = [turns.run('acme', 'key:a', work('a1')), turns.run('acme', 'key:a', work('a2'))];
    await expect(turns.run('acme', 'key:a', work('a3'))).rejects.toMatchObject({ code: 'overloaded', retryable: true });
    taken.push(turns.run('acme', 'key:b', work('b1')));
    await expect(turns.run('acme', 'key:c', work('c1'))).rejects.toMatchObject({ code: 'overloaded' });
    taken.push(turns.run('globex', 'key:a', work('g1')));
    await settled();
    expect(began).toEqual(['a1', 'g1']);
    for (let i = 0; i < 4; i++) {
      endNext();
      await settled();
    }
    expect(await Promise.all(taken)).toEqual(['a1', 'a2', 'b1', 'g1']);
    const again = turns.run('acme', 'key:a', work('a4'));
    await settled();
    endNext();
    expect(await again).toBe('a4');
  });
});
