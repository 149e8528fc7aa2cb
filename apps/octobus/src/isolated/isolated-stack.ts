import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '@octobus/kernel';
import { until } from '@octobus/stack';
import type { Credentials } from '../client/credentials.ts';
import type { StackEvent } from '../dev/events.ts';
import type { Stack } from '../dev/stack.ts';
import { ISOLATED, type StackMessage } from './messages.ts';

export interface IsolatedOptions {
  /** Of the temporary folder: `octobus-<name>-...`. */
  readonly name: string;
  /** An existing folder to go on with; else a fresh one. */
  readonly folder?: string;
  /** One process a service; else all services in one. */
  readonly perService: boolean;
  /** Keep the folder with logs and data at the end. */
  readonly keep: boolean;
  /** Settings beside those of this process. */
  readonly env?: NodeJS.ProcessEnv;
  onEvent(event: StackEvent): void;
}

/** A stack with ports, data and keys of its own, in another process than this one. */
export interface IsolatedStack {
  readonly folder: string;
  readonly credentials: Credentials;
  readonly durability: Stack['durability'];
  readonly versions: Stack['versions'];
  /** Process id of a child as of now. */
  pidOf(service: string): number | undefined;
  /** Stops everything and removes the folder unless it is to be kept. */
  stop(): Promise<void>;
}

type Ready = Extract<StackMessage, { kind: 'ready' }>;

const STOP_WITHIN_MS = 30_000;
const SCRIPT = fileURLToPath(new URL('./stack-process.js', import.meta.url));

/** Where another stack is, or what it is to use, is none of this one's business. */
const FOREIGN = [
  'OCTO_DIR',
  'OCTO_URL',
  'OCTO_API_KEY',
  'OCTO_PORT',
  'OCTO_NATS_PORT',
  'OCTO_NATS_DIR',
  'OCTO_POSTGRES_PORT',
  'DATABASE_URL',
  'NATS_URL',
];

export function isolatedEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !FOREIGN.includes(name)));
}

/** Faults are those of a start. When the signal fires first, what has started is stopped and its reason thrown. */
export async function openIsolatedStack(options: IsolatedOptions, signal: AbortSignal): Promise<IsolatedStack> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), `octobus-${options.name}-`)));
  const child = spawnStack(folder, options);
  const pids = new Map<string, number>();
  const stop = once(() => end(child, folder, options.keep));
  try {
    const ready = await readyOf(child, signal, (event) => {
      follow(pids, event);
      options.onEvent(event);
    });
    const { credentials, durability, versions } = ready;
    return { folder, credentials, durability, versions, pidOf: (service) => pids.get(service), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const flag = (value: boolean): string => (value ? '1' : '0');

function spawnStack(folder: string, { perService, keep, env }: IsolatedOptions): ChildProcess {
  const told = { [ISOLATED.folder]: folder, [ISOLATED.perService]: flag(perService), [ISOLATED.keep]: flag(keep) };
  const log = openSync(join(folder, 'stack.log'), 'a', 0o600);
  try {
    return fork(SCRIPT, [], {
      execArgv: ['--enable-source-maps'],
      env: { ...isolatedEnvironment(process.env), ...env, ...told },
      stdio: ['ignore', log, log, 'ipc'],
    });
  } finally {
    closeSync(log);
  }
}

function follow(pids: Map<string, number>, event: StackEvent): void {
  if (event.kind !== 'child') return;
  if (event.event.kind === 'spawned') pids.set(event.event.name, event.event.pid);
  else if (event.event.kind !== 'ready') pids.delete(event.event.name);
}

function readyOf(child: ChildProcess, signal: AbortSignal, onEvent: (event: StackEvent) => void): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const broken = (message: string): Fault => new Fault('isolated-stack-failed', { retryable: false, message });
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    child.on('message', (message: StackMessage) => {
      if (message.kind === 'event') onEvent(message.event);
      else if (message.kind === 'ready') resolve(message);
      else reject(new Fault(message.code, { retryable: false, message: message.message }));
    });
    child.once('error', (error) => reject(broken(`its process couldn't be started: ${error.message}`)));
    child.once('exit', (code) => reject(broken(`its process ended with exit code ${code}`)));
    signal.throwIfAborted();
  });
}

/** Letting go of the channel is the sign to stop and to remove the folder; a process that had to be killed can't. */
async function end(child: ChildProcess, folder: string, keep: boolean): Promise<void> {
  const gone = (): boolean => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
  if (child.connected) child.disconnect();
  if ((await until(gone, { withinMs: STOP_WITHIN_MS })) !== true) child.kill('SIGKILL');
  if (!keep) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

function once(action: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= action());
}
