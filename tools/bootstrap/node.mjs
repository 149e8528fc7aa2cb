import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE, PLATFORM } from './places.mjs';
import { askTool, NPM_FLAGS, runTool } from './run.mjs';
import { explain, Trouble, UNAVAILABLE } from './say.mjs';
import { NODE_MAJOR, NODE_PACKAGES } from './versions.mjs';

/** A Node new enough for the program: the one that runs this, else the cached one, else undefined. */
export function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR)
    return { path: process.execPath, version: process.versions.node, source: 'this machine' };
  const wanted = NODE_PACKAGES[PLATFORM];
  const path = cachedPath();
  return path !== undefined && existsSync(path) ? { path, version: wanted.version, source: 'npm' } : undefined;
}

/** Fetches the npm package that carries Node's binary for this platform into the cache; it appears there whole or not at all. */
export async function fetchNode() {
  const wanted = NODE_PACKAGES[PLATFORM];
  if (wanted === undefined) {
    throw new Trouble(
      `There is no Node ${NODE_MAJOR} for ${PLATFORM} on npm: install Node ${NODE_MAJOR} or newer yourself and try again.`,
      UNAVAILABLE,
    );
  }
  await mkdir(CACHE, { recursive: true });
  const fresh = await mkdtemp(join(CACHE, 'fetch-node-'));
  try {
    const args = ['install', '--prefix', fresh, '--no-save', ...NPM_FLAGS, `${wanted.name}@${wanted.version}`];
    const { code, output } = await runTool('npm', args, { cwd: fresh });
    const hint = `(or install Node ${NODE_MAJOR} or newer yourself)`;
    if (code === 127) throw new Trouble(`npm is not on PATH: install Node with npm, best Node ${NODE_MAJOR}, and try again.`, UNAVAILABLE);
    if (code !== 0) throw new Trouble(`${explain(`Fetching Node ${wanted.version} from npm`, output)} ${hint}`, UNAVAILABLE);
    const folder = join(fresh, 'node_modules', wanted.name);
    const version = askTool(join(folder, 'bin', 'node'), ['--version']);
    if (version !== `v${wanted.version}`) {
      throw new Trouble(
        `The Node ${wanted.version} from npm doesn't run on this machine (${PLATFORM}): install Node ${NODE_MAJOR} or newer yourself.`,
        UNAVAILABLE,
      );
    }
    try {
      await rename(folder, cacheFolder(wanted));
    } catch (error) {
      if (!existsSync(cachedPath())) throw error;
    }
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return { path: cachedPath(), version: wanted.version, source: 'npm' };
}

const cacheFolder = (wanted) => join(CACHE, `node-${wanted.version}`);

function cachedPath() {
  const wanted = NODE_PACKAGES[PLATFORM];
  return wanted === undefined ? undefined : join(cacheFolder(wanted), 'bin', 'node');
}
