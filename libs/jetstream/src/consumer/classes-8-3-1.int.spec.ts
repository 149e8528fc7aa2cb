import { setTimeout as work } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@octobus/testing';
import { WORK, type WorkBench, hostOn, openWorkBench } from '../../test/work.ts';

describe('a host with three classes of work', () => {
  let bench: WorkBench;
  beforeAll(async () => {
    bench = await openWorkBench(5_000);
  });
  afterAll(() => bench.close());

  it('begins 8 : 3 : 1 while all have work, and gives everything to those that have when others are empty', async () => {
    const bodies = Array.from({ length: 300 }, (_, n) => `m${n}`);
    await Promise.all(['work.a.x', 'work.b.x', 'work.c.x'].map((subject) => bench.put(subject, ...bodies)));
    const order: string[] = [];
    const host = hostOn(
      bench.bus,
      async (message) => {
        order.push(message.subject.charAt(5));
        await work(1);
      },
      {
        concurrency: 1,
        prefetch: 48,
        durables: [
          { stream: WORK, name: 'work-a', weight: 8 },
          { stream: WORK, name: 'work-b', weight: 3 },
          { stream: WORK, name: 'work-c', weight: 1 },
        ],
      },
    );
    await eventually(() => host.counts.acked === 900);
    await host.stop();
    const share = (name: string): number => order.slice(36, 276).filter((each) => each === name).length;
    expect(share('a')).toBeGreaterThanOrEqual(150);
    expect(share('a')).toBeLessThanOrEqual(170);
    expect(share('b')).toBeGreaterThanOrEqual(52);
    expect(share('b')).toBeLessThanOrEqual(68);
    expect(share('c')).toBeGreaterThanOrEqual(16);
    expect(share('c')).toBeLessThanOrEqual(24);
  });
});
