import type { Command } from 'commander';
import { closedLoop } from '../../bench/closed-loop.ts';
import { type Conditions, conditionLines, rounded, stealOf, underConditions } from '../../bench/conditions.ts';
import { type Latency, latencyOf } from '../../bench/latency.ts';
import type { Place } from '../../bench/place.ts';
import { clientsText, errorsText, latencyText, overrunText } from '../../bench/report.ts';
import { MOST_SIDE_BY_SIDE, fanOutOf } from '../../bench/workload.ts';
import type { ClientContext } from '../task.ts';
import { wholeNumber } from '../arguments.ts';
import { AROUND_MS, ISOLATED, runBench } from './run-bench.ts';
import { natsDoor } from './runs.ts';

const HELP = `
A run is a task over NATS with so many no-op steps side by side and one step that waits for all of them.

Examples:
  octobus bench fan-out --width 100 --clients 1
  octobus bench fan-out --isolated --json`;

interface FanOutOptions {
  readonly width: number;
  readonly clients: number;
  readonly duration: number;
  readonly warmup: number;
  readonly isolated?: boolean;
}

export interface FanOutReport extends Conditions {
  readonly width: number;
  readonly clients: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  readonly runs: number;
  readonly runsPerSecond: number;
  /** Of runs that completed, the join included. */
  readonly stepsPerSecond: number;
  readonly latencyMs: Latency;
  /** The longest run that ended after the measured time; it is in no other figure. */
  readonly overrunMs: number;
  readonly errors: Readonly<Record<string, number>>;
}

export function fanOutCommand(bench: Command, context: ClientContext): void {
  bench
    .command('fan-out')
    .option('--width <n>', 'steps side by side', wholeNumber(1, MOST_SIDE_BY_SIDE), 100)
    .option('--clients <n>', 'runs under way at once', wholeNumber(1, 1000), 1)
    .option('--duration <seconds>', 'measured time', wholeNumber(1, 3600), 10)
    .option('--warmup <seconds>', 'before it', wholeNumber(0, 600), 3)
    .option(...ISOLATED)
    .description('runs of many steps side by side and one that joins them')
    .addHelpText('after', HELP)
    .action((options: FanOutOptions) =>
      runBench(context, {
        where: { isolated: options.isolated === true },
        withinMs: (options.duration + options.warmup) * 1000 + AROUND_MS,
        measure: (place, signal) => measureFanOut(place, options, signal),
        text: fanOutText,
        passed: ({ runs, errors }) => runs > 0 && Object.keys(errors).length === 0,
      }),
    );
}

async function measureFanOut(place: Place, options: FanOutOptions, signal: AbortSignal): Promise<FanOutReport> {
  const { width, clients, duration, warmup } = options;
  const door = await natsDoor(place.credentials, fanOutOf(width));
  try {
    const loop = { clients, warmupMs: warmup * 1000, measureMs: duration * 1000, signal };
    const { value, conditions } = await underConditions(place.setting, place.processes, () => closedLoop(door, loop));
    const runs = value.latencies.length;
    return {
      ...conditions,
      ...stealOf(value.stealPercent),
      width,
      clients,
      seconds: value.seconds,
      warmupSeconds: warmup,
      runs,
      runsPerSecond: rounded(runs / value.seconds, 2),
      stepsPerSecond: rounded((runs * (width + 1)) / value.seconds, 1),
      latencyMs: latencyOf(value.latencies),
      overrunMs: value.overrunMs,
      errors: value.errors,
    };
  } finally {
    await door.close();
  }
}

export const fanOutText = (report: FanOutReport): string =>
  [
    `Runs of ${report.width} no-op steps side by side and one join, ${clientsText(report.clients)}, ${report.seconds} s after ${report.warmupSeconds} s of warm-up`,
    `  ${report.runsPerSecond} runs/s   ${report.stepsPerSecond} steps/s   ${latencyText(report.latencyMs)}`,
    `  ${report.runs} runs, ${errorsText(report.errors)}${overrunText(report)}`,
    ...conditionLines(report),
  ].join('\n');
