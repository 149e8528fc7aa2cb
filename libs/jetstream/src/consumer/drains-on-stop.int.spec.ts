import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@octobus/testing';
import { WORK, type WorkBench, hostOn, openWorkBench, textOf } from '../../test/work.ts';

describe('a host that is stopped', () => {
  let bench: WorkBench;
  beforeAll(async () => {
    bench = await openWorkBench(60_000);
  });
  afterAll(() => bench.close());

  it('ends what it began, and what it had only pulled goes to another host at once', async () => {
    const bodies = Array.from({ length: 20 }, (_, n) => `m${n}`);
    await bench.put('work.a.x', ...bodies);
    const begun: string[] = [];
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = hostOn(
      bench.bus,
      async (message) => {
        begun.push(textOf(message));
        await gate;
      },
      { concurrency: 2, prefetch: 20, ackWaitMs: 60_000 },
    );
    await eventually(() => first.counts.waiting === 18);
    const seen: string[] = [];
    const second = hostOn(await bench.connect('second'), async (message) => void seen.push(textOf(message)), {
      ackWaitMs: 60_000,
      prefetch: 20,
    });
    const stopped = first.stop();
    await eventually(() => seen.length === 18, 3_000);
    release();
    await stopped;
    expect(first.counts).toMatchObject({ acked: 2, naked: 18, inFlight: 0, waiting: 0 });
    expect([...begun, ...seen].toSorted()).toEqual(bodies.toSorted());
    await eventually(async () => (await bench.pending('work-a')).unacked === 0);
    await second.stop();
  });

  it('aborts a handler that goes on beyond the grace time and gives its message back', async () => {
    await bench.put('work.b.x', 'endless');
    const aborted: boolean[] = [];
    const durables = [{ stream: WORK, name: 'work-b', weight: 1 }];
    const first = hostOn(
      bench.bus,
      ({ signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            aborted.push(signal.aborted);
            reject(signal.reason as Error);
          });
        }),
      { durables, ackWaitMs: 60_000 },
    );
    await eventually(() => first.counts.inFlight === 1);
    await first.stop(50);
    const seen: string[] = [];
    const second = hostOn(bench.bus, async (message) => void seen.push(`${textOf(message)} ${message.deliveries}`), { durables });
    await eventually(() => seen.length === 1, 3_000);
    expect(aborted).toEqual([true]);
    expect(seen).toEqual(['endless 2']);
    expect(first.counts).toMatchObject({ acked: 0, deadLettered: 0 });
    await second.stop();
  });

  it('gives back even what its handler will not let go of', async () => {
    await bench.put('work.c.x', 'deaf');
    const durables = [{ stream: WORK, name: 'work-c', weight: 1 }];
    const first = hostOn(bench.bus, () => new Promise(() => undefined), { durables, ackWaitMs: 60_000 });
    await eventually(() => first.counts.inFlight === 1);
    await first.stop(20);
    const seen: string[] = [];
    const second = hostOn(bench.bus, async (message) => void seen.push(textOf(message)), { durables });
    await eventually(() => seen.length === 1, 3_000);
    await second.stop();
  });
});
