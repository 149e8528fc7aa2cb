import { cp, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { constants, existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type LogStreamCount, LOG_STREAM_COUNTS, logStreams } from '@octobus/contracts';
import { PLATFORM_ACCOUNT, newStoreKey, storeKeyFile } from '@octobus/jetstream';
import { Fault } from '@octobus/kernel';
import { writePrivate } from './folder.ts';

/** Beside the server's configuration, which includes it. */
export const STORE_KEY = 'store-key.conf';

/** Where the server keeps its streams (nats-server 2.15). */
export const streamsFolder = (dataDir: string): string => join(dataDir, 'jetstream', PLATFORM_ACCOUNT, 'streams');
const streamFolder = (dataDir: string, stream: string): string => join(streamsFolder(dataDir), stream);

/** Every stream that a log can be spread over. */
const ALL = logStreams(Math.max(...LOG_STREAM_COUNTS) as LogStreamCount).map(({ name }) => name);

/** Whether events were ever stored here, whatever the server makes of them. */
export const holdsEvents = (dataDir: string): boolean => ALL.some((stream) => holdsMessages(streamFolder(dataDir, stream)));

function holdsMessages(stream: string): boolean {
  const folder = join(stream, 'msgs');
  return existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.blk') && statSync(join(folder, name)).size > 0);
}

/** How many streams the log that lies here is spread over: those up to the last that is there. Undefined when there are no events. */
export function heldLogStreams(dataDir: string): LogStreamCount | undefined {
  if (!holdsEvents(dataDir)) return undefined;
  const last = ALL.findLastIndex((stream) => existsSync(streamFolder(dataDir, stream)));
  return LOG_STREAM_COUNTS.find((count) => count > last);
}

/** Makes the key of the encryption at rest at the first start only: the server takes what another key doesn't open for an empty store. */
export function keepStoreKey(file: string, dataDirs: readonly string[]): void {
  const kept = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (kept !== undefined && /^key: "[^"\n]+"\s*$/.test(kept)) return;
  if (!dataDirs.some(holdsEvents)) {
    writePrivate(file, storeKeyFile(newStoreKey()));
    return;
  }
  throw new Fault('store-key-missing', {
    retryable: false,
    message: `${file}, the key that opens the event log, is ${kept === undefined ? 'missing' : 'damaged'}: put it back from a copy; without it the log in ${dataDirs.join(', ')} can't be read, and only moving the whole state folder away lets you start anew.`,
  });
}

/** Where the store is copied to after an unclean stop. */
export const copyOf = (dataDir: string): string => `${dataDir}.before-restart`;

export interface StoreCopy {
  readonly path: string;
  readonly bytes: number;
}

/**
 * Copies the store as it is after an unclean stop, before a server opens it: the server cuts off or deletes what it can't read. One copy is
 * kept, as long as nobody has put it aside. `nothing` to copy; `no-room` when it would take more than half of what is free.
 */
export async function copyStore(dataDir: string): Promise<StoreCopy | 'nothing' | 'no-room'> {
  if (!holdsEvents(dataDir)) return 'nothing';
  const { bavail, bsize } = await statfs(dataDir);
  const bytes = await sizeOf(dataDir);
  if (bavail * bsize < 2 * bytes) return 'no-room';
  const fresh = `${copyOf(dataDir)}.new`;
  await rm(fresh, { recursive: true, force: true });
  await cp(dataDir, fresh, { recursive: true, mode: constants.COPYFILE_FICLONE, preserveTimestamps: true });
  await rm(copyOf(dataDir), { recursive: true, force: true });
  await rename(fresh, copyOf(dataDir));
  return { path: copyOf(dataDir), bytes };
}

/** Copies with a name of their own, the first ones after something went wrong; a fourth stays what the next unclean stop replaces. */
const MOST_ASIDE = 3;

/** Copies that were put aside, the oldest first. */
export function copiesAside(dataDir: string): readonly string[] {
  const folder = dirname(dataDir);
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith(`${basename(dataDir)}.of-`)) : [];
  return names.toSorted().map((name) => join(folder, name));
}

/** Gives the copy a name of its own, so that no later one replaces it; its place when there are enough of these already, undefined without a copy. */
export async function putCopyAside(dataDir: string): Promise<string | undefined> {
  if (!existsSync(copyOf(dataDir))) return undefined;
  if (copiesAside(dataDir).length >= MOST_ASIDE) return copyOf(dataDir);
  const aside = `${dataDir}.of-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  await rename(copyOf(dataDir), aside);
  return aside;
}

/** Bytes of all files in it. */
export async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(entries.filter((entry) => entry.isFile()).map((entry) => stat(join(entry.parentPath, entry.name))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}
