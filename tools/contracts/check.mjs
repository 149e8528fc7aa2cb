// The contracts: style, no break against the last release (of the wire format, of events and their places, of what commands are taken, of what was
// recorded), and generated code that is fresh. That recorded events are still read is tested in libs/contracts and libs/read-models.
// node tools/contracts/check.mjs [folder of a workspace] [lint|format|breaking|generated]   exit code 1 if anything is wrong.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandBreaks, eventBreaks, fileBreaks, headerBreaks } from './breaks.mjs';
import { filesOf, imageOf } from './image.mjs';

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
  const release = readdirSync(join(proto, 'released'))
    .filter((name) => name.endsWith('.binpb'))
    .map((name) => name.slice(0, -'.binpb'.length))
    .sort(byVersion)
    .at(-1);
  if (release === undefined) return ['proto/released holds no image of a release'];
  const found = [...buf('breaking', '--against', join('released', `${release}.binpb`)), ...breaksBesideTheWire(release)];
  return found.map((line) => `since ${release}: ${line}`);
}

function breaksBesideTheWire(release) {
  const file = join(proto, 'released', `${release}.json`);
  if (!existsSync(file)) return [`proto/released/${release}.json is missing`];
  const before = JSON.parse(readFileSync(file, 'utf8'));
  try {
    const now = imageOf(root);
    return [
      ...eventBreaks(before, now),
      ...headerBreaks(before, now),
      ...commandBreaks(before, now),
      ...fileBreaks(before.recorded, now.recorded),
    ];
  } catch (error) {
    return [String(error.message).split('\n')[0]];
  }
}

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
  lint: () => buf('lint'),
  format: () => buf('format', '--diff', '--exit-code'),
  breaking: breaks,
  'generated code': staleCode,
};
const wanted = Object.entries(checks).filter(([name]) => name.startsWith(process.argv[3] ?? ''));
if (wanted.length === 0) {
  process.stderr.write(`there is no check "${process.argv[3]}"; there are: ${Object.keys(checks).join(', ')}\n`);
  // Wrong usage, as everywhere here.
  process.exit(64);
}
const findings = wanted.flatMap(([name, look]) => look().map((line) => `${name}: ${line}`));
for (const finding of findings) process.stdout.write(`${finding}\n`);
process.exitCode = findings.length > 0 ? 1 : 0;
