import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NatsProcess, type NatsProcessOptions, freePort, startNatsCluster } from '@octobus/stack';
import { eventually } from './eventually.ts';
import { natsServerBinary } from './nats.ts';

/** What the configuration of one server needs to know. */
export interface ClusterPlace {
  readonly serverName: string;
  readonly listen: { readonly port: number };
  readonly routes: readonly { readonly port: number }[];
}

export interface NatsClusterFixture {
  /** Of all servers by commas; they stay the same. */
  readonly url: string;
  /** `<name>-1`, `<name>-2` ...: what the server says of itself. */
  readonly names: readonly string[];
  urlOf(serverName: string): string;
  pidOf(serverName: string): number | undefined;
  /** SIGKILL; the server stays away until `revive`. */
  kill9(serverName: string): void;
  /** Starts what was killed, on its port and store; answers when it is ready. */
  revive(serverName: string): Promise<void>;
  /** Ends all servers and removes their folder. */
  stop(): Promise<void>;
}

/** Real nats-servers in one cluster on free ports, their files in a temporary folder. `config` gives the text for each. */
export async function startCluster(config: (place: ClusterPlace) => string, size = 3): Promise<NatsClusterFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'octobus-cluster-'));
  const routes = await Promise.all(Array.from({ length: size }, async () => ({ port: await freePort() })));
  const gates = new Map<string, PromiseWithResolvers<void>>();
  const names = routes.map((_, i) => `octobus-${i + 1}`);
  const options = await Promise.all(
    names.map(async (serverName, i): Promise<NatsProcessOptions> => {
      const home = join(folder, serverName);
      const listen = routes[i] ?? { port: 0 };
      await mkdir(home, { recursive: true });
      await writeFile(join(home, 'nats.conf'), config({ serverName, listen, routes }), { mode: 0o600 });
      return { ...(await placeOf(home, serverName)), beforeRestart: () => gates.get(serverName)?.promise ?? Promise.resolve() };
    }),
  );
  const cluster = await startNatsCluster(options);
  const server = (name: string): NatsProcess => {
    const found = cluster.servers[names.indexOf(name)];
    if (found === undefined) throw new Error(`there is no server ${name}`);
    return found;
  };
  return {
    url: cluster.url,
    names,
    urlOf: (name) => server(name).url,
    pidOf: (name) => server(name).pid(),
    kill9: (name) => {
      gates.set(name, Promise.withResolvers());
      server(name).signal('SIGKILL');
    },
    revive: async (name) => {
      const from = server(name).logSize();
      gates.get(name)?.resolve();
      gates.delete(name);
      await eventually(() => server(name).pid() !== undefined && server(name).logFrom(from).includes('Server is ready'), 30_000);
    },
    stop: async () => {
      for (const gate of gates.values()) gate.resolve();
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const placeOf = async (home: string, name: string): Promise<NatsProcessOptions> => ({
  name,
  binary: natsServerBinary(),
  configFile: join(home, 'nats.conf'),
  dataDir: home,
  port: await freePort(),
  pidFile: join(home, 'nats.pid'),
  logFile: join(home, 'nats.log'),
});
