import type { LoopResult } from './closed-loop.ts';
import { type Latency, latencyOf } from './latency.ts';
import type { Workload } from './workload.ts';

/** More than this and the round says more about the host than about us. */
export const HIGH_STEAL_PERCENT = 10;

export interface BenchSetting extends Workload {
  readonly door: 'nats' | 'rest';
  readonly clients: number;
  readonly warmupSeconds: number;
  /** What a caller is promised: `fsync` or `flushed`. */
  readonly durability: string;
  /** `running`: the stack of this folder; `isolated`: one of its own. */
  readonly stack: 'running' | 'isolated';
  readonly node: string;
  readonly cpus: number;
  /** Load average of the last minute before the round: with steal, what else this machine had to do. */
  readonly loadBefore: number;
}

export interface BenchReport extends BenchSetting {
  readonly seconds: number;
  readonly runs: number;
  readonly runsPerSecond: number;
  readonly latencyMs: Latency;
  readonly stealPercent: number | null;
  /** True: repeat the round, it can't be compared with others. */
  readonly stealHigh: boolean;
  readonly errors: Readonly<Record<string, number>>;
}

export function reportOf(setting: BenchSetting, result: LoopResult): BenchReport {
  const runs = result.latencies.length;
  return {
    ...setting,
    seconds: result.seconds,
    runs,
    runsPerSecond: Math.round((runs / result.seconds) * 10) / 10,
    latencyMs: latencyOf(result.latencies),
    stealPercent: result.stealPercent ?? null,
    stealHigh: (result.stealPercent ?? 0) > HIGH_STEAL_PERCENT,
    errors: result.errors,
  };
}

const DURABILITY: Readonly<Record<string, string>> = { fsync: 'fsync before every ack', flushed: 'flushed before ack, not fsynced' };

export function reportText(report: BenchReport): string {
  const { latencyMs, errors, stealPercent } = report;
  const failed = Object.entries(errors).map(([code, count]) => `${count} x ${code}`);
  return [
    `${whatRan(report)}, ${report.clients} client${report.clients === 1 ? '' : 's'}, ${report.seconds} s after ${report.warmupSeconds} s of warm-up, over ${report.door === 'nats' ? 'NATS' : 'REST'}`,
    `  ${report.runsPerSecond.toFixed(1)} runs/s   p50 ${latencyMs.p50.toFixed(1)} ms   p90 ${latencyMs.p90.toFixed(1)} ms   p99 ${latencyMs.p99.toFixed(1)} ms   max ${latencyMs.max.toFixed(1)} ms`,
    `  ${report.runs} runs, errors: ${failed.length === 0 ? 'none' : failed.join(', ')}`,
    `  durability: ${DURABILITY[report.durability] ?? report.durability}   CPU steal: ${stealPercent === null ? 'unknown here' : `${stealPercent} %`}   ${report.cpus} CPUs (load ${report.loadBefore.toFixed(1)} before), node ${report.node}, ${report.stack} stack`,
    ...(report.stealHigh
      ? [`  The host gave more than ${HIGH_STEAL_PERCENT} % of the CPU to others: repeat this round before comparing it.`]
      : []),
  ].join('\n');
}

const whatRan = ({ steps, substeps }: Workload): string =>
  substeps
    ? `Runs of one no-op step with ${steps} journalled sub-steps`
    : `Runs of ${steps} no-op step${steps === 1 ? '' : 's'} one after another`;
