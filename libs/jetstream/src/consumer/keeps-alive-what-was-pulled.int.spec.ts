import { setTimeout as work } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@octobus/testing';
import { WORK, type WorkBench, hostOn, openWorkBench, textOf } from '../../test/work.ts';

describe('a host that holds messages for longer than their ack wait', () => {
  let bench: WorkBench;
  beforeAll(async () => {
    bench = await openWorkBench(400);
  });
  afterAll(() => bench.close());

  it('handles each once, the slow one and those that waited for it', async () => {
    const bodies = Array.from({ length: 12 }, (_, n) => `m${n}`);
    await bench.put('work.a.x', ...bodies);
    const seen: string[] = [];
    const host = hostOn(
      bench.bus,
      async (message) => {
        seen.push(textOf(message));
        await work(message.sequence === 1 ? 1_500 : 100);
      },
      { concurrency: 1, prefetch: 12, ackWaitMs: 400 },
    );
    await eventually(async () => (await bench.pending('work-a')).unacked === 12);
    await eventually(() => host.counts.acked === 12);
    expect(host.counts).toMatchObject({ pulled: 12, redelivered: 0, naked: 0 });
    expect(seen.toSorted()).toEqual(bodies.toSorted());
    await host.stop();
  });

  it('handles once what came again because its process stood still', async () => {
    await bench.put('work.b.x', 'heavy');
    let begun = 0;
    const host = hostOn(
      bench.bus,
      async () => {
        begun++;
        for (const until = Date.now() + 900; Date.now() < until;);
        await eventually(() => host.counts.redelivered > 0);
      },
      { durables: [{ stream: WORK, name: 'work-b', weight: 1 }], ackWaitMs: 400 },
    );
    await eventually(async () => host.counts.acked === 1 && (await bench.pending('work-b')).unacked === 0);
    await host.stop();
    expect(begun).toBe(1);
  });
});
