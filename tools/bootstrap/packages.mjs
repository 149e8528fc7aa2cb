import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MODULES, PLATFORM, ROOT } from './places.mjs';
import { linkPostgresLibraries } from './postgres-links.mjs';
import { findOnPath, NPM_FLAGS, runTool } from './run.mjs';
import { explain, Trouble, UNAVAILABLE } from './say.mjs';

const STAMP = join(MODULES, '.octobus-packages.json');
/** What node_modules takes, with some room. */
const NEEDED_MB = { run: 250, full: 650 };

/**
 * Whether node_modules holds what package-lock.json names, for `mode` 'run' (without development packages) or 'full'. A full set serves both.
 * The stamp is written last, so that an installation that was cut off doesn't count.
 */
export function packagesAreThere(mode) {
  const lock = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
  const stamp = readJson(STAMP);
  const fits = stamp?.lock === digest(lock) && stamp.platform === PLATFORM;
  if (fits && (stamp.mode === 'full' || stamp.mode === mode)) return true;
  if (!installedByHand(JSON.parse(lock), mode)) return false;
  finish(lock, mode);
  return true;
}

export async function installPackages(mode) {
  if (findOnPath('npm') === undefined)
    throw new Trouble('npm is not on PATH: install Node with npm (20 or newer) and try again.', UNAVAILABLE);
  const lock = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
  const args = ['ci', ...NPM_FLAGS];
  refuseFullDisk(NEEDED_MB[mode]);
  const { code, output } = await runTool('npm', mode === 'run' ? [...args, '--omit=dev'] : args, { cwd: ROOT });
  if (code !== 0) throw new Trouble(explain('Installing the packages (npm ci)', output), UNAVAILABLE);
  finish(lock, mode);
}

/** Checked before, because npm (11.19) may leave cut-off files on a full disk and say that all is well. */
function refuseFullDisk(needed) {
  const { bavail, bsize } = statfsSync(ROOT);
  const free = Math.floor((bavail * bsize) / 1e6);
  if (free < needed)
    throw new Trouble(`The disk of ${ROOT} has ${free} MB free and the packages take about ${needed} MB: free some space and try again.`);
}

function finish(lock, mode) {
  linkPostgresLibraries();
  try {
    writeFileSync(STAMP, JSON.stringify({ lock: digest(lock), mode, platform: PLATFORM }));
  } catch (error) {
    if (error.code !== 'EACCES' && error.code !== 'EROFS') throw error;
  }
}

/** Somebody ran npm themselves: npm's own record of what it installed has every package of the lock file in its version. */
function installedByHand(lock, mode) {
  const installed = readJson(join(MODULES, '.package-lock.json'))?.packages;
  if (installed === undefined) return false;
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (!path.startsWith('node_modules/')) return true;
    if (wanted.link) return existsSync(join(ROOT, path));
    if (wanted.optional || (mode === 'run' && (wanted.dev || wanted.devOptional))) return true;
    return installed[path]?.version === wanted.version;
  });
}

const digest = (text) => createHash('sha256').update(text).digest('hex');

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
