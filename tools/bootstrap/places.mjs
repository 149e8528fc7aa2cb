import { accessSync, constants, existsSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const OCTO = join(ROOT, '.octo');
export const MODULES = join(ROOT, 'node_modules');
export const CLI = join(ROOT, 'apps', 'octobus', 'dist', 'main.js');
/** Undefined where the user has none that can be written: a service account, a container, an empty HOME. */
export const HOME = [homedir, () => userInfo().homedir].map(answerOf).find((folder) => folder !== undefined && canWrite(folder));
/** Downloads that all clones share; without a home they stay in the clone. */
export const CACHE = cacheFolder();
export const PLATFORM = `${process.platform}-${process.arch}`;

function cacheFolder() {
  const named = process.env.XDG_CACHE_HOME;
  const shared = named !== undefined && isAbsolute(named) ? named : HOME && join(HOME, '.cache');
  return shared !== undefined && canWrite(shared) ? join(shared, 'octobus') : join(OCTO, 'cache');
}

function answerOf(find) {
  try {
    return find();
  } catch {
    return undefined;
  }
}

/** The folder, or the nearest one above it that exists. */
function canWrite(folder) {
  if (!isAbsolute(folder)) return false;
  if (!existsSync(folder)) return dirname(folder) !== folder && canWrite(dirname(folder));
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
