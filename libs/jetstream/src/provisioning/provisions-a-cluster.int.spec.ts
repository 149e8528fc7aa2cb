import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@octobus/testing';
import { type ClusterOfServers, openCluster } from '../../test/cluster.ts';
import { durables } from './durables.ts';
import { STREAM_SETTINGS } from './streams.ts';

let cluster: ClusterOfServers;

beforeAll(async () => {
  cluster = await openCluster();
}, 60_000);

afterAll(() => cluster?.close());

const streams = () => Promise.all(STREAM_SETTINGS.map(({ name }) => cluster.admin.streams.info(name)));
const peersOf = (info: { cluster?: { replicas?: readonly unknown[] } }): number => 1 + (info.cluster?.replicas?.length ?? 0);

describe('provisioning of a cluster', () => {
  it('spreads streams that had one server over three with all they hold, and their durables with them', async () => {
    await cluster.provision({ replicas: 1 });
    await cluster.bus.connection.request('evt.00.acme.task.x.flow.end', '{}', { timeout: 5_000 });
    expect((await streams()).map(({ config }) => config.num_replicas)).toEqual(STREAM_SETTINGS.map(() => 1));
    await cluster.provision();
    const all = await streams();
    expect(all.map(({ config }) => config.num_replicas)).toEqual(STREAM_SETTINGS.map(() => 3));
    await eventually(async () => {
      const infos = await streams();
      return infos.every((info) => peersOf(info) === 3 && info.cluster?.replicas?.every(({ current }) => current));
    }, 20_000);
    const { arms, tenants } = cluster.landscape;
    for (const { stream, name } of durables(arms, tenants)) {
      await eventually(async () => peersOf(await cluster.admin.consumers.info(stream, name)) === 3, 20_000);
    }
    expect((await cluster.admin.streams.info('EVENTS')).state.messages).toBe(1);
  }, 60_000);

  it('finds nothing to do a second time, and refuses to take servers away again', async () => {
    const before = (await streams()).map(({ config, created }) => ({ config, created }));
    await cluster.provision();
    expect((await streams()).map(({ config, created }) => ({ config, created }))).toEqual(before);
    await expect(cluster.provision({ replicas: 1 })).rejects.toMatchObject({ code: 'stream-change-would-lose-data' });
  }, 30_000);
});
