import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '@octobus/testing';
import { databaseUrl } from '../src/bench/stack-access.ts';
import type { RunningOctobus } from './running-octobus.ts';

const MAIN = fileURLToPath(new URL('./main.js', import.meta.resolve('@octobus/gateway/service').replace('/src/', '/dist/')));

export interface GatewayReplica {
  readonly url: string;
  stop(): Promise<void>;
}

/** One more gateway beside the one of a running stack, with the same accounts, as a process of its own on a port of its own. */
export async function startReplica({ folder, credentials }: RunningOctobus, env: NodeJS.ProcessEnv = {}): Promise<GatewayReplica> {
  const state = join(folder, '.octo');
  const users = JSON.parse(readFileSync(join(state, 'nats', 'users.json'), 'utf8')) as Record<string, { user: string; password: string }>;
  const { user = '', password = '' } = users['GATEWAY'] ?? {};
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env['PATH'],
      NATS_URL: `nats://${user}:${password}@${new URL(credentials.natsUrl).host}`,
      DATABASE_URL: databaseUrl(state, {}),
      OCTO_DOOR_KEY: readFileSync(join(state, 'door.key'), 'utf8').trim(),
      OCTO_PORT: '0',
      OCTO_LOG_LEVEL: 'info',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const url = await eventually(() => /"url":"([^"]+)"[^\n]*"msg":"service ready"/.exec(output)?.[1], 30_000).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw new Error(`the gateway did not start:\n${output}`, { cause: error });
  });
  return { url, stop: () => ended(child) };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
