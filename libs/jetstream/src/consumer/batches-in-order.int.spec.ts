import { AckPolicy } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@octobus/testing';
import { WORK, type WorkBench, openWorkBench, textOf } from '../../test/work.ts';
import { BatchHost, type BatchHostOptions } from './batch-host.ts';

const ACK_WAIT_MS = 1_000;

describe('a batch host', () => {
  let bench: WorkBench;
  let durables = 0;
  beforeAll(async () => {
    bench = await openWorkBench(5_000);
  });
  afterAll(() => bench.close());

  async function over(subject: string, handler: BatchHostOptions['handler'], batch = 10): Promise<{ host: BatchHost; durable: string }> {
    const durable = `batches-${++durables}`;
    const config = {
      durable_name: durable,
      filter_subject: subject,
      ack_policy: AckPolicy.All,
      ack_wait: nanos(ACK_WAIT_MS),
      max_deliver: -1,
    };
    await bench.admin.consumers.add(WORK, config);
    const host = new BatchHost({ bus: bench.bus, stream: WORK, durable, batch, ackWaitMs: ACK_WAIT_MS, handler });
    host.start();
    return { host, durable };
  }

  const numbered = (n: number): string[] => Array.from({ length: n }, (_, i) => `m${i}`);

  it('hands over everything in order, never more than a batch at once, and leaves nothing unacknowledged', async () => {
    await bench.put('work.a.order', ...numbered(95));
    const batches: string[][] = [];
    let busy = 0;
    const { host, durable } = await over('work.a.order', async (messages) => {
      expect(++busy).toBe(1);
      batches.push(messages.map(textOf));
      await new Promise((resolve) => setImmediate(resolve));
      busy--;
    });
    await eventually(async () => (await bench.pending(durable)).undelivered === 0 && host.counts.acked === 95);
    await host.stop();
    expect(batches.flat()).toEqual(numbered(95));
    expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(10);
    await eventually(async () => (await bench.pending(durable)).unacked === 0);
  });

  it('hands over the same batch until it is taken, and keeps it alive meanwhile', async () => {
    await bench.put('work.a.again', ...numbered(3));
    const tries: string[][] = [];
    const { host, durable } = await over('work.a.again', async (messages) => {
      tries.push(messages.map(textOf));
      if (tries.length < 5) throw new Error('not yet');
    });
    await eventually(() => host.counts.acked === 3, 20_000);
    await host.stop();
    const [first = []] = tries;
    expect(tries.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => first));
    expect(host.counts.redelivered).toBe(0);
    await eventually(async () => (await bench.pending(durable)).unacked === 0);
  });

  it('gives what it has not handled to the next host', async () => {
    await bench.put('work.a.stop', ...numbered(30));
    const begun = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const first: string[] = [];
    const { host, durable } = await over('work.a.stop', async (messages) => {
      begun.resolve();
      await go.promise;
      first.push(...messages.map(textOf));
    });
    await begun.promise;
    const stopped = host.stop();
    go.resolve();
    await stopped;
    const rest: string[] = [];
    const next = new BatchHost({
      bus: bench.bus,
      stream: WORK,
      durable,
      batch: 10,
      ackWaitMs: ACK_WAIT_MS,
      handler: async (messages) => void rest.push(...messages.map(textOf)),
    });
    next.start();
    await eventually(async () => (await bench.pending(durable)).unacked === 0 && first.length + rest.length >= 30);
    await next.stop();
    expect(new Set([...first, ...rest])).toEqual(new Set(numbered(30)));
    expect(first.filter((body) => rest.includes(body))).toEqual([]);
  });
});
