// Turns src/**/*.ts of every workspace package into dist/**/*.js, one file at a time (types are checked apart, by `npm run verify`).
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFile } from '@swc/core';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const options = {
  swcrc: false,
  sourceMaps: 'inline',
  module: { type: 'es6' },
  jsc: {
    target: 'es2024',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true },
    rewriteRelativeImportExtensions: true,
  },
};

async function packages() {
  const found = [];
  for (const group of ['libs', 'apps']) {
    for (const name of await readdir(join(root, group))) {
      if (existsSync(join(root, group, name, 'package.json'))) found.push(join(root, group, name));
    }
  }
  return found;
}

const mtime = async (path) => (await stat(path).catch(() => ({ mtimeMs: 0 }))).mtimeMs;

async function buildFile(source, target) {
  if ((await mtime(target)) > (await mtime(source))) return 0;
  await mkdir(dirname(target), { recursive: true });
  if (!source.endsWith('.ts')) {
    await copyFile(source, target);
    return 1;
  }
  const { code } = await transformFile(source, { ...options, filename: source, sourceFileName: relative(dirname(target), source) });
  await writeFile(target, code);
  return 1;
}

async function buildPackage(folder) {
  const src = join(folder, 'src');
  const dist = join(folder, 'dist');
  if (!existsSync(src)) return 0;
  const sources = (await readdir(src, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !/\.(spec|contract)\.ts$/.test(entry.name))
    .map((entry) => relative(src, join(entry.parentPath ?? entry.path, entry.name)));
  const wanted = new Set(sources.map((file) => file.replace(/\.ts$/, '.js')));
  if (existsSync(dist)) {
    for (const entry of await readdir(dist, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath ?? entry.path, entry.name);
      if (entry.isFile() && !wanted.has(relative(dist, path))) await rm(path);
    }
  }
  const counts = await Promise.all(sources.map((file) => buildFile(join(src, file), join(dist, file.replace(/\.ts$/, '.js')))));
  return counts.reduce((a, b) => a + b, 0);
}

let built = 0;
for (const folder of await packages()) built += await buildPackage(folder);
if (built > 0) process.stderr.write(`built ${built} files\n`);
