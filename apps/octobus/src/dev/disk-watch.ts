import { statfs } from 'node:fs/promises';
import { Fault } from '@octobus/kernel';
import type { NatsProcess } from '@octobus/stack';

/** What a first start writes, and what Postgres and NATS take at once when they go on. */
const NEEDED_MB = { first: 96, again: 24 };
const LOW_MB = 64;
const LOOK_MS = 5_000;

async function freeMegabytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return Math.floor((bavail * bsize) / 1e6);
}

/** Fault `state-folder-unusable` when the disk can't hold what a start writes. */
export async function requireSpace(folder: string, first: boolean): Promise<void> {
  const free = await freeMegabytes(folder);
  const needed = first ? NEEDED_MB.first : NEEDED_MB.again;
  if (free >= needed) return;
  throw new Fault('state-folder-unusable', {
    retryable: false,
    message: `The disk of ${folder} has ${free} MB free and a start needs ${needed} MB: free some space and start again, or set OCTO_DIR to a folder elsewhere.`,
    details: { free, needed },
  });
}

export interface DiskWatchOptions {
  readonly folder: string;
  readonly server: NatsProcess;
  warn(message: string): void;
}

/**
 * Says when the disk gets full, and starts nats-server again when there is space: after a failed write it refuses all others until then
 * (2.15.1: "Critical write error", the same answer for ever). Answers what ends the watch.
 */
export function watchDisk({ folder, server, warn }: DiskWatchOptions): () => void {
  let low = false;
  let broken = false;
  let seen = server.logSize();
  const look = async (): Promise<void> => {
    const free = await freeMegabytes(folder);
    if (free < LOW_MB && !low) warn(`the disk of ${folder} has ${free} MB left: free some space; when it is full, tasks wait`);
    low = free < LOW_MB;
    const size = server.logSize();
    if (size !== seen && /critical write error|no space left on device/i.test(server.logFrom(seen))) {
      if (!broken) warn('the event log can not be written: free some space; tasks go on by themselves then');
      broken = true;
    }
    seen = size;
    if (!broken || free < NEEDED_MB.again) return;
    warn('there is space again: nats-server, which writes nothing more after a full disk, is started anew');
    broken = !server.signal('SIGTERM');
  };
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
