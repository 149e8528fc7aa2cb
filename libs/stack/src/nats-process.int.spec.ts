import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import { eventually, natsServerBinary } from '@octobus/testing';
import { freePort } from './free-port.ts';
import { type NatsProcess, type NatsProcessOptions, readGreeting, startNatsProcess } from './nats-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'octobus-stack-nats-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function options(name: string, config: string): Promise<NatsProcessOptions> {
  const home = join(folder, name);
  const configFile = `${home}.conf`;
  writeFileSync(configFile, config);
  return { binary: natsServerBinary(), configFile, dataDir: home, port: await freePort(), pidFile: `${home}.pid`, logFile: `${home}.log` };
}

const accounts = (names: readonly string[]): string =>
  `jetstream {}\naccounts {\n${names.map((name) => `  ${name} { users: [ { user: ${name}, password: secret } ] }`).join('\n')}\n}\n`;

const logIn = async (server: NatsProcess, user: string): Promise<string> => {
  const client = await connect({ servers: server.url, user, pass: 'secret', reconnect: false, timeout: 2000 });
  await client.close();
  return user;
};

describe('nats-server as a child', () => {
  it('is ready when it greets with JetStream on, and is restarted on the same port after a SIGKILL', async () => {
    const server = await startNatsProcess(await options('plain', 'jetstream {}\n'));
    const before = await readGreeting(server.port);
    expect(before?.jetstream).toBe(true);
    server.signal('SIGKILL');
    const after = await eventually(async () => {
      const greeting = await readGreeting(server.port);
      return greeting?.server_id === before?.server_id ? undefined : greeting;
    });
    expect(after.jetstream).toBe(true);
    await server.stop();
    expect(await readGreeting(server.port)).toBeUndefined();
  });

  it('knows a new account as soon as the reload is answered, and keeps its configuration when the new one is broken', async () => {
    const given = await options('reload', accounts(['A']));
    const server = await startNatsProcess(given);
    await expect(logIn(server, 'B')).rejects.toThrow();
    writeFileSync(given.configFile, accounts(['A', 'B']));
    await server.reload();
    expect(await logIn(server, 'B')).toBe('B');
    writeFileSync(given.configFile, 'accounts {');
    await expect(server.reload()).rejects.toMatchObject({ code: 'nats-reload-refused' });
    expect(await logIn(server, 'B')).toBe('B');
    await server.stop();
  });

  it('without JetStream is a fault that says so', async () => {
    await expect(startNatsProcess(await options('bare', 'max_payload: 1MB\n'))).rejects.toMatchObject({ code: 'nats-without-jetstream' });
  });

  it('with a broken configuration is a fault with what the server said', async () => {
    await expect(startNatsProcess(await options('broken', 'jetstream {\n'))).rejects.toMatchObject({
      code: 'child-not-ready',
      message: expect.stringContaining('Parse error'),
    });
  });
});
