import { readFileSync } from 'node:fs';

/** Proportional set size of a process in bytes (proc(5)); null where the kernel doesn't say. */
export function pssOf(pid: number | undefined): number | null {
  try {
    const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid ?? 0}/smaps_rollup`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}
