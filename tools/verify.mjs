// Everything that can be checked without a running stack: format, lint, boundaries, typecheck, contracts, unit tests. `npm run verify` calls it.
// node tools/verify.mjs [target...] [--fresh]   --fresh: nothing from Nx's cache
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const NX = join(ROOT, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');
/** The longest first: two run at a time. */
const TARGETS = ['unit', 'lint', 'typecheck', 'boundaries', 'contracts', 'format'];

/** No daemon, no cloud, no questions, and the Node that runs us for every command below. */
const environment = (more) => ({
  ...process.env,
  PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`,
  NX_DAEMON: 'false',
  NX_NO_CLOUD: 'true',
  NX_ISOLATE_PLUGINS: 'false',
  NX_TUI: 'false',
  NX_INTERACTIVE: 'false',
  NX_LOAD_DOT_ENV_FILES: 'false',
  ...(process.stdout.isTTY ? {} : { NO_COLOR: '1', FORCE_COLOR: '0' }),
  ...more,
});

function run(args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Undefined when Nx ended before its tasks did. */
function readOutcomes(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

async function runTargets(targets, fresh) {
  const folder = mkdtempSync(join(tmpdir(), 'octo-verify-'));
  const file = join(folder, 'outcomes.json');
  try {
    const args = ['run-many', '--projects=workspace', `--targets=${targets.join(',')}`, '--output-style=static'];
    const { code, output } = await run([NX, ...args, ...(fresh ? ['--skip-nx-cache'] : [])], environment({ OCTO_NX_OUTCOMES: file }));
    return { code, output, outcomes: readOutcomes(file) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const line = ({ target, status, ms }) =>
  `${status === 'failure' ? 'failed' : status === 'skipped' ? 'not run' : 'ok    '}  ${target.padEnd(12)}${
    status.includes('cache') ? '  cached' : `${(ms / 1000).toFixed(1).padStart(6)} s`
  }\n`;

const words = process.argv.slice(2);
const wanted = words.filter((word) => !word.startsWith('-'));
const unknown = wanted.filter((target) => !TARGETS.includes(target));
if (unknown.length > 0) {
  process.stderr.write(`There is no target "${unknown[0]}"; there are: ${TARGETS.join(', ')}.\n`);
  process.exit(64);
}

const since = performance.now();
const { code, output, outcomes } = await runTargets(wanted.length > 0 ? wanted : TARGETS, words.includes('--fresh'));
if (outcomes === undefined) process.stderr.write(`Nx ended without running the checks:\n${output}\n`);
const failed = (outcomes ?? []).filter(({ status }) => status === 'failure');
for (const one of failed) process.stdout.write(`\n--- ${one.target}\n${one.output.trimEnd()}\n`);
if (failed.length > 0) process.stdout.write('\n');
for (const one of outcomes ?? []) process.stdout.write(line(one));
process.stdout.write(`${((performance.now() - since) / 1000).toFixed(1)} s in all\n`);
process.exitCode = outcomes === undefined || failed.length > 0 ? code || 1 : code;
