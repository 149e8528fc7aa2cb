import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const OCTO = join(ROOT, '.octo');
export const MODULES = join(ROOT, 'node_modules');
export const CLI = join(ROOT, 'apps', 'octobus', 'dist', 'main.js');
/** Downloads that all clones share. */
export const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'octobus');
export const PLATFORM = `${process.platform}-${process.arch}`;
