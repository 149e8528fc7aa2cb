import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { dirname } from 'node:path';
import type { Environment } from '@octobus/service';
import { copiesAside, copyOf, sizeOf } from './store.ts';

/**
 * What nats-server 2.15.1 takes for an event, whose subject is its own: 0.2-0.3 kB for good (`octobus bench growth`), and as much as it has bytes, 0.9 kB,
 * for the ten seconds after its block was read or written. The half that is not for the log bears what is beyond.
 */
const MEMORY_PER_EVENT = 1_000;
/** Of the machine's memory for that; the other half is for everything else. */
const MEMORY_SHARE = 0.5;
/** Of the disk: the log is copied after an unclean stop, and its read models take about as much again. */
const LOG_SHARE = 0.2;
/** Of the disk for all streams; what nats-server allows itself by default of what is *free*, whatever it holds already. */
const STORE_SHARE = 0.75;

const LETTER_SHARE = 1 / 16;
const MOST_LETTER_BYTES = 512 * 1024 ** 2;

export interface Machine {
  /** Bytes of memory that this stack may use. */
  readonly memory: number;
  /** Bytes that are free on the disk of the log, or taken by the streams and their copy. */
  readonly disk: number;
  /** Each has the whole log. */
  readonly servers: number;
}

/** Limits that the environment leaves open, from which on the log lets no new task in: a full disk or memory would stop the running ones, too. */
export const defaultLimits = ({
  memory,
  disk,
  servers,
}: Machine): Readonly<Record<'OCTO_MAX_LOG_EVENTS' | 'OCTO_MAX_LOG_BYTES', string>> => ({
  OCTO_MAX_LOG_EVENTS: String(Math.floor((memory * MEMORY_SHARE) / MEMORY_PER_EVENT / servers)),
  OCTO_MAX_LOG_BYTES: String(Math.floor((disk * LOG_SHARE) / servers)),
});

/** The limits for the services. `dataDirs`: where each server has its streams. */
export async function logLimitsFor(dataDirs: readonly string[], env: Environment): Promise<Readonly<Record<string, string>>> {
  const limits = defaultLimits({ memory: memory(), disk: await diskOf(dataDirs), servers: dataDirs.length });
  return {
    OCTO_MAX_LOG_EVENTS: env['OCTO_MAX_LOG_EVENTS'] || limits.OCTO_MAX_LOG_EVENTS,
    OCTO_MAX_LOG_BYTES: env['OCTO_MAX_LOG_BYTES'] || limits.OCTO_MAX_LOG_BYTES,
  };
}

/**
 * Bytes that all streams of one server may take: `OCTO_NATS_MAX_FILE_STORE`, else three quarters of the disk. Left to itself the server takes three
 * quarters of what is free when it starts, and a log larger than that takes no event any more (2.15.1: 10023 "insufficient resources").
 */
export async function fileStoreLimit(dataDirs: readonly string[], env: Environment): Promise<number> {
  const wanted = Number(env['OCTO_NATS_MAX_FILE_STORE'] ?? 0);
  return wanted > 0 ? wanted : Math.floor(((await diskOf(dataDirs)) * STORE_SHARE) / dataDirs.length);
}

/** Bytes of dead letters that are kept: they are set aside, so a small store gives a small part of itself. */
export const letterBytes = (maxFileStore: number): number =>
  Math.max(1, Math.min(MOST_LETTER_BYTES, Math.floor(maxFileStore * LETTER_SHARE)));

/** In a container its limit. */
function memory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

async function diskOf(dataDirs: readonly string[]): Promise<number> {
  const { bavail, bsize } = await statfs(nearestExisting(dataDirs[0] ?? '.'));
  return bavail * bsize + (await takenBy(dataDirs));
}

/** Bytes of the streams and of their copies from after an unclean stop. */
export async function takenBy(dataDirs: readonly string[]): Promise<number> {
  const folders = dataDirs.flatMap((dataDir) => [dataDir, copyOf(dataDir), ...copiesAside(dataDir)]).filter((folder) => existsSync(folder));
  return (await Promise.all(folders.map(sizeOf))).reduce((sum, size) => sum + size, 0);
}

const nearestExisting = (path: string): string => (existsSync(path) ? path : nearestExisting(dirname(path)));
