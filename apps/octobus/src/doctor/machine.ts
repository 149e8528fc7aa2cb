import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Check, fail, ok, warn } from './check.ts';
import { NATS_MINIMUM, NODE_MAJOR, isAtLeast } from './versions.ts';

const GIGABYTE = 1024 ** 3;

export function checkNode(version: string = process.versions.node): Check {
  const major = Number.parseInt(version, 10);
  if (major >= NODE_MAJOR) return ok('node', version);
  return fail(
    'node',
    `${version}, ${NODE_MAJOR} or newer is needed`,
    'Start it by `npx octobus` or `npm start`, which fetch the right Node.',
  );
}

/** The binary a start would take: `OCTO_NATS_SERVER`, else the one on PATH. */
export async function checkNatsServer(env: NodeJS.ProcessEnv): Promise<Check> {
  const path = env['OCTO_NATS_SERVER'] || onPath('nats-server', env);
  if (path === undefined) {
    return fail('nats-server', 'there is none', '`npx octobus` and `npm start` fetch one; or set OCTO_NATS_SERVER to its path.');
  }
  const version = await versionOf(path);
  const source = env['OCTO_NATS_SOURCE'] === undefined ? '' : ` (${env['OCTO_NATS_SOURCE']})`;
  const todo = `Unset OCTO_NATS_SERVER to have one fetched, or point it to nats-server ${NATS_MINIMUM} or newer.`;
  if (version === undefined) return fail('nats-server', `${path} can't be run`, todo);
  return isAtLeast(version, NATS_MINIMUM)
    ? ok('nats-server', `${version}${source}  ${path}`)
    : fail('nats-server', `${version} at ${path} is too old`, todo);
}

/** `nats-server: v2.15.1` */
async function versionOf(path: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 10_000 });
    return /v(\d{1,5}\.\d{1,5}\.\d{1,5})/.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}

function onPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Free space where the state lives, or would live. */
export async function checkDisk(folder: string): Promise<Check> {
  const { bavail, bsize } = await statfs(nearestExisting(folder));
  const free = bavail * bsize;
  const detail = `${(free / GIGABYTE).toFixed(1)} GB free at ${folder}`;
  if (free < GIGABYTE) return fail('disk', detail, 'Free some space: the log refuses new tasks when its disk is full.');
  return free < 5 * GIGABYTE ? warn('disk', detail, 'Free some space before long runs: the log only grows.') : ok('disk', detail);
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path));
}

/** Which model answers, without a look at the key. */
export function checkModel(env: NodeJS.ProcessEnv): Check {
  if (env['OPENAI_BASE_URL']) return ok('model', `OpenAI-compatible server at ${hostOf(env['OPENAI_BASE_URL'])}`);
  if (env['OPENAI_API_KEY']) return ok('model', 'OPENAI_API_KEY is set here');
  return ok('model', 'offline: answers are extracted (set OPENAI_API_KEY, or OPENAI_BASE_URL for Ollama, vLLM ... before the start)');
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : 'an address that is no URL');
