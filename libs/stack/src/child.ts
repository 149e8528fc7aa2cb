import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { stackFault } from './fault-codes.ts';
import { lastLine, openLogFile, readLog } from './log-file.ts';
import { until } from './until.ts';

/** What happens to a child, in the order it happens; say it to the user, keep it in the run state. */
export type ChildEvent =
  | { readonly kind: 'spawned'; readonly name: string; readonly pid: number; readonly stopSignal: NodeJS.Signals }
  | { readonly kind: 'ready'; readonly name: string; readonly pid: number; readonly afterMs: number; readonly restart: number }
  | {
      readonly kind: 'died';
      readonly name: string;
      readonly pid: number | undefined;
      readonly cause: string;
      readonly restartInMs: number;
      /** Deaths in a row, this one included; back to 1 after ten seconds of life. */
      readonly times: number;
    }
  | { readonly kind: 'stopped'; readonly name: string; readonly killed: boolean };

export interface ReadyProbe {
  readonly pid: number;
  /** Text the child has written since it was spawned (the last 64 kB). */
  log(): string;
}

export interface ChildSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** Receives stdout and stderr; rotated at 10 MB. */
  readonly logFile: string;
  /** Asked again and again until it answers true. */
  ready(probe: ReadyProbe): Promise<boolean> | boolean;
  /** 30 s unless given. */
  readonly readyWithinMs?: number | undefined;
  readonly stopSignal?: NodeJS.Signals | undefined;
  /** Between the stop signal and SIGKILL; 10 s unless given. */
  readonly graceMs?: number | undefined;
  /** Gives up the first start: what was spawned is ended and the signal's reason thrown. Later it means nothing: use `stop`. */
  readonly signal?: AbortSignal | undefined;
  /** Awaited after a death, before the child is spawned again. */
  beforeRestart?(): Promise<void>;
  onEvent?(event: ChildEvent): void;
}

export interface Child {
  readonly name: string;
  /** Undefined between a death and the restart, and after the stop. */
  pid(): number | undefined;
  /** False when it isn't running. */
  signal(signal: NodeJS.Signals): boolean;
  /** What the log file holds from this byte on; take the byte from `logSize` before. */
  logFrom(offset: number): string;
  logSize(): number;
  /** Ends it for good: stop signal, SIGKILL after the grace time. Safe to call twice. */
  stop(): Promise<void>;
}

const FIRST_RESTART_MS = 100;
const LONGEST_RESTART_MS = 10_000;
/** A child that was ready for this long starts again with the shortest pause. */
const STEADY_MS = 10_000;

/** Pause before restart n (1, 2, ...): doubles from 0.1 s to 10 s, the upper half of it random so that children don't restart in step. */
export function restartDelay(restart: number, random: number): number {
  const longest = Math.min(LONGEST_RESTART_MS, FIRST_RESTART_MS * 2 ** Math.min(restart - 1, 20));
  return Math.round(longest * (0.5 + random / 2));
}

/** Children and their stop signals: a supervisor that ends without a stop at least asks them to end. */
const living = new Map<ChildProcess, NodeJS.Signals>();
process.once('exit', () => {
  for (const [child, signal] of living) child.kill(signal);
});

/**
 * Starts a child in a process group of its own (a Ctrl-C at the terminal reaches the supervisor only), waits until it is ready, and from then
 * on starts it again, without end, whenever it dies. Fault `child-not-ready` when the first start fails, with the line it left in its log.
 */
export async function startChild(spec: ChildSpec): Promise<Child> {
  spec.signal?.throwIfAborted();
  const log = openLogFile(spec.logFile);
  let current: Attempt | undefined;
  let stopping = false;
  const stopped = new AbortController();
  const attempt = (restart: number): Promise<Attempt> => {
    current = spawnOnce(spec, log.fd, log.size());
    return waitReady(spec, current, restart);
  };
  const first = await attempt(0).catch((error: unknown) => {
    log.close();
    throw error;
  });

  const again = async (restart: number): Promise<Attempt | undefined> => {
    await spec.beforeRestart?.();
    return stopping ? undefined : attempt(restart);
  };
  async function keepAlive(from: Attempt): Promise<void> {
    let running: Attempt | undefined = from;
    let cause = '';
    for (let failures = 0; ;) {
      if (running !== undefined) {
        const since = performance.now();
        cause = await running.exited;
        failures = performance.now() - since > STEADY_MS ? 1 : failures + 1;
      } else failures += 1;
      if (stopping) return;
      const restartInMs = restartDelay(failures, Math.random());
      spec.onEvent?.({ kind: 'died', name: spec.name, pid: running?.process.pid, cause, restartInMs, times: failures });
      current = undefined;
      await delay(restartInMs, undefined, { signal: stopped.signal }).catch(() => undefined);
      if (stopping) return;
      log.rotate();
      running = await again(failures).catch((error: unknown) => {
        cause = (error instanceof Error ? error.message : String(error)).replace(`${spec.name} `, '');
        return undefined;
      });
    }
  }
  const supervised = keepAlive(first);

  let ending: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    stopping = true;
    stopped.abort();
    const killed = current === undefined ? false : await endAttempt(spec, current);
    await supervised;
    current = undefined;
    log.close();
    spec.onEvent?.({ kind: 'stopped', name: spec.name, killed });
  };

  return {
    name: spec.name,
    pid: () => (current?.over === true ? undefined : current?.process.pid),
    signal: (signal) => current !== undefined && signalAttempt(current, signal),
    logFrom: (offset) => readLog(spec.logFile, offset),
    logSize: () => log.size(),
    stop: () => (ending ??= end()),
  };
}

