import { afterEach, describe, expect, it } from '@jest/globals';
import { type NatsFixture, startNats } from '@octobus/testing';
import { type Bus, connectBus } from '../connect.ts';
import { type ActualDurability, keepsPromise, readActualDurability } from './actual-durability.ts';
import { newStoreKey } from './credentials.ts';
import { newLandscape } from './landscape.ts';
import { provision } from './provision.ts';
import { serverConfig } from './server-config.ts';

const KEY = 'OCTO_TEST_STORE_KEY';
let server: NatsFixture;
const buses: Bus[] = [];

async function started(durability: 'fsync' | 'flushed'): Promise<(account: string) => Promise<Bus>> {
  process.env[KEY] = newStoreKey();
  const landscape = newLandscape(['noop'], ['acme']);
  server = await startNats({ config: serverConfig({ storeKey: { env: KEY }, durability }, landscape) });
  return async (account) => {
    const { user, password } = landscape.credentials[account] ?? { user: '', password: '' };
    const bus = await connectBus({ url: server.url.replace('//', `//${user}:${password}@`), name: account });
    buses.push(bus);
    return bus;
  };
}

afterEach(async () => {
  for (const bus of buses.splice(0)) await bus.close();
  await server.stop();
  delete process.env[KEY];
});

describe('what a server says of itself', () => {
  it.each([
    ['fsync', true],
    ['flushed', false],
  ] as const)('is the level "%s" that it was configured for', async (durability, syncAlways) => {
    const { connection } = await (await started(durability))('PLATFORM');
    await provision(connection, { arms: ['noop'], tenants: ['acme'], markers: [] });
    const actual = await readActualDurability(connection);
    expect(actual).toMatchObject({ servers: 1, syncAlways });
    expect(actual.streams.map(({ name }) => name).toSorted()).toEqual(['CONTENT', 'DLQ', 'EVENTS', 'INGRESS', 'KEYS', 'TIMERS']);
    expect(keepsPromise('fsync', actual)).toBe(syncAlways);
    expect([keepsPromise('flushed', actual), keepsPromise('replicated', actual)]).toEqual([true, false]);
  });

  it('is told to nobody but the platform', async () => {
    const as = await started('fsync');
    for (const account of ['GATEWAY', 'ORCHESTRATOR', 'ARM_NOOP', 'T_acme']) {
      const { connection } = await as(account);
      await expect(connection.request('$SYS.REQ.SERVER.PING.JSZ', '', { timeout: 300 })).rejects.toThrow();
    }
    const { connection } = await as('PLATFORM');
    for (const subject of ['$SYS.REQ.SERVER.PING', '$SYS.REQ.SERVER.PING.VARZ', '$SYS.REQ.ACCOUNT.PLATFORM.CONNZ'])
      await expect(connection.request(subject, '', { timeout: 300 })).rejects.toThrow();
  });
});

describe('the worth of settings', () => {
  const actual = (more: Partial<ActualDurability>, replicas = 1, onDisk = true): ActualDurability => ({
    servers: replicas,
    syncAlways: false,
    syncIntervalMs: 120_000,
    streams: [
      { name: 'EVENTS', replicas: 3, onDisk: true },
      { name: 'INGRESS', replicas, onDisk },
    ],
    ...more,
  });

  it('is that of the weakest stream', () => {
    expect(keepsPromise('replicated', actual({}, 3))).toBe(true);
    expect(keepsPromise('replicated', actual({}, 1))).toBe(false);
    expect(keepsPromise('replicated', actual({ syncAlways: true }, 1))).toBe(false);
    expect(keepsPromise('fsync', actual({ syncAlways: true }, 1))).toBe(true);
    expect(keepsPromise('fsync', actual({}, 3))).toBe(false);
    for (const level of ['fsync', 'flushed', 'replicated'] as const)
      expect(keepsPromise(level, actual({ syncAlways: true }, 3, false))).toBe(false);
  });
});
