import { readFileSync, readdirSync } from 'node:fs';
import type { RunRecord } from '@octobus/stack';

/** One line of /proc/<pid>/stat, as far as it is needed here. */
export interface ProcessLine {
  readonly pid: number;
  readonly parent: number;
  /** User and system time since its start, in milliseconds. */
  readonly cpuMs: number;
}

/** Linux counts CPU time for user space in hundredths of a second on every architecture (USER_HZ, proc(5)). */
const TICK_MS = 10;

/** Fields 1, 4, 14 and 15 (proc(5)); the name in field 2 may contain spaces and parentheses. */
export function parseProcessLine(stat: string): ProcessLine | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [pid, parent, user, system] = [stat.split(' ', 1)[0], fields[1], fields[11], fields[12]].map(Number);
  if (pid === undefined || parent === undefined || user === undefined || system === undefined) return undefined;
  if (![pid, parent, user, system].every(Number.isFinite)) return undefined;
  return { pid, parent, cpuMs: (user + system) * TICK_MS };
}

/** Which part of the stack each process belongs to: a named one names its descendants, unless they have a name of their own. */
export function partsOf(lines: readonly ProcessLine[], named: ReadonlyMap<number, string>): ReadonlyMap<number, string> {
  const parents = new Map(lines.map(({ pid, parent }) => [pid, parent]));
  const parts = new Map<number, string>();
  for (const { pid } of lines) {
    for (let at: number | undefined = pid, steps = 0; at !== undefined && steps < 32; at = parents.get(at), steps++) {
      const name = named.get(at);
      if (name === undefined) continue;
      parts.set(pid, name);
      break;
    }
  }
  return parts;
}

/** CPU time by part of the stack, in milliseconds since the start of each. */
export type CpuByPart = Readonly<Record<string, number>>;

export interface StackProcesses {
  /** Undefined where there is no /proc. */
  cpu(): CpuByPart | undefined;
  /** Proportional set size of all processes, in bytes; undefined where the kernel doesn't say, or not to us. */
  pssBytes(): number | undefined;
}

/** The processes of a stack that runs: its launcher (`services`) and its children, with all that these have started. */
export function processesOf(record: () => RunRecord | undefined): StackProcesses {
  const now = (): { readonly lines: readonly ProcessLine[]; readonly parts: ReadonlyMap<number, string> } => {
    const run = record();
    const lines = readProcesses();
    const names = new Map(run?.children.map(({ pid, name }) => [pid, name]) ?? []);
    if (run !== undefined) names.set(run.launcher.pid, 'services');
    return { lines, parts: partsOf(lines, names) };
  };
  return {
    cpu: () => {
      const { lines, parts } = now();
      return parts.size === 0 ? undefined : cpuByPart(lines, parts);
    },
    pssBytes: () => {
      const sizes = [...now().parts.keys()].map(pssOf);
      return sizes.length === 0 || sizes.includes(undefined) ? undefined : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
    },
  };
}

export function cpuByPart(lines: readonly ProcessLine[], parts: ReadonlyMap<number, string>): CpuByPart {
  const sums: Record<string, number> = {};
  for (const { pid, cpuMs } of lines) {
    const part = parts.get(pid);
    if (part !== undefined) sums[part] = (sums[part] ?? 0) + cpuMs;
  }
  return sums;
}

/** What each part used between two readings; a part that was started anew counts from its start. */
export function cpuBetween(before: CpuByPart | undefined, after: CpuByPart | undefined): CpuByPart | undefined {
  if (before === undefined || after === undefined) return undefined;
  const used = (part: string, ms: number): number => (ms >= (before[part] ?? 0) ? ms - (before[part] ?? 0) : ms);
  return Object.fromEntries(Object.entries(after).map(([part, ms]) => [part, used(part, ms)]));
}

function readProcesses(): readonly ProcessLine[] {
  const names = tryRead(() => readdirSync('/proc')) ?? [];
  return names.flatMap((name) => {
    const line = /^\d+$/.test(name) ? tryRead(() => parseProcessLine(readFileSync(`/proc/${name}/stat`, 'utf8'))) : undefined;
    return line ?? [];
  });
}

/** 0 for a process that has ended meanwhile. */
function pssOf(pid: number): number | undefined {
  try {
    const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
    return kilobytes === undefined ? 0 : Number(kilobytes) * 1024;
  } catch (error) {
    return ['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '') ? 0 : undefined;
  }
}

function tryRead<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
