// A Restate server of one node, from its npm package, on ports that are free.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const READY_WITHIN_MS = 60_000;
const require = createRequire(import.meta.url);

/** The binary itself: the package's own starter would stand between us and its signals. */
function binary() {
  const path = join(
    dirname(require.resolve(`@restatedev/restate-server-${process.platform}-${process.arch}/package.json`)),
    'bin',
    'restate-server',
  );
  if (!existsSync(path)) throw new Error(`There is no restate-server for ${process.platform}-${process.arch}.`);
  return path;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * What is not here stays at its default, durability too: the log server flushes its write-ahead log with every batch. One partition a core: its
 * default of 24 took two to three times the CPU a run on two cores.
 */
const settings = (dir, ports) => ({
  RESTATE_BASE_DIR: join(dir, 'restate-data'),
  RESTATE_NODE_NAME: 'bench',
  RESTATE_LISTEN_MODE: 'tcp',
  RESTATE_BIND_IP: '127.0.0.1',
  RESTATE_ADVERTISED_HOST: '127.0.0.1',
  RESTATE_BIND_PORT: String(ports.fabric),
  RESTATE_ADMIN__BIND_PORT: String(ports.admin),
  RESTATE_INGRESS__BIND_PORT: String(ports.ingress),
  RESTATE_DEFAULT_NUM_PARTITIONS: String(availableParallelism()),
  RESTATE_LOG_FILTER: 'error',
  RESTATE_DISABLE_TELEMETRY: 'true',
});

async function until(what, holds) {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await holds().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`Restate: ${what} took longer than ${READY_WITHIN_MS / 1000} s.`);
    await delay(50);
  }
}

const answersOk = (url) => async () => (await fetch(url)).ok;

/** `{ admin, ingress }`, the URLs of both; `started` has the process before it is ready. */
export async function startServer(dir, started) {
  const [fabric, admin, ingress] = [await freePort(), await freePort(), await freePort()];
  const log = openSync(join(dir, 'restate.log'), 'a');
  const env = { ...process.env, ...settings(dir, { fabric, admin, ingress }) };
  const child = spawn(binary(), ['--no-logo'], { cwd: dir, env, stdio: ['ignore', log, log] });
  started(child);
  const urls = { admin: `http://127.0.0.1:${admin}`, ingress: `http://127.0.0.1:${ingress}` };
  await until(
    'its start',
    async () => (await answersOk(`${urls.admin}/health`)()) && (await answersOk(`${urls.ingress}/restate/health`)()),
  );
  return urls;
}

/** Tells the server where the services are; it asks them over HTTP/2 what they offer. */
export async function register(admin, uri) {
  const response = await fetch(`${admin}/deployments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ uri }),
  });
  if (!response.ok) throw new Error(`Restate refused the services: ${await response.text()}`);
}
