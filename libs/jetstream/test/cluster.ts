import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { type NatsClusterFixture, startCluster } from '@octobus/testing';
import { type Bus, connectBus } from '../src/connect.ts';
import {
  type DurabilityLevel,
  type Landscape,
  PLATFORM_ACCOUNT,
  type ProvisionOptions,
  newCredentials,
  newStoreKey,
  provision,
  serverConfig,
} from '../src/provisioning/index.ts';
import { landscapeOf } from './platform.ts';

export interface ClusterOfServers {
  readonly nats: NatsClusterFixture;
  readonly landscape: Landscape;
  readonly bus: Bus;
  readonly admin: JetStreamManager;
  /** With the user of an account; to all servers, or to one and no other. */
  connect(account: string, server?: string): Promise<Bus>;
  provision(options?: Partial<ProvisionOptions>): Promise<unknown>;
  /** Name of the server that leads a stream. */
  leaderOf(stream: string): Promise<string>;
  close(): Promise<void>;
}

/** Three servers with the accounts of the bus; streams and durables as `provision` is told to make them. */
export async function openCluster(durability: DurabilityLevel = 'replicated'): Promise<ClusterOfServers> {
  const landscape = landscapeOf();
  const key = newStoreKey();
  const [credential] = Object.values(newCredentials(['CLUSTER']));
  if (credential === undefined) throw new Error('no credential was made');
  const nats = await startCluster(
    ({ serverName, listen, routes }) =>
      `OCTO_STORE_KEY: "${key}"\n${serverConfig({ storeKey: { env: 'OCTO_STORE_KEY' }, durability, cluster: { serverName, listen, routes, credential } }, landscape)}`,
  );
  const opened: Bus[] = [];
  const connect = async (account: string, server?: string): Promise<Bus> => {
    const { user, password } = landscape.credentials[account] ?? { user: '', password: '' };
    const urls = server === undefined ? nats.url : nats.urlOf(server);
    const bus = await connectBus({ url: urls.replaceAll('nats://', `nats://${user}:${password}@`), name: account });
    opened.push(bus);
    return bus;
  };
  const bus = await connect(PLATFORM_ACCOUNT);
  const { arms, tenants } = landscape;
  return {
    nats,
    landscape,
    bus,
    admin: await jetstreamManager(bus.connection),
    connect,
    provision: (options) => provision(bus.connection, { arms, tenants, markers: [], replicas: 3, ...options }),
    leaderOf: async (stream) => (await (await jetstreamManager(bus.connection)).streams.info(stream)).cluster?.leader ?? '',
    close: async () => {
      await Promise.all(opened.map((one) => one.close()));
      await nats.stop();
    },
  };
}
