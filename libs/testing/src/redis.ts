import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from '@octobus/stack';
import { eventually } from './eventually.ts';

export interface RedisFixture {
  /** `redis://127.0.0.1:port`, the same after a restart. */
  readonly url: string;
  /** SIGKILL; what it held is gone. */
  kill9(): Promise<void>;
  /** Starts it again on the same port, empty. */
  revive(): Promise<void>;
  stop(): Promise<void>;
}

/** redis-server on PATH; undefined when there is none (`npm run setup:system` installs it). */
export function redisServerBinary(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const onPath = (env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'redis-server'));
  return onPath.find((path) => existsSync(path));
}

/** A real redis-server of the test's own, in memory alone, on a free port. Call `stop` in `afterAll`. */
export async function startRedis(binary: string): Promise<RedisFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'octobus-redis-'));
  const port = await freePort();
  let server = await start(binary, port, folder);
  const kill9 = (): Promise<void> => ended(server, 'SIGKILL');
  return {
    url: `redis://127.0.0.1:${port}`,
    kill9,
    revive: async () => {
      server = await start(binary, port, folder);
    },
    stop: async () => {
      await ended(server, 'SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function start(binary: string, port: number, folder: string): Promise<ChildProcess> {
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const server = spawn(binary, args, { stdio: 'ignore' });
  await eventually(() => answers(port));
  return server;
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' }, () => resolve(socket.destroy() !== undefined));
    socket.once('error', () => resolve(false));
  });

function ended(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    server.once('exit', () => resolve());
    server.kill(signal);
  });
}
