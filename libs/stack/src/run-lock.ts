import { DatabaseSync } from 'node:sqlite';

/** Held until `release` or the end of this process, whatever ends it. */
export interface RunLock {
  release(): void;
}

/**
 * Takes the lock or answers undefined when a living process holds it. It is SQLite's lock on an empty file: the kernel frees it when the
 * holder dies, even by SIGKILL, so there is no stale lock to judge and two takers can't both win.
 */
export function takeRunLock(path: string): RunLock | undefined {
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return { release: () => database.close() };
  } catch (error) {
    database.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}

/** SQLITE_BUSY is 5. By shape, since an error of a native module isn't an instance of the Error of a test's realm. */
function isBusy(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === 5;
}
