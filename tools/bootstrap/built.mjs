import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { MODULES, ROOT } from './places.mjs';
import { runTool } from './run.mjs';
import { explain, Trouble } from './say.mjs';

const STAMP = join(MODULES, '.octobus-build');

/** Whether dist/ of every package comes from the sources as they are now, judged by names, sizes and times. */
export function buildIsFresh() {
  try {
    return readFileSync(STAMP, 'utf8') === stampOf(sourcesDigest(), builtPackages());
  } catch {
    return false;
  }
}

/** The sources are noted before the build: one that changes meanwhile leads to another build. */
export async function build(node) {
  const sources = sourcesDigest();
  const { code, output } = await runTool(node, [join(ROOT, 'tools', 'build.mjs')], { cwd: ROOT });
  if (code !== 0) throw new Trouble(explain('Building (tools/build.mjs)', output));
  writeFileSync(STAMP, stampOf(sources, builtPackages()));
}

const stampOf = (sources, built) => `${sources}\n${built.join('\n')}\n`;

function sourcesDigest() {
  const hash = createHash('sha256');
  note(hash, join(ROOT, 'tools', 'build.mjs'));
  for (const folder of packageFolders()) walk(hash, join(folder, 'src'));
  return hash.digest('hex');
}

/** A dist that was removed by hand must be noticed. */
function builtPackages() {
  return packageFolders()
    .filter((folder) => existsSync(join(folder, 'dist')))
    .map((folder) => relative(ROOT, folder));
}

function packageFolders() {
  return ['libs', 'apps'].flatMap((group) => {
    const folder = join(ROOT, group);
    return existsSync(folder)
      ? readdirSync(folder)
          .sort()
          .map((name) => join(folder, name))
      : [];
  });
}

function walk(hash, folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) walk(hash, path);
    else if (!/\.(?:spec|contract)\.ts$/.test(entry.name)) note(hash, path);
  }
}

function note(hash, path) {
  const { size, mtimeMs } = statSync(path);
  hash.update(`${path}\0${size}\0${mtimeMs}\n`);
}
