import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedLimitsContract } from '@octobus/limits/testing';
import { eventually, startNats } from '@octobus/testing';
import { volatileStoreContract } from '@octobus/volatile/testing';
import { ask, configOf, landscapeOf, openPlatform } from '../../test/platform.ts';
import { provision } from '../provisioning/index.ts';
import { NatsVolatileStore } from './nats-volatile-store.ts';

const landscape = landscapeOf();

async function open() {
  const server = await startNats({ config: configOf(landscape) });
  const platform = await openPlatform(server.url, landscape);
  const connections = await Promise.all([platform.as('GATEWAY'), platform.freshAs('GATEWAY'), platform.as('REFLEX')]);
  return { server, platform, connections };
}

volatileStoreContract('a key-value bucket of NATS', async () => {
  const { server, platform, connections } = await open();
  const [one, two, three] = connections.map((connection) => new NatsVolatileStore({ connection }, 'limits'));
  if (one === undefined || two === undefined || three === undefined) throw new Error('three connections make three stores');
  let down = false;
  return {
    stores: [one, two, three],
    kill: async () => {
      down = true;
      process.kill(server.pid() ?? 0, 'SIGSTOP');
    },
    revive: async () => {
      process.kill(server.pid() ?? 0, 'SIGCONT');
      down = false;
      // What the server kept in memory is gone with it; whoever holds the platform's account makes the bucket again.
      const connection = await platform.as('PLATFORM');
      await server.kill9();
      await eventually(() => provision(connection, { ...landscape, markers: [] }), 20_000);
    },
    stop: async () => {
      if (down) process.kill(server.pid() ?? 0, 'SIGCONT');
      await platform.close();
      await server.stop();
    },
  };
});

sharedLimitsContract('a key-value bucket of NATS', async () => {
  const { server, platform, connections } = await open();
  return {
    stores: connections.map((connection) => new NatsVolatileStore({ connection }, 'limits')),
    stop: async () => {
      await platform.close();
      await server.stop();
    },
  };
});

describe('a bucket of NATS', () => {
  let opened: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(async () => {
    await opened?.platform.close();
    await opened?.server.stop();
  });

  it('is held in memory: a restart leaves nothing of it, not even the stream', async () => {
    const store = new NatsVolatileStore({ connection: opened.connections[0] }, 'limits');
    await store.set('a', '1', 60_000);
    await opened.server.kill9();
    const streams = await eventually(() => opened.platform.admin.streams.list().next());
    const names = streams.map(({ config }) => config.name);
    expect(names).toContain('EVENTS');
    expect(names.filter((name) => name.startsWith('KV_'))).toEqual([]);
    await expect(store.set('a', '1', 60_000)).rejects.toMatchObject({ code: 'volatile-unavailable' });
    await expect(store.get('a')).rejects.toMatchObject({ code: 'volatile-unavailable' });
  });

  it('can’t be emptied by the one message that empties a key-value bucket elsewhere', async () => {
    await provision(await opened.platform.as('PLATFORM'), { ...landscape, markers: [] });
    const gateway = opened.connections[0];
    const store = new NatsVolatileStore({ connection: gateway }, 'limits');
    await store.set('kept', '1', 60_000);
    for (const headers of [{ 'Nats-Rollup': 'all' }, { 'KV-Operation': 'PURGE', 'Nats-Rollup': 'sub' }])
      await ask(gateway, '$KV.LIMITS.other', '', { headers });
    expect(await store.get('kept')).toMatchObject({ value: '1' });
  });
});
