import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { endProcess, identify } from './process-identity.ts';
import { stackFault } from './fault-codes.ts';

const END_GRACE_MS = 10_000;

export interface StraySearch {
  readonly name: string;
  /** Its first line is the pid of the server that works, or worked, on our files. */
  readonly pidFile: string;
  /** Tells our server from another program that has got its pid since. */
  readonly isOurs: (pid: number) => boolean;
  readonly stopSignal: NodeJS.Signals;
}

/**
 * Ends a server that still works on our files though no run record names it (the record was lost or cut off): two servers on one store would
 * ruin it. Only for the holder of the run lock: nobody else's server can be on these files. True when there was one.
 */
export async function endStray({ name, pidFile, isOurs, stopSignal }: StraySearch): Promise<boolean> {
  const pid = readPid(pidFile);
  const identity = pid === undefined || !isOurs(pid) ? undefined : identify(pid);
  if (identity === undefined) return false;
  if (await endProcess(identity, stopSignal, END_GRACE_MS)) return true;
  throw stackFault('leftover-process', {
    retryable: false,
    message: `${name} (pid ${pid}) of an earlier run doesn't end: end it by kill -9 ${pid} and start again.`,
    details: { pid: identity.pid },
  });
}

function readPid(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  return Number.isSafeInteger(pid) && pid > 1 && pid !== process.pid ? pid : undefined;
}

/** Whether this text is one of the arguments (on Linux), or somewhere in the command line (elsewhere). */
export function wasStartedWith(pid: number, argument: string): boolean {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(argument);
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(argument);
  } catch {
    return false;
  }
}

/** Whether this folder is the process's working directory; undefined where that can't be known. */
export function worksIn(pid: number, folder: string): boolean | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(folder);
  } catch {
    return false;
  }
}
