import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import { eventually, natsServerBinary } from '@octobus/testing';
import { landscapeOf } from '../../test/platform.ts';
import { newStoreKey } from './credentials.ts';
import { provision } from './provision.ts';
import { serverConfig, storeKeyFile } from './server-config.ts';
import type { ServerSettings } from './server-config.ts';

const landscape = landscapeOf();
const key = newStoreKey();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'octobus-config-'));
});

afterAll(async () => rm(folder, { recursive: true, force: true }));

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Starts nats-server with the configuration alone, gives its log to the check, and ends it. */
async function withServer(settings: ServerSettings, env: NodeJS.ProcessEnv, check: (log: () => string) => Promise<void>): Promise<void> {
  const file = join(folder, 'nats.conf');
  await writeFile(file, serverConfig(settings, landscape), { mode: 0o600 });
  const child = spawn(natsServerBinary(), ['--config', file], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString('utf8')));
  const ended = once(child, 'exit');
  try {
    await eventually(() => log.includes('Server is ready') || child.exitCode !== null);
    await check(() => log);
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

describe('a server with our configuration and nothing else', () => {
  it.each([
    ['an environment variable', { env: 'OCTO_STORE_KEY' }],
    ['a file beside it', { file: 'nats-key.conf' }],
  ])('takes the key from %s, encrypts with it, and prints neither it nor a password', async (_where, storeKey) => {
    await writeFile(join(folder, 'nats-key.conf'), storeKeyFile(key), { mode: 0o600 });
    const storeDir = join(folder, `store of "us" $HOME \\x41 ${'env' in storeKey ? 'a' : 'b'}`);
    const port = await freePort();
    await withServer({ listen: { port }, storeDir, storeKey, durability: 'fsync' }, { OCTO_STORE_KEY: key }, async (log) => {
      expect(log()).toContain('Server is ready');
      expect(log()).toMatch(/Encryption:\s+AES/);
      const { user, password } = landscape.credentials['PLATFORM'] ?? { user: '', password: '' };
      const connection = await connect({ servers: `127.0.0.1:${port}`, user, pass: password });
      expect(connection.info?.max_payload).toBe(1024 * 1024);
      const [marker] = await provision(connection, { ...landscape, markers: [] });
      expect(marker?.lastSequence).toBe(0);
      await connection.close();
      expect(existsSync(join(storeDir, 'jetstream', 'PLATFORM', 'streams', 'EVENTS'))).toBe(true);
      for (const secret of [key, ...Object.values(landscape.credentials).map((credential) => credential.password)]) {
        expect(log().includes(secret)).toBe(false);
      }
    });
  });

  it('does not start without the key', async () => {
    const settings = { listen: { port: await freePort() }, storeDir: join(folder, 'none'), storeKey: { env: 'OCTO_STORE_KEY' } };
    await withServer({ ...settings, durability: 'fsync' }, {}, async (log) => {
      expect(log()).not.toContain('Server is ready');
      expect(log()).toContain('OCTO_STORE_KEY');
    });
  });

  it('lets nobody in without a password', async () => {
    const port = await freePort();
    const settings: ServerSettings = {
      listen: { port },
      storeDir: join(folder, 'door'),
      storeKey: { env: 'OCTO_STORE_KEY' },
      durability: 'flushed',
    };
    await withServer(settings, { OCTO_STORE_KEY: key }, async () => {
      const servers = `127.0.0.1:${port}`;
      await expect(connect({ servers, maxReconnectAttempts: 0 })).rejects.toThrow();
      await expect(connect({ servers, user: 'acme', pass: 'wrong', maxReconnectAttempts: 0 })).rejects.toThrow();
      const { user, password } = landscape.credentials['T_acme'] ?? { user: '', password: '' };
      const connection = await connect({ servers, user, pass: password });
      expect(connection.isClosed()).toBe(false);
      await connection.close();
    });
  });
});
