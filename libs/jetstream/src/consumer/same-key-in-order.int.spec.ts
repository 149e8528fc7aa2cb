import { setTimeout as work } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@octobus/testing';
import { WORK, type WorkBench, hostOn, openWorkBench, textOf } from '../../test/work.ts';

describe('a host with keys', () => {
  let bench: WorkBench;
  beforeAll(async () => {
    bench = await openWorkBench(5_000);
  });
  afterAll(() => bench.close());

  it('handles one key in ascending sequence, one after another, and different keys in parallel', async () => {
    const keys = Array.from({ length: 8 }, (_, n) => `k${n}`);
    for (let n = 0; n < 25; n++) await Promise.all(keys.map((key) => bench.put(`work.${n % 2 === 0 ? 'a' : 'b'}.${key}`, `m${n}`)));
    const seen = new Map<string, number[]>();
    const busy = new Set<string>();
    let most = 0;
    const host = hostOn(
      bench.bus,
      async ({ subject, sequence }) => {
        const key = subject.slice(7);
        expect(busy.has(key)).toBe(false);
        busy.add(key);
        most = Math.max(most, busy.size);
        seen.set(key, [...(seen.get(key) ?? []), sequence]);
        await work(sequence % 5);
        busy.delete(key);
      },
      { keyOf: ({ subject }) => subject.slice(7), concurrency: 6, prefetch: 100, durables: [{ stream: WORK, name: 'work-a', weight: 1 }] },
    );
    await eventually(() => host.counts.acked === 13 * 8);
    await host.stop();
    expect(host.counts).toMatchObject({ naked: 0, deadLettered: 0 });
    expect(most).toBe(6);
    for (const key of keys) expect(seen.get(key)).toEqual(seen.get(key)?.toSorted((a, b) => a - b));
    expect([...seen.values()].flat()).toHaveLength(13 * 8);
  });

  it('handles together what waits of one key, and brings it again one by one when that fails', async () => {
    const bodies = Array.from({ length: 12 }, (_, n) => `m${n}`);
    for (const body of bodies) await bench.put('work.c.k', body);
    const calls: string[][] = [];
    const held = Promise.withResolvers<void>();
    const host = hostOn(
      bench.bus,
      async (message, also) => {
        calls.push([message, ...also].map(textOf));
        if (calls.length === 1) await held.promise;
        if (also.length > 0) throw new Error('not together');
      },
      { keyOf: ({ subject }) => subject, together: 5, prefetch: 100, durables: [{ stream: WORK, name: 'work-c', weight: 1 }] },
    );
    await eventually(() => host.counts.pulled === 12);
    held.resolve();
    await eventually(() => host.counts.acked === 12);
    await host.stop();
    expect(Math.max(...calls.map((call) => call.length))).toBe(6);
    expect(
      calls
        .filter((call) => call.length === 1)
        .flat()
        .toSorted(),
    ).toEqual(bodies.toSorted());
    for (const call of calls) expect(call).toEqual(call.toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1))));
    expect(host.counts.deadLettered).toBe(0);
  });
});
