import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PLATFORM_ACCOUNT } from '@octobus/jetstream';
import { streamsFolder } from './store.ts';

/**
 * Settings and position of a durable. In an encrypted store nats-server takes the first bytes of each for the nonce, and ends with "slice bounds out of
 * range" at every start when there are fewer (2.15.1, `decryptMeta`, `stateWithCopyLocked`).
 */
const FILES = ['meta.inf', 'o.dat'] as const;
const NONCE_BYTES = 16;

interface Place {
  readonly stream: string;
  readonly name: string;
}

/** Before a server starts: removes the durables that would keep it from starting. Provisioning makes them again, and the watch puts them where they stood. */
export function removeUnreadableDurables(dataDir: string): readonly string[] {
  return durablesIn(dataDir)
    .filter((durable) => FILES.some((file) => isTooShort(join(folderOf(dataDir, durable), file))))
    .map((durable) => remove(dataDir, durable));
}

/** Of a server that runs: those of which its log says that it could not read them. As long as their files are there, it refuses to make them anew. */
export function removeRefusedDurables(dataDir: string, log: string): readonly string[] {
  const refused = [...log.matchAll(REFUSED)].map((match) => match[1]);
  return durablesIn(dataDir)
    .filter(({ stream, name }) => refused.includes(`${PLATFORM_ACCOUNT} > ${stream} > ${name}`))
    .map((durable) => remove(dataDir, durable));
}

/** `Error adding consumer 'PLATFORM > EVENTS > memory': error creating store for consumer: ...` (2.15.1). */
const REFUSED = /Error adding consumer '([^'\n]{1,200})': error creating store/g;

export const sayCleared = (durable: string): string => `nats-server could not read the state of the durable ${durable}: it is made again`;

function durablesIn(dataDir: string): readonly Place[] {
  const streams = streamsFolder(dataDir);
  return foldersIn(streams).flatMap((stream) => foldersIn(join(streams, stream, 'obs')).map((name) => ({ stream, name })));
}

const folderOf = (dataDir: string, { stream, name }: Place): string => join(streamsFolder(dataDir), stream, 'obs', name);

function remove(dataDir: string, durable: Place): string {
  rmSync(folderOf(dataDir, durable), { recursive: true, force: true });
  return `${durable.name} of ${durable.stream}`;
}

function foldersIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

function isTooShort(file: string): boolean {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats !== undefined && stats.size < NONCE_BYTES;
}
