import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { load } from './test/bench-cells.ts';

const { median, spread, rounded } = await load<{
  median(values: readonly number[]): number | undefined;
  spread(values: readonly number[]): readonly [number, number] | undefined;
  rounded(value: unknown, digits: number): number | null;
}>('statistics.mjs');
const { orderOf } = await load<{ orderOf<T>(systems: readonly T[], round: number): readonly T[] }>('schedule.mjs');
const { parseStat, treeOf } = await load<{
  parseStat(text: string): { readonly parent: number; readonly ticks: number } | undefined;
  treeOf(roots: readonly number[], table: ReadonlyMap<number, { readonly parent: number }>): readonly number[];
}>('processes.mjs');
const { filesystemOf } = await load<{ filesystemOf(path: string, mounts: string): string }>('machine.mjs');
const { measureCalmly } = await load<{
  measureCalmly<T extends { readonly stealPct?: number }>(measure: () => Promise<T>, onRepeat: () => void): Promise<T>;
}>('measure.mjs');

describe('a median', () => {
  it('has as many values above as below', () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 1 }), (values) => {
        const middle = median(values) ?? Number.NaN;
        expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(values.length / 2);
        expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(values.length / 2);
        const [least, most] = spread(values) ?? [Number.NaN, Number.NaN];
        expect(least <= middle && middle <= most).toBe(true);
      }),
    ));

  it('of nothing is nothing', () => {
    expect(median([])).toBeUndefined();
    expect(spread([])).toBeUndefined();
    expect([rounded(undefined, 1), rounded(Number.NaN, 1), rounded(-Infinity, 1)]).toEqual([null, null, null]);
    expect(rounded(12.345, 2)).toBe(12.35);
  });
});

describe('the order of a round', () => {
  it('has every system once, and over as many rounds as systems each begins once', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(40), (count, cycle) => {
        const systems = Array.from({ length: count }, (_, i) => i);
        const rounds = systems.map((i) => orderOf(systems, cycle * count + i));
        for (const order of rounds) expect(order.toSorted((a, b) => a - b)).toEqual(systems);
        expect(rounds.map(([first]) => first).toSorted((a = 0, b = 0) => a - b)).toEqual(systems);
      }),
    ));
});

describe('the processes of a system', () => {
  it('are read off the kernel, names with spaces and parentheses included', () => {
    const stat = '41 (a) b (c)) S 7 41 41 0 -1 4194560 1 2 3 4 10 20 30 40 20 0 1 0 99';
    expect(parseStat(stat)).toEqual({ parent: 7, ticks: 100 });
    expect(parseStat('')).toBeUndefined();
  });

  it('are the roots and all below them, each once', () => {
    const table = new Map([1, 2, 3, 4, 5].map((pid) => [pid, { parent: pid >> 1 }]));
    expect(treeOf([2, 4], table)).toEqual([2, 4, 5]);
    expect(treeOf([9], table)).toEqual([]);
  });
});

describe('the file system of a path', () => {
  it('is that of the deepest mount point above it', () => {
    const mounts = '/dev/a / ext4 rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n/dev/b /tmp/deep xfs rw 0 0\n';
    expect(filesystemOf('/tmp/deep/er', mounts)).toBe('xfs');
    expect(filesystemOf('/tmpfoo', mounts)).toBe('ext4');
    expect(filesystemOf('/tmp', mounts)).toBe('tmpfs');
    expect(filesystemOf('/tmp', '')).toBe('unknown file system');
  });
});

describe('a measurement under steal', () => {
  const given = (steals: readonly number[]): { measure(): Promise<{ stealPct: number }>; taken(): number } => {
    let next = 0;
    return { measure: () => Promise.resolve({ stealPct: steals[next++] ?? Number.NaN }), taken: () => next };
  };

  it('is repeated until it is calm', async () => {
    const { measure, taken } = given([30, 4]);
    expect(await measureCalmly(measure, () => undefined)).toEqual({ stealPct: 4 });
    expect(taken()).toBe(2);
  });

  it('is repeated twice at most, and the calmest counts', async () => {
    const { measure, taken } = given([30, 15, 20]);
    expect(await measureCalmly(measure, () => undefined)).toEqual({ stealPct: 15 });
    expect(taken()).toBe(3);
  });
});