const stopSignalOf = (spec: ChildSpec): NodeJS.Signals => spec.stopSignal ?? 'SIGTERM';

interface Attempt {
  readonly process: ChildProcess;
  readonly logOffset: number;
  readonly spawnedAt: number;
  /** Why it ended, in words. */
  readonly exited: Promise<string>;
  over: boolean;
}

function spawnOnce(spec: ChildSpec, logFd: number, logOffset: number): Attempt {
  const child = spawn(spec.command, spec.args, {
    cwd: spec.cwd,
    env: spec.env ?? process.env,
    stdio: ['ignore', logFd, logFd],
    detached: true,
    ...(spec.uid === undefined ? {} : { uid: spec.uid }),
    ...(spec.gid === undefined ? {} : { gid: spec.gid }),
  });
  const { promise, resolve } = Promise.withResolvers<string>();
  const attempt: Attempt = { process: child, logOffset, spawnedAt: performance.now(), exited: promise, over: false };
  const over = (cause: string): void => {
    attempt.over = true;
    living.delete(child);
    resolve(cause);
  };
  child.once('error', (error) => over(`couldn't be started: ${error.message}`));
  child.once('exit', (code, signal) => over(signal === null ? `exit code ${code}` : `killed by ${signal}`));
  if (child.pid !== undefined) {
    living.set(child, stopSignalOf(spec));
    spec.onEvent?.({ kind: 'spawned', name: spec.name, pid: child.pid, stopSignal: stopSignalOf(spec) });
  }
  return attempt;
}

async function waitReady(spec: ChildSpec, attempt: Attempt, restart: number): Promise<Attempt> {
  const { pid } = attempt.process;
  const log = (): string => readLog(spec.logFile, attempt.logOffset);
  const withinMs = spec.readyWithinMs ?? 30_000;
  const look = async (): Promise<'ready' | 'over' | undefined> => {
    if (attempt.over || pid === undefined) return 'over';
    return (await spec.ready({ pid, log })) ? 'ready' : undefined;
  };
  const { signal } = spec;
  const seen = await until(look, { withinMs, ...(restart === 0 && signal !== undefined ? { signal } : {}) }).catch((error: unknown) => {
    signalAttempt(attempt, 'SIGKILL');
    throw error;
  });
  if (seen === 'ready' && pid !== undefined && !attempt.over) {
    spec.onEvent?.({ kind: 'ready', name: spec.name, pid, afterMs: performance.now() - attempt.spawnedAt, restart });
    return attempt;
  }
  if (restart === 0 && signal?.aborted === true) {
    await endAttempt(spec, attempt);
    throw signal.reason;
  }
  signalAttempt(attempt, 'SIGKILL');
  const why = seen === undefined ? `wasn't ready within ${withinMs / 1000} s` : `ended at once (${await attempt.exited})`;
  const line = lastLine(log());
  throw stackFault('child-not-ready', {
    retryable: false,
    message: `${spec.name} ${why}${line === '' ? '' : `: ${line}`} (log: ${spec.logFile})`,
    details: { name: spec.name },
  });
}

/** Node 24 signals process 0, which is our own process group, when the program couldn't be started and its error isn't told yet. */
function signalAttempt({ over, process: child }: Attempt, signal: NodeJS.Signals): boolean {
  return !over && child.pid !== undefined && child.kill(signal);
}

/** True when it had to be killed. */
async function endAttempt(spec: ChildSpec, attempt: Attempt): Promise<boolean> {
  if (attempt.over) return false;
  signalAttempt(attempt, stopSignalOf(spec));
  const timer = new AbortController();
  const late = delay(spec.graceMs ?? 10_000, 'late' as const, { signal: timer.signal }).catch(() => 'late' as const);
  const killed = (await Promise.race([attempt.exited, late])) === 'late' && !attempt.over;
  timer.abort();
  if (killed) signalAttempt(attempt, 'SIGKILL');
  await attempt.exited;
  return killed;
}
