import type { Bus } from '@octobus/jetstream';
import { findRun } from '@octobus/stack';
import type { IsolatedStack } from '../../isolated/isolated-stack.ts';
import { closedLoop } from '../closed-loop.ts';
import { latencyOf } from '../latency.ts';
import { openNatsDoor } from '../nats-door.ts';
import { type CpuByPart, cpuBetween, processesOf } from '../process-tree.ts';
import { submissionOf } from '../workload.ts';
import { eventsIn } from './events-in.ts';
import { type Compared, type Rate, isFlat } from './growth-report.ts';

const CLIENTS = [1, 32] as const;
const STEPS = 5;
const WARMUP_MS = 1_500;

export interface Rounds {
  readonly duration: number;
  readonly rounds: number;
}

/** A stack that runs, and a connection of the account that owns its streams. */
export interface Measured {
  readonly stack: IsolatedStack;
  readonly bus: Bus;
}

export type Round = Rate['rounds'][number] & { readonly errors: Readonly<Record<string, number>> };

/** Five-step runs on both stacks by turns, so that what else the machine does hits both alike. */
export async function compareRuns(
  grown: Measured,
  small: Measured,
  { duration, rounds }: Rounds,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<readonly Compared[]> {
  const compared: Compared[] = [];
  for (const clients of CLIENTS) {
    const [ofGrown, ofSmall]: [Round[], Round[]] = [[], []];
    for (let n = 0; n < rounds; n++) {
      say(`  ${clients} client${clients === 1 ? '' : 's'}, round ${n + 1} of ${rounds}`);
      const both = [
        () => round(small, clients, duration, signal).then((one) => ofSmall.push(one)),
        () => round(grown, clients, duration, signal).then((one) => ofGrown.push(one)),
      ];
      for (const one of n % 2 === 0 ? both : both.toReversed()) await one();
    }
    compared.push(compare(clients, rateOf(ofGrown), rateOf(ofSmall)));
  }
  return compared;
}

async function round({ stack, bus }: Measured, clients: number, duration: number, signal: AbortSignal): Promise<Round> {
  const processes = processesOf(() => findRun(stack.folder));
  const events = await eventsIn(bus);
  const cpu = processes.cpu();
  const door = await openNatsDoor(stack.credentials, submissionOf({ steps: STEPS, substeps: false }));
  try {
    const result = await closedLoop(door, { clients, warmupMs: WARMUP_MS, measureMs: duration * 1000, signal });
    return {
      runsPerSecond: Math.round((result.latencies.length / result.seconds) * 10) / 10,
      p50Ms: latencyOf(result.latencies).p50,
      stealPercent: result.stealPercent ?? null,
      cpuUsPerEvent: perEvent(cpuBetween(cpu, processes.cpu()), (await eventsIn(bus)) - events),
      errors: result.errors,
    };
  } finally {
    await door.close();
  }
}

/** Microseconds of all parts of the stack together; a run in the warm-up counts like any other. */
function perEvent(cpu: CpuByPart | undefined, events: number): number | null {
  if (cpu === undefined || events <= 0) return null;
  return Math.round((Object.values(cpu).reduce((sum, ms) => sum + ms, 0) * 1000) / events);
}

export function rateOf(rounds: readonly Round[]): Rate {
  const errors: Record<string, number> = {};
  for (const one of rounds) for (const [code, n] of Object.entries(one.errors)) errors[code] = (errors[code] ?? 0) + n;
  return {
    runsPerSecond: median(rounds.map(({ runsPerSecond }) => runsPerSecond)),
    p50Ms: median(rounds.map(({ p50Ms }) => p50Ms)),
    cpuUsPerEvent: median(rounds.map(({ cpuUsPerEvent }) => cpuUsPerEvent ?? 0)),
    rounds: rounds.map(({ errors: _errors, ...round }) => round),
    errors,
  };
}

/** Each round is held against the one beside it, and the median of these counts: what else the machine does hits both of a pair. */
export function compare(clients: number, grown: Rate, small: Rate): Compared {
  const rateRatio = ratio(grown, small, ({ runsPerSecond }) => runsPerSecond);
  const p50Ratio = ratio(grown, small, ({ p50Ms }) => p50Ms);
  const cpuRatio = ratio(grown, small, ({ cpuUsPerEvent }) => cpuUsPerEvent ?? 0);
  return { clients, grown, small, rateRatio, p50Ratio, cpuRatio, flat: isFlat(rateRatio, p50Ratio) };
}

/** 0 where there is nothing to compare with: not flat. */
function ratio(grown: Rate, small: Rate, figure: (round: Rate['rounds'][number]) => number): number {
  const pairs = grown.rounds.map((round, i) => [figure(round), small.rounds[i] === undefined ? 0 : figure(small.rounds[i])] as const);
  return Math.round(median(pairs.map(([a, b]) => (b === 0 ? 0 : a / b))) * 1000) / 1000;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : [sorted[middle - 1], sorted[middle]];
  return (low + high) / 2;
}
