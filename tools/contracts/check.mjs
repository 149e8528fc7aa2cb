// The wire contracts: style, no break against the last release, and generated code that is fresh. Recorded samples are tested in libs/contracts.
// node tools/contracts/check.mjs [folder of a workspace]   exit code 1 if anything is wrong.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const HOME = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const root = resolve(process.argv[2] ?? HOME);
const proto = join(root, 'proto');
const BUF = join(HOME, 'node_modules', '@bufbuild', 'buf', 'bin', 'buf');

/** What buf says; empty when all is well. */
function buf(...args) {
  const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`;
  const { status, stdout, stderr } = spawnSync(process.execPath, [BUF, ...args], {
    cwd: proto,
    encoding: 'utf8',
    env: { ...process.env, PATH: path },
  });
  if (status === 0) return [];
  return `${stdout}${stderr}`.trim().split('\n');
}

const byVersion = new Intl.Collator('en', { numeric: true }).compare;

/** Against the newest image: what a release once promised was checked when the next one was made. */
function breaks() {
  const image = readdirSync(join(proto, 'released'))
    .filter((name) => name.endsWith('.binpb'))
    .sort(byVersion)
    .at(-1);
  if (image === undefined) return ['proto/released holds no image of a release'];
  return buf('breaking', '--against', join('released', image)).map((line) => `since ${image}: ${line}`);
}

const filesOf = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));

function staleCode() {
  const folder = mkdtempSync(join(tmpdir(), 'octo-gen-'));
  const committed = join(root, 'libs', 'contracts', 'src', 'gen');
  try {
    // The template writes to ../libs/contracts/src/gen; below `inner` that stays inside the folder.
    const trouble = buf('generate', '--output', join(folder, 'inner'));
    if (trouble.length > 0) return trouble;
    const fresh = join(folder, 'libs', 'contracts', 'src', 'gen');
    const names = new Set([...filesOf(fresh), ...filesOf(committed)]);
    const read = (base, name) => (filesOf(base).includes(name) ? readFileSync(join(base, name), 'utf8') : undefined);
    return [...names]
      .filter((name) => read(fresh, name) !== read(committed, name))
      .map((name) => `libs/contracts/src/gen/${name} isn't what proto/ says: run buf generate in proto/`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const checks = {
  lint: buf('lint'),
  format: buf('format', '--diff', '--exit-code'),
  breaking: breaks(),
  'generated code': staleCode(),
};
const findings = Object.entries(checks).flatMap(([name, lines]) => lines.map((line) => `${name}: ${line}`));
for (const finding of findings) process.stdout.write(`${finding}\n`);
process.exitCode = findings.length > 0 ? 1 : 0;
