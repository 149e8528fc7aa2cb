import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { facet, scope, taskPrefix } from '@octobus/contracts';
import { JetStreamEventLog } from '../src/index.ts';
import { openTestBus } from './bus.ts';
import { WORK, hostOn, openWorkBench } from './work.ts';

/** Prints what the log and the host cost on this machine: `node --conditions=@octobus/source --experimental-transform-types libs/jetstream/test/measure.ts`. */
const steal = (): [number, number] => {
  const cpu = readFileSync('/proc/stat', 'utf8').split('\n')[0]?.trim().split(/\s+/).slice(1).map(Number) ?? [];
  return [cpu[7] ?? 0, cpu.reduce((a, b) => a + b, 0)];
};
const at = (sorted: readonly number[], p: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? 0).toFixed(3);
function report(name: string, took: number[]): void {
  const sorted = took.toSorted((a, b) => a - b);
  console.log(`${name}: p50 ${at(sorted, 0.5)} ms, p99 ${at(sorted, 0.99)} ms (${took.length})`);
}
async function each(name: string, n: number, work: (i: number) => Promise<unknown>): Promise<void> {
  const took: number[] = [];
  for (let i = 0; i < n; i++) {
    const start = performance.now();
    await work(i);
    took.push(performance.now() - start);
  }
  report(name, took);
}

const eventAt = (prefix: string, id: string, n: number) => ({
  subject: `${prefix}.${facet.steps(n)}`,
  envelope: {
    id: randomUUID(),
    type: 'task.steps-scheduled.v1',
    source: 'octobus/bench',
    time: new Date().toISOString(),
    correlation: id,
    causation: randomUUID(),
    actor: 'bench',
  },
  body: { type: 'task.steps-scheduled.v1' as const, data: { content: { clear: { parts: [{ name: 'a', text: 'x'.repeat(700) }] } } } },
});

async function log(sync: string): Promise<void> {
  const test = await openTestBus(`jetstream { ${sync} }\n`);
  const eventLog = new JetStreamEventLog(test.bus);
  const id = randomUUID();
  const prefix = taskPrefix('acme', id);
  let sequence = 0;
  const append = async (i: number): Promise<void> => {
    const appended = await eventLog.append(eventAt(prefix, id, i), { filter: scope.flow(prefix), sequence });
    if ('sequence' in appended) sequence = appended.sequence;
  };
  for (let i = 0; i < 200; i++) await append(i);
  const bare = 'x'.repeat(1_000);
  await test.admin.streams.add({ name: 'BARE', subjects: ['bare.>'] });
  await each(`floor: bare publish of 1 kB (${sync || 'default sync'})`, 2_000, () =>
    test.bus.connection.request('bare.a', bare, { timeout: 5_000 }),
  );
  await each(`append 1 kB, expected sequence (${sync || 'default sync'})`, 2_000, (i) => append(1_000 + i));
  const others = await Promise.all(
    Array.from({ length: 3_000 }, async (_, n) => {
      const other = randomUUID();
      const otherPrefix = taskPrefix('acme', other);
      await eventLog.append(eventAt(otherPrefix, other, n % 10), { filter: scope.flow(otherPrefix), sequence: 0 });
      return otherPrefix;
    }),
  );
  const small = randomUUID();
  const smallPrefix = taskPrefix('acme', small);
  let last = 0;
  for (let n = 0; n < 30; n++) {
    const appended = await eventLog.append(eventAt(smallPrefix, small, n), { filter: scope.flow(smallPrefix), sequence: last });
    if ('sequence' in appended) last = appended.sequence;
  }
  await each(`load 30 events of one task (of ${await eventLog.lastSequence()})`, 1_000, () => eventLog.load([scope.all(smallPrefix)]));
  await each('last of a subject', 1_000, (i) => eventLog.last(`${others[i % others.length]}.${facet.steps(i % 10)}`));
  const start = performance.now();
  let read = 0;
  for await (const batch of eventLog.read('evt.>', 1)) read += batch.length;
  console.log(`read all: ${Math.round((read / (performance.now() - start)) * 1000)} events/s (${read})`);
  await test.close();
}

async function host(): Promise<void> {
  const bench = await openWorkBench(5_000);
  const waiting = new Map<string, (at: number) => void>();
  const hop = hostOn(bench.bus, async (message) => waiting.get(new TextDecoder().decode(message.data).slice(0, 36))?.(performance.now()), {
    concurrency: 64,
    prefetch: 64,
  });
  const pad = 'x'.repeat(960);
  const took: number[] = [];
  for (let i = 0; i < 3_000; i++) {
    const id = randomUUID();
    const start = performance.now();
    const arrived = new Promise<number>((resolve) => waiting.set(id, resolve));
    bench.bus.connection.publish('work.a.x', id + pad);
    took.push((await arrived) - start);
    waiting.delete(id);
  }
  report('publish -> handler, 1 kB', took.slice(500));
  await hop.stop();
  for (const [concurrency, prefetch] of [
    [1, 1],
    [16, 16],
    [100, 100],
    [500, 500],
  ] as const) {
    const total = 30_000;
    for (let i = 0; i < total; i++) bench.bus.connection.publish('work.b.x', pad);
    await bench.bus.connection.flush();
    while ((await bench.pending('work-b')).undelivered < total);
    const start = performance.now();
    const drain = hostOn(bench.bus, async () => undefined, {
      concurrency,
      prefetch,
      durables: [{ stream: WORK, name: 'work-b', weight: 1 }],
    });
    while (drain.counts.acked < total) await new Promise((resolve) => setTimeout(resolve, 1));
    console.log(`drain, concurrency ${concurrency}, prefetch ${prefetch}: ${Math.round((total / (performance.now() - start)) * 1000)}/s`);
    await drain.stop();
  }
  await bench.close();
}

const before = steal();
await log('sync_interval: always');
await log('');
await host();
const after = steal();
console.log(`steal: ${(((after[0] - before[0]) / (after[1] - before[1])) * 100).toFixed(1)} %`);
process.exit(0);
