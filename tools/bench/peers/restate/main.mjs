// Restate as a peer of the bench: a server, the services in a process of their own, and the load through the server's HTTP ingress.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Pool } from 'undici';
import { servePeer } from '../serve.mjs';
import { register, startServer } from './server.mjs';

const CONNECTIONS = 32;
const HANDLERS = { 'five-step': 'fiveStep', 'one-step': 'oneStep', 'fan-out': 'fanOut' };
const children = [];
let ingress;

async function start({ dir }) {
  const endpoint = fork(join(import.meta.dirname, 'endpoint.mjs'), {
    env: { ...process.env, NODE_ENV: 'production', RESTATE_LOGGING: 'ERROR' },
  });
  children.push(endpoint);
  const [{ port }] = await once(endpoint, 'message');
  const server = await startServer(dir, (child) => children.push(child));
  await register(server.admin, `http://127.0.0.1:${port}`);
  ingress = new Pool(server.ingress, { connections: CONNECTIONS });
  return children.map(({ pid }) => pid);
}

async function run(path) {
  const { statusCode, body } = await ingress.request({ path, method: 'POST', headers: { accept: 'application/json' } });
  const answer = await body.json();
  return statusCode === 200 && answer.ok ? 'completed' : `http-${statusCode}`;
}

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

servePeer({
  folder: import.meta.dirname,
  product: '@restatedev/restate-server',
  start,
  runOf: (workload, mode) => () => run(`/${mode}/${HANDLERS[workload]}`),
  stop: async () => {
    await ingress?.destroy();
    await Promise.all(children.map(end));
  },
});
