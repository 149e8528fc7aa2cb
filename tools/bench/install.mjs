import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { withLock } from '../bootstrap/lock.mjs';
import { CACHE, PLATFORM } from '../bootstrap/places.mjs';
import { NPM_FLAGS, runTool } from '../bootstrap/run.mjs';
import { explain } from '../bootstrap/say.mjs';

/**
 * Copies a peer's files to a folder of the user's cache and installs its packages there (no scripts), never into the workspace. Answers that
 * folder; an Error with one sentence when the packages can't be had.
 */
export async function installPeer({ name, folder }, say, cache = join(CACHE, 'bench')) {
  const target = join(cache, name);
  return withLock(join(cache, `${name}.lock`), async () => {
    mkdirSync(target, { recursive: true });
    copyFiles(folder, target);
    copySharedFiles(dirname(folder), cache);
    const wanted = digestOf(folder);
    if (wanted === undefined || wanted === stampOf(target)) return target;
    say(`  ${name}: fetching its packages from npm (once)`);
    const { code, output } = await runTool('npm', ['install', '--prefix', target, ...NPM_FLAGS], { cwd: target });
    if (code !== 0) throw new Error(explain('npm install', output));
    writeFileSync(join(target, STAMP), wanted);
    return target;
  });
}

const STAMP = '.octobus-bench-packages';
const NOT_COPIED = new Set(['node_modules', 'package-lock.json']);

function copyFiles(folder, target) {
  cpSync(folder, target, { recursive: true, filter: (path) => !NOT_COPIED.has(basename(path)) && !path.endsWith('.spec.ts') });
}

/** What several peers import as `../name.mjs`. */
function copySharedFiles(folder, target) {
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.mjs'))) cpSync(join(folder, name), join(target, name));
}

/** Of what is to be installed, and undefined when that is nothing. */
function digestOf(folder) {
  const path = join(folder, 'package.json');
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '{}';
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(text);
  if (Object.keys({ ...dependencies, ...optionalDependencies }).length === 0) return undefined;
  return createHash('sha256').update(`${PLATFORM}\n${text}`).digest('hex');
}

function stampOf(target) {
  const path = join(target, STAMP);
  return existsSync(path) && existsSync(join(target, 'node_modules')) ? readFileSync(path, 'utf8') : undefined;
}
