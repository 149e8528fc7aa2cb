import { availableParallelism } from 'node:os';
import { findRun } from '@octobus/stack';
import type { StackEvent } from '../dev/events.ts';
import { openIsolatedStack } from '../isolated/isolated-stack.ts';
import { closedLoop } from './closed-loop.ts';
import { rounded } from './conditions.ts';
import { latencyOf } from './latency.ts';
import { openNatsDoor } from './nats-door.ts';
import { type CpuByPart, cpuBetween, processesOf } from './process-tree.ts';

/** `OCTO_INSTANCES` of each stack that is measured; '' is one process a service. */
export const SCALE_SHAPES: readonly string[] = ['', 'orchestrator=2', 'arm-noop=2', 'projector=2', 'orchestrator=2,arm-noop=2'];

export interface ScaleOptions {
  readonly shapes: readonly string[];
  readonly rounds: number;
  readonly clients: number;
  readonly steps: number;
  /** What a step takes, and how many of them one arm has at work: 0 for steps that do nothing, and the arm's own bound. */
  readonly stepMs: number;
  readonly concurrency: number;
  readonly warmupMs: number;
  readonly measureMs: number;
}

/** One shape in one round. */
export interface ScaleRound {
  readonly instances: string;
  readonly runs: number;
  readonly runsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly stealPercent: number | null;
  /** CPU time a run of each process, in milliseconds; `load` is the load generator. */
  readonly cpuMsPerRun: CpuByPart;
  /** CPUs kept busy by all of these together. */
  readonly cpusBusy: number;
  readonly cpus: number;
  readonly durability: string;
  readonly errors: Readonly<Record<string, number>>;
}

/** Measures every shape once a round, in turns, each on a fresh stack with a process for every service. */
export async function measureScale(
  options: ScaleOptions,
  on: { event(event: StackEvent): void; round(round: ScaleRound): void },
  signal: AbortSignal,
): Promise<readonly ScaleRound[]> {
  const done: ScaleRound[] = [];
  for (let n = 0; n < options.rounds; n++) {
    for (const [i] of options.shapes.entries()) {
      const instances = options.shapes[(i + n) % options.shapes.length] ?? '';
      const round = await measureShape(instances, options, on.event, signal);
      on.round(round);
      done.push(round);
    }
  }
  return done;
}

async function measureShape(
  instances: string,
  { clients, steps, stepMs, concurrency, warmupMs, measureMs }: ScaleOptions,
  onEvent: (event: StackEvent) => void,
  signal: AbortSignal,
): Promise<ScaleRound> {
  const env = { OCTO_INSTANCES: instances, OCTO_CONCURRENCY: concurrency === 0 ? '' : String(concurrency) };
  const stack = await openIsolatedStack({ name: 'scale', perService: true, keep: false, env, onEvent }, signal);
  const processes = processesOf(() => findRun(stack.folder));
  try {
    const door = await openNatsDoor(stack.credentials, chainOf(steps, stepMs));
    try {
      await closedLoop(door, { clients, warmupMs: 0, measureMs: warmupMs, signal });
      const [before, own] = [processes.cpu(), process.cpuUsage()];
      const result = await closedLoop(door, { clients, warmupMs: 0, measureMs, signal });
      const used = cpuBetween(before, processes.cpu()) ?? {};
      const { user, system } = process.cpuUsage(own);
      const cpuMs = { ...used, load: (user + system) / 1000 };
      const runs = result.latencies.length;
      const { p50, p99 } = latencyOf(result.latencies);
      return {
        instances,
        runs,
        runsPerSecond: rounded(runs / result.seconds, 1),
        p50Ms: p50,
        p99Ms: p99,
        stealPercent: result.stealPercent ?? null,
        cpuMsPerRun: Object.fromEntries(Object.entries(cpuMs).map(([part, ms]) => [part, rounded(ms / Math.max(1, runs), 2)])),
        cpusBusy: rounded(Object.values(cpuMs).reduce((sum, ms) => sum + ms, 0) / measureMs, 2),
        cpus: availableParallelism(),
        durability: stack.durability,
        errors: result.errors,
      };
    } finally {
      await door.close();
    }
  } finally {
    await stack.stop();
  }
}

const chainOf = (steps: number, sleepMs: number): object => ({
  goal: 'Benchmark of several processes of a service.',
  plan: {
    steps: Array.from({ length: steps }, (_, i) => ({
      id: `s${i + 1}`,
      agent: 'noop',
      ...(sleepMs === 0 ? {} : { arguments: { sleepMs } }),
      ...(i === 0 ? {} : { after: [`s${i}`] }),
    })),
  },
});

export function scaleRoundText(round: ScaleRound): string {
  const cpu = Object.entries(round.cpuMsPerRun)
    .filter(([, ms]) => ms >= 0.05)
    .toSorted(([, a], [, b]) => b - a)
    .map(([part, ms]) => `${part} ${ms.toFixed(2)}`)
    .join(', ');
  return [
    `${round.instances === '' ? 'one of each' : round.instances}: ${round.runsPerSecond.toFixed(1)} runs/s   p50 ${round.p50Ms.toFixed(1)} ms   p99 ${round.p99Ms.toFixed(1)} ms   ${round.cpusBusy.toFixed(2)} of ${round.cpus} CPUs busy, steal ${round.stealPercent ?? '?'} %`,
    `  CPU ms a run: ${cpu}`,
  ].join('\n');
}
