import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@octobus/stack';
import { openNatsDoor } from '../../../../apps/octobus/dist/bench/nats-door.js';
import { openRestDoor } from '../../../../apps/octobus/dist/bench/rest-door.js';
import { Client } from '../../../../apps/octobus/dist/client/client.js';
import { readCredentials } from '../../../../apps/octobus/dist/client/credentials.js';
import { isolatedEnvironment } from '../../../../apps/octobus/dist/isolated/isolated-stack.js';
import { CLI, ROOT } from '../../../bootstrap/places.mjs';

const READY_WITHIN_MS = 90_000;
const STOP_WITHIN_MS = 15_000;
/** Of every clone, or set by the bench itself. */
const USUAL = new Set(['OCTO_NATS_SERVER', 'OCTO_NATS_SOURCE', 'OCTO_DIR', 'OCTO_DURABILITY', 'OCTO_BANNER']);

/** Starts `octobus dev` with its state in the folder and waits until it takes requests; the signal gives up the start, and nothing is left of it. */
export async function stackOf({ dir, durability, door, streams = 1, signal }) {
  const { OCTO_DURABILITY: _, ...inherited } = isolatedEnvironment(process.env);
  const env = {
    ...inherited,
    OCTO_DIR: join(dir, '.octo'),
    ...(durability === 'flushed' ? { OCTO_DURABILITY: durability } : {}),
    ...(streams > 1 ? { OCTO_LOG_STREAMS: String(streams) } : {}),
  };
  const child = spawnDev(dir, env);
  const stop = () => end(child);
  try {
    const credentials = await credentialsOf(child, env, dir, signal);
    const client = new Client(credentials.url, credentials.apiKey);
    const { durability: promised } = await client.ready();
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    return {
      facts: { version, durability: promised, modes: ['services', 'journalled', 'grouped'], pids: [child.pid] },
      overrides: overridesIn(env),
      openDoor: (submission) => (door === 'rest' ? openRestDoor(client, submission) : openNatsDoor(credentials, submission)),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function spawnDev(dir, env) {
  const log = openSync(join(dir, 'dev.log'), 'a', 0o600);
  try {
    return spawn(process.execPath, [CLI, 'dev', '--port', '0'], { cwd: dir, env, stdio: ['ignore', log, log] });
  } finally {
    closeSync(log);
  }
}

const hasEnded = (child) => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;

/** The credentials file of a fresh folder appears when the stack is up; then its gateway must say that it is ready. */
async function credentialsOf(child, env, dir, signal) {
  const look = async () => {
    signal.throwIfAborted();
    if (hasEnded(child)) throw new Error(`octobus dev ended: ${lastLine(join(dir, 'dev.log'))}`);
    if (!existsSync(join(env.OCTO_DIR, 'credentials'))) return undefined;
    const credentials = readCredentials({ OCTO_DIR: env.OCTO_DIR }, dir);
    const ready = await new Client(credentials.url, credentials.apiKey).ready().catch(() => undefined);
    return ready === undefined ? undefined : credentials;
  };
  const found = await until(look, { withinMs: READY_WITHIN_MS });
  if (found === undefined) throw new Error(`octobus dev was not ready within ${READY_WITHIN_MS / 1000} s`);
  return found;
}

const lastLine = (path) => readFileSync(path, 'utf8').trimEnd().split('\n').at(-1) ?? '';

async function end(child) {
  if (hasEnded(child)) return;
  child.kill('SIGTERM');
  if ((await until(() => hasEnded(child), { withinMs: STOP_WITHIN_MS })) !== true) child.kill('SIGKILL');
}

/** Settings of the environment that aren't the defaults, for the row. */
function overridesIn(env) {
  const names = Object.keys(env).filter((name) => name.startsWith('OCTO_') && env[name] !== '' && !USUAL.has(name));
  return names.length === 0 ? '' : `, with ${names.map((name) => `${name}=${env[name]}`).join(' ')}`;
}
