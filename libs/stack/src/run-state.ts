import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stackFault } from './fault-codes.ts';
import type { ChildEvent } from './child.ts';
import { ownDirectory } from './data-directory.ts';
import { endProcess, identify, isAlive, type ProcessIdentity } from './process-identity.ts';
import { takeRunLock } from './run-lock.ts';
import { until } from './until.ts';

export interface ChildRecord extends ProcessIdentity {
  readonly name: string;
  readonly stopSignal: NodeJS.Signals;
}

/** What `run.json` holds while a stack runs. */
export interface RunRecord {
  readonly launcher: ProcessIdentity;
  /** RFC 3339. */
  readonly since: string;
  /** Where the running stack is to be found; absent until it says so. */
  readonly url?: string;
  readonly children: readonly ChildRecord[];
}

export type Claim =
  | { readonly alreadyRunning: true; readonly pid?: number; readonly url?: string }
  | { readonly alreadyRunning: false; readonly run: Run };

export interface Run {
  /** Names of the processes that a supervisor which died had left and that were ended just now. */
  readonly ended: readonly string[];
  /** The last run did not stop in order: it was killed, or the machine went down. */
  readonly unclean: boolean;
  /** Ports of the last run by name, to be taken again when they are free. */
  readonly keptPorts: Readonly<Record<string, number>>;
  keepPorts(ports: Readonly<Record<string, number>>): void;
  setUrl(url: string): void;
  /** Give it every event of every child: it keeps the list of those that run. */
  observe(event: ChildEvent): void;
  /** At the end of an orderly stop; the ports stay. */
  release(): void;
}

const END_GRACE_MS = 5_000;

/**
 * Claims the folder (`.octo`) for this process, or says who has it. What an earlier supervisor left behind when it was killed is ended first:
 * only processes whose pid and start time are both the recorded ones.
 */
export async function claimRun(folder: string): Promise<Claim> {
  ownDirectory(folder);
  const file = join(folder, 'run.json');
  const lock = takeRunLock(join(folder, 'run.lock'));
  if (lock === undefined) return describeHolder(file);
  try {
    const unclean = existsSync(file);
    const ended = await endLeftovers(readRecord(file));
    return { alreadyRunning: false, run: openRun(folder, file, { ended, unclean }, () => lock.release()) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The record of the stack that runs on this folder now, undefined when none does. */
export function findRun(folder: string): RunRecord | undefined {
  const record = readRecord(join(folder, 'run.json'));
  return record !== undefined && isAlive(record.launcher) ? record : undefined;
}

/** The winner may not have written its record yet. */
async function describeHolder(file: string): Promise<Claim> {
  const living = (): RunRecord | undefined => {
    const record = readRecord(file);
    return record !== undefined && isAlive(record.launcher) ? record : undefined;
  };
  const record = await until(living, { withinMs: 2_000 });
  if (record === undefined) return { alreadyRunning: true };
  return { alreadyRunning: true, pid: record.launcher.pid, ...(record.url === undefined ? {} : { url: record.url }) };
}

async function endLeftovers(record: RunRecord | undefined): Promise<readonly string[]> {
  const left = (record?.children ?? []).filter(isAlive).reverse();
  for (const child of left) {
    if (await endProcess(child, child.stopSignal, END_GRACE_MS)) continue;
    throw stackFault('leftover-process', {
      retryable: false,
      message: `${child.name} (pid ${child.pid}) of an earlier run doesn't end: end it by kill -9 ${child.pid} and start again.`,
      details: { pid: child.pid },
    });
  }
  return left.map((child) => child.name);
}

function openRun(folder: string, file: string, before: Pick<Run, 'ended' | 'unclean'>, unlock: () => void): Run {
  const launcher = identify(process.pid);
  if (launcher === undefined) throw new Error('this process has no start time');
  const portsFile = join(folder, 'ports.json');
  let record: RunRecord = { launcher, since: new Date().toISOString(), children: [] };
  const change = (part: Partial<RunRecord>): void => {
    record = { ...record, ...part };
    writeJson(file, record);
  };
  /** A full disk must not end a running stack: what isn't written now comes with the next change. */
  const changeIfPossible = (part: Partial<RunRecord>): void => {
    try {
      change(part);
    } catch {
      return;
    }
  };
  change({});
  return {
    ...before,
    keptPorts: readPorts(portsFile),
    keepPorts: (ports) => writeJson(portsFile, { ...readPorts(portsFile), ...ports }),
    setUrl: (url) => change({ url }),
    observe: (event) => {
      const children = childrenAfter(record.children, event);
      if (children !== record.children) changeIfPossible({ children });
    },
    release: () => {
      rmSync(file, { force: true });
      unlock();
    },
  };
}

function childrenAfter(children: readonly ChildRecord[], event: ChildEvent): readonly ChildRecord[] {
  if (event.kind === 'ready') return children;
  const others = children.filter((child) => child.name !== event.name);
  if (event.kind !== 'spawned') return others;
  const identity = identify(event.pid);
  return identity === undefined ? others : [...others, { ...identity, name: event.name, stopSignal: event.stopSignal }];
}

function writeJson(file: string, value: unknown): void {
  const fresh = `${file}.${process.pid}.new`;
  writeFileSync(fresh, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(fresh, file);
}

function readJson(file: string): unknown {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function readRecord(file: string): RunRecord | undefined {
  const value = readJson(file) as Partial<RunRecord> | undefined;
  if (value?.launcher === undefined || !Array.isArray(value.children)) return undefined;
  return value as RunRecord;
}

function readPorts(file: string): Readonly<Record<string, number>> {
  const value = readJson(file);
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([, port]) => Number.isInteger(port) && port > 0 && port < 65_536));
}
