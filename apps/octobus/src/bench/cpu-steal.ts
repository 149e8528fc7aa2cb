import { readFileSync } from 'node:fs';

/** Ticks of all CPUs since boot. */
export interface CpuTicks {
  readonly stolen: number;
  readonly all: number;
}

/** First line of /proc/stat (proc(5)): user nice system idle iowait irq softirq steal guest guest_nice; guest times are in user and nice already. */
export function parseCpuTicks(stat: string): CpuTicks | undefined {
  const [name, ...fields] = (stat.split('\n')[0] ?? '').trim().split(/\s+/);
  const ticks = fields.slice(0, 8).map(Number);
  if (name !== 'cpu' || ticks.length < 8 || ticks.some((n) => !Number.isFinite(n))) return undefined;
  return { stolen: ticks[7] ?? 0, all: ticks.reduce((sum, n) => sum + n, 0) };
}

/** Undefined where there is no /proc/stat. */
export function readCpuTicks(): CpuTicks | undefined {
  try {
    return parseCpuTicks(readFileSync('/proc/stat', 'utf8'));
  } catch {
    return undefined;
  }
}

/** Percent of the time between two readings that the host gave to others, to one decimal. */
export function stealPercent(before: CpuTicks | undefined, after: CpuTicks | undefined): number | undefined {
  if (before === undefined || after === undefined || after.all <= before.all) return undefined;
  return Math.round(((after.stolen - before.stolen) / (after.all - before.all)) * 1000) / 10;
}
