import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@octobus/testing';
import { type WorkBench, hostOn, openWorkBench, textOf } from '../../test/work.ts';
import { startWorker } from '../../test/worker.ts';

describe('a host whose process is killed', () => {
  let bench: WorkBench;
  beforeAll(async () => {
    bench = await openWorkBench(1_000);
  });
  afterAll(() => bench.close());

  it('leaves its messages to another one, the begun and the waiting, within the ack wait and a second', async () => {
    await bench.put('work.a.x', 'hang', 'next');
    const worker = startWorker(bench.nats.url, 5);
    await eventually(() => worker.lines.includes('began hang 1'));
    worker.process.kill('SIGKILL');
    await worker.gone;
    const killedAt = Date.now();
    const seen: string[] = [];
    const host = hostOn(bench.bus, async (message) => void seen.push(`${textOf(message)} ${message.deliveries}`));
    await eventually(() => seen.length === 2);
    expect(Date.now() - killedAt).toBeLessThan(2_000);
    expect(seen.toSorted()).toEqual(['hang 2', 'next 2']);
    await host.stop();
    await eventually(async () => (await bench.pending('work-a')).unacked === 0);
  });
});
