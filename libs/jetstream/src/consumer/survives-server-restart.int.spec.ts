import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@octobus/testing';
import { type WorkBench, hostOn, openWorkBench, textOf } from '../../test/work.ts';

describe('a host whose nats-server is killed', () => {
  let bench: WorkBench;
  beforeAll(async () => {
    bench = await openWorkBench(1_000);
  });
  afterAll(() => bench.close());

  it('goes on consuming after a SIGKILL and after an orderly restart, and loses nothing', async () => {
    const handled = new Set<string>();
    const host = hostOn(bench.bus, async (message) => void handled.add(textOf(message)));
    const publish = async (prefix: string): Promise<void> => {
      const bodies = Array.from({ length: 50 }, (_, n) => `${prefix}${n}`);
      await eventually(() => bench.put('work.a.x', ...bodies));
      await eventually(() => bodies.every((body) => handled.has(body)));
    };
    await publish('before');
    await bench.nats.kill9();
    await publish('killed');
    await bench.nats.restart();
    await publish('restarted');
    await eventually(async () => (await bench.pending('work-a')).unacked === 0);
    expect(handled.size).toBe(150);
    await host.stop();
  }, 60_000);
});
