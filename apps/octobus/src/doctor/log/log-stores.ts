import { existsSync, statSync } from 'node:fs';
import { copiesAside, copyOf, holdsEvents, sizeOf } from '../../dev/store.ts';

/** A folder that nats-server would take for its store. */
export interface LogStore {
  readonly path: string;
  /** The one that the stack opens, or a copy made after an unclean stop. */
  readonly kind: 'store' | 'copy';
  readonly bytes: number;
  /** When it was made, milliseconds since 1970. */
  readonly at: number;
}

/** What lies here of the log: the store, then its copies, the newest first. */
export async function logStores(dataDir: string): Promise<readonly LogStore[]> {
  const copies = [...copiesAside(dataDir), copyOf(dataDir)].filter(holdsEvents).toReversed();
  const paths = [...(existsSync(dataDir) ? [dataDir] : []), ...copies];
  return Promise.all(
    paths.map(async (path) => ({ path, kind: path === dataDir ? 'store' : 'copy', bytes: await sizeOf(path), at: statSync(path).ctimeMs })),
  );
}
