import { setTimeout as work } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@octobus/testing';
import { WORK, type WorkBench, hostOn, openWorkBench } from '../../test/work.ts';

describe('a host with a backlog', () => {
  let bench: WorkBench;
  beforeAll(async () => {
    bench = await openWorkBench(5_000);
  });
  afterAll(() => bench.close());

  it('works at its concurrency, never above, and holds no more than its prefetch of each durable', async () => {
    const bodies = Array.from({ length: 200 }, (_, n) => `m${n}`);
    await Promise.all(['work.a.x', 'work.b.x'].map((subject) => bench.put(subject, ...bodies)));
    let now = 0;
    let most = 0;
    let held = 0;
    const host = hostOn(
      bench.bus,
      async () => {
        most = Math.max(most, ++now);
        held = Math.max(held, host.counts.inFlight + host.counts.waiting);
        await work(2);
        now--;
      },
      {
        concurrency: 7,
        prefetch: 20,
        durables: [
          { stream: WORK, name: 'work-a', weight: 2 },
          { stream: WORK, name: 'work-b', weight: 1 },
        ],
      },
    );
    await eventually(() => host.counts.acked === 400);
    expect(most).toBe(7);
    expect(held).toBeGreaterThan(20);
    expect(held).toBeLessThanOrEqual(40);
    expect(host.counts.pulled).toBe(400);
    await host.stop();
  });
});
