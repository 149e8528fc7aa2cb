import { readCpuTicks, stealPercent } from './cpu-steal.ts';
import type { Setting } from './place.ts';
import { type CpuByPart, type StackProcesses, cpuBetween } from './process-tree.ts';

/** More than this and the round says more about the host than about us. */
export const HIGH_STEAL_PERCENT = 10;

/** What a round ran under, in every report. */
export interface Conditions extends Setting {
  readonly stealPercent: number | null;
  /** True: repeat the round, it can't be compared with others. */
  readonly stealHigh: boolean;
  /** CPU time that each part of the stack used during the round, in milliseconds; the load generator is none of them. */
  readonly stackCpuMs: CpuByPart | null;
}

/** What the work gives, its seconds, and the conditions meanwhile. */
export async function underConditions<T>(
  setting: Setting,
  processes: StackProcesses,
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly seconds: number; readonly conditions: Conditions }> {
  const ticks = readCpuTicks();
  const cpu = processes.cpu();
  const began = performance.now();
  const value = await work();
  const seconds = (performance.now() - began) / 1000;
  const steal = stealPercent(ticks, readCpuTicks());
  const stackCpuMs = cpuBetween(cpu, processes.cpu()) ?? null;
  return { value, seconds, conditions: { ...setting, ...stealOf(steal), stackCpuMs } };
}

export const stealOf = (steal: number | undefined): Pick<Conditions, 'stealPercent' | 'stealHigh'> => ({
  stealPercent: steal ?? null,
  stealHigh: (steal ?? 0) > HIGH_STEAL_PERCENT,
});

const DURABILITY: Readonly<Record<string, string>> = {
  fsync: 'fsync before every ack',
  flushed: 'flushed before ack, not fsynced',
  replicated: 'flushed by two of three servers before ack',
};

/** The last lines of every report. */
export function conditionLines(conditions: Omit<Conditions, 'stackCpuMs'> & { readonly stackCpuMs?: CpuByPart | null }): readonly string[] {
  const { durability, stealPercent: steal, cpus, loadBefore, node, stack, stackCpuMs } = conditions;
  return [
    `  durability: ${DURABILITY[durability] ?? durability}   CPU steal: ${steal === null ? 'unknown here' : `${steal} %`}   ${cpus} CPUs (load ${loadBefore.toFixed(1)} before), node ${node}, ${stack} stack`,
    ...(stackCpuMs === undefined || stackCpuMs === null ? [] : [`  CPU of the stack: ${cpuText(stackCpuMs)}`]),
    ...(conditions.stealHigh
      ? [`  The host gave more than ${HIGH_STEAL_PERCENT} % of the CPU to others: repeat this round before comparing it.`]
      : []),
  ];
}

const WORTH_SAYING_MS = 50;

const cpuText = (cpu: CpuByPart): string =>
  Object.entries(cpu)
    .filter(([, ms]) => ms >= WORTH_SAYING_MS)
    .toSorted(([, a], [, b]) => b - a)
    .map(([part, ms]) => `${part} ${(ms / 1000).toFixed(1)} s`)
    .join(', ') || 'next to none';

/** Numbers of a report: three decimals at most. */
export const rounded = (n: number, decimals = 3): number => Math.round(n * 10 ** decimals) / 10 ** decimals;
