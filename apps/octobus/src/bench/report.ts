import type { LoopResult } from './closed-loop.ts';
import { conditionLines, rounded, stealOf } from './conditions.ts';
import { type Latency, latencyOf } from './latency.ts';
import type { Setting } from './place.ts';
import type { Workload } from './workload.ts';

export { HIGH_STEAL_PERCENT } from './conditions.ts';

export interface BenchSetting extends Workload, Setting {
  readonly door: 'nats' | 'rest';
  readonly clients: number;
  readonly warmupSeconds: number;
}

export interface BenchReport extends BenchSetting {
  readonly seconds: number;
  readonly runs: number;
  readonly runsPerSecond: number;
  readonly latencyMs: Latency;
  /** The longest run that ended after the measured time; it is in no other figure. */
  readonly overrunMs: number;
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
    runsPerSecond: rounded(runs / result.seconds, 1),
    latencyMs: latencyOf(result.latencies),
    overrunMs: result.overrunMs,
    ...stealOf(result.stealPercent),
    errors: result.errors,
  };
}

export function reportText(report: BenchReport): string {
  return [
    `${whatRan(report)}, ${clientsText(report.clients)}, ${report.seconds} s after ${report.warmupSeconds} s of warm-up, over ${report.door === 'nats' ? 'NATS' : 'REST'}`,
    `  ${report.runsPerSecond.toFixed(1)} runs/s   ${latencyText(report.latencyMs)}`,
    `  ${report.runs} runs, ${errorsText(report.errors)}${overrunText(report)}`,
    ...conditionLines(report),
  ].join('\n');
}

export const clientsText = (clients: number): string => `${clients} client${clients === 1 ? '' : 's'}`;

export const latencyText = ({ p50, p90, p99, max }: Latency, decimals = 1): string =>
  `p50 ${p50.toFixed(decimals)} ms   p90 ${p90.toFixed(decimals)} ms   p99 ${p99.toFixed(decimals)} ms   max ${max.toFixed(decimals)} ms`;

/** Worth a word only when no run within the time took as long. */
export const overrunText = ({ overrunMs, latencyMs }: Pick<BenchReport, 'overrunMs' | 'latencyMs'>): string =>
  overrunMs > latencyMs.max ? `; one that ended after the time took ${overrunMs} ms` : '';

export function errorsText(errors: Readonly<Record<string, number>>): string {
  const failed = Object.entries(errors).map(([code, count]) => `${count} x ${code}`);
  return `errors: ${failed.length === 0 ? 'none' : failed.join(', ')}`;
}

const whatRan = ({ steps, substeps, grouped = false }: Workload): string =>
  substeps
    ? `Runs of one no-op step with ${steps} journalled sub-steps${grouped ? ' without effect, recorded together' : ''}`
    : `Runs of ${steps} no-op step${steps === 1 ? '' : 's'} one after another`;
