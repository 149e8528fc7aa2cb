import { availableParallelism, loadavg } from 'node:os';
import { findRun } from '@octobus/stack';
import { Client } from '../client/client.ts';
import { type Credentials, readCredentials, stateFolder } from '../client/credentials.ts';
import { tellEvents } from '../dev/describe-event.ts';
import type { StackEvent } from '../dev/events.ts';
import { openIsolatedStack } from '../isolated/isolated-stack.ts';
import type { Io } from '../io.ts';
import { type StackProcesses, processesOf } from './process-tree.ts';

/** Where and under which promise a benchmark ran. */
export interface Setting {
  /** What a caller is promised: `fsync` or `flushed`. */
  readonly durability: string;
  /** `running`: the stack of this folder; `isolated`: one of its own. */
  readonly stack: 'running' | 'isolated';
  readonly node: string;
  readonly cpus: number;
  /** Load average of the last minute before the round: with steal, what else this machine had to do. */
  readonly loadBefore: number;
}

/** The stack that is measured. */
export interface Place {
  readonly credentials: Credentials;
  readonly client: Client;
  readonly setting: Setting;
  /** State folder; what lies there is only to be had for a stack of this machine. */
  readonly folder: string;
  readonly processes: StackProcesses;
}

export interface PlaceWish {
  readonly isolated: boolean;
  /** One process a service, when the stack is one of its own. */
  readonly perService?: boolean;
  /** Told what happens in an isolated stack. */
  onEvent?(event: StackEvent): void;
}

/** Works on the stack that runs in this folder, or that `OCTO_URL` names, else on an isolated one that is removed at the end. */
export async function withPlace<T>(io: Io, wish: PlaceWish, signal: AbortSignal, work: (place: Place) => Promise<T>): Promise<T> {
  const { env } = process;
  const folder = stateFolder(env, process.cwd());
  if (!wish.isolated && (findRun(folder) !== undefined || env['OCTO_URL'])) {
    return work(await placeOf('running', folder, readCredentials(env, process.cwd())));
  }
  io.line(wish.isolated ? 'Starting an isolated stack:' : 'No stack runs here; starting an isolated one:');
  const tell = tellEvents(io);
  const onEvent = (event: StackEvent): void => {
    wish.onEvent?.(event);
    tell(event);
  };
  const stack = await openIsolatedStack({ name: 'bench', perService: wish.perService === true, keep: false, onEvent }, signal);
  try {
    return await work(await placeOf('isolated', stack.folder, stack.credentials));
  } finally {
    await stack.stop();
  }
}

async function placeOf(stack: Setting['stack'], folder: string, credentials: Credentials): Promise<Place> {
  const client = new Client(credentials.url, credentials.apiKey);
  const { durability } = await client.ready();
  const loadBefore = Math.round((loadavg()[0] ?? 0) * 100) / 100;
  const setting = { stack, durability, node: process.versions.node, cpus: availableParallelism(), loadBefore };
  return { credentials, client, setting, folder, processes: processesOf(() => findRun(folder)) };
}
