import { DatabaseSync } from 'node:sqlite';
import { stackFault } from './fault-codes.ts';

/** Held until `release` or the end of this process, whatever ends it. */
export interface RunLock {
  release(): void;
}

/**
 * Takes the lock or answers undefined when a living process holds it. It is SQLite's lock on an empty file: the kernel frees it when the
 * holder dies, even by SIGKILL, so there is no stale lock to judge and two takers can't both win.
 */
export function takeRunLock(path: string): RunLock | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    const held = database;
    held.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return { release: () => held.close() };
  } catch (error) {
    database?.close();
    if (isBusy(error)) return undefined;
    throw stackFault('data-directory-unwritable', {
      retryable: false,
      message: `${path} can't be locked (${error instanceof Error ? error.message : String(error)}): check the rights and the free space of its folder, or delete this file, and start again.`,
      cause: error,
    });
  }
}

/** SQLITE_BUSY is 5. By shape, since an error of a native module isn't an instance of the Error of a test's realm. */
function isBusy(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === 5;
}
