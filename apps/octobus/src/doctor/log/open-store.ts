import { constants, cpSync, mkdirSync } from 'node:fs';
import { cp, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Bus, PLATFORM_ACCOUNT, accountsWithUsers, connectBus, newCredentials, serverConfig } from '@octobus/jetstream';
import { Fault } from '@octobus/kernel';
import { type Run, freePort, startNatsProcess } from '@octobus/stack';
import { writePrivate } from '../../dev/folder.ts';
import { STORE_KEY } from '../../dev/store.ts';
import { unlessAborted } from '../../isolated/interruption.ts';
import type { LogStore } from './log-stores.ts';
import { withLookFolder } from './look-folder.ts';

export interface Opening {
  readonly binary: string;
  /** The file with the key of the encryption at rest. */
  readonly keyFile: string;
  /** Gives up, with its reason as the fault; what was started is stopped and what was made is removed. */
  readonly signal: AbortSignal;
}

/**
 * Works with a store as a server of its own shows it: of a copy that is removed again, since a server that opens a store cuts off what it can't read. The
 * copy lies beside the store. Fault `state-folder-unusable` when it would take more than half of what is free.
 */
export async function withStore<T>(store: LogStore, opening: Opening, work: (bus: Bus) => Promise<T>): Promise<T> {
  await requireRoom(store);
  return withLookFolder(store.path, async (folder, run) => {
    const dataDir = join(folder, 'data');
    mkdirSync(dataDir, { mode: 0o700 });
    await copyInto(dataDir, store.path, opening.signal);
    return withServer(folder, dataDir, run, opening, work);
  });
}

/** File by file, so that it ends soon after the signal. */
async function copyInto(dataDir: string, path: string, signal: AbortSignal): Promise<void> {
  const filter = (): boolean => {
    signal.throwIfAborted();
    return true;
  };
  await cp(path, dataDir, { recursive: true, mode: constants.COPYFILE_FICLONE, preserveTimestamps: true, filter });
  signal.throwIfAborted();
}

async function withServer<T>(
  folder: string,
  dataDir: string,
  run: Run,
  { binary, keyFile, signal }: Opening,
  work: (bus: Bus) => Promise<T>,
): Promise<T> {
  cpSync(keyFile, join(folder, STORE_KEY));
  const credentials = newCredentials(accountsWithUsers([], []));
  const configFile = join(folder, 'nats.conf');
  writePrivate(configFile, serverConfig({ storeKey: { file: STORE_KEY }, durability: 'flushed' }, { arms: [], tenants: [], credentials }));
  const places = { dataDir, configFile, pidFile: join(folder, 'nats.pid'), logFile: join(folder, 'nats.log') };
  const server = await startNatsProcess({ ...places, binary, port: await freePort(), signal, onEvent: (event) => run.observe(event) });
  try {
    const { user = '', password = '' } = credentials[PLATFORM_ACCOUNT] ?? {};
    const bus = await connectBus({ url: server.url.replace('//', `//${user}:${password}@`), name: 'octobus doctor' });
    try {
      return await unlessAborted(signal, work(bus));
    } finally {
      await bus.close();
    }
  } finally {
    await server.stop();
  }
}

async function requireRoom({ path, bytes }: LogStore): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(path));
  if (bavail * bsize > 2 * bytes) return;
  throw new Fault('state-folder-unusable', {
    retryable: false,
    message: `to look into ${path} it has to be copied, and the disk has no room for that`,
  });
}
