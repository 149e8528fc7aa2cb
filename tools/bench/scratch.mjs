import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { OCTO } from '../bootstrap/places.mjs';

/**
 * A folder for the data of all systems, inside the clone: on the disk where a user's state is, not in a temporary folder that may be memory.
 * `remove` takes it away; the end of this process does so too.
 */
export function makeScratch() {
  mkdirSync(OCTO, { recursive: true, mode: 0o700 });
  const path = mkdtempSync(join(OCTO, `bench-${process.pid}-`));
  const remove = () => rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', remove);
  return { path, remove };
}
