import { join } from 'node:path';
import { type Credential, type Credentials, accountsWithUsers, newCredentials, serverConfig } from '@octobus/jetstream';
import type { LogStreamCount } from '@octobus/contracts';
import type { Fault } from '@octobus/kernel';
import {
  type ChildEvent,
  type NatsCluster,
  type NatsProcess,
  type NatsProcessOptions,
  choosePort,
  freePort,
  startNatsCluster,
  startNatsProcess,
} from '@octobus/stack';
import { ARMS } from '@octobus/task';
import { removeUnreadableDurables, sayCleared } from './damaged-durables.ts';
import type { Durability } from './durability.ts';
import { isRecord, readKept, writeJson, writePrivate } from './folder.ts';
import { type ServerPlace, serverPlaces } from './nats-places.ts';
import { STORE_KEY, type StoreCopy, copyStore } from './store.ts';

export interface NatsOptions {
  readonly folder: string;
  readonly binary: string;
  /** Of the first server. */
  readonly port: number;
  /** Ports of the last run by name. */
  readonly keptPorts: Readonly<Record<string, number>>;
  readonly durability: Durability;
  /** Streams that the log is spread over. */
  readonly logStreams: LogStreamCount;
  /** The last run was killed: the store is copied before the server opens it. */
  readonly unclean: boolean;
  /** Whether this folder has had a first start. */
  readonly begun: boolean;
  /** Sequence of each stream that the read models have seen: another witness of how long the log was. */
  readonly witnessed: () => Promise<ReadonlyMap<string, number>>;
  readonly signal?: AbortSignal | undefined;
  /** Bytes that all streams of one server may take; found out at the start, since a reload can't change it. */
  readonly maxFileStore?: number;
  onEvent(event: ChildEvent): void;
  warn(message: string): void;
  /** After an unclean stop, before a server opens the store. */
  onCopied(copy: StoreCopy): void;
  /** The log was found damaged while the stack runs: nothing may be written any more. */
  onBroken(fault: Fault): void;
}

/** Where the servers of a cluster reach each other; one server has none. */
export type Wiring = readonly { readonly port: number }[];

/** Pseudo account: what the servers of a cluster show each other. */
const CLUSTER = 'CLUSTER';

/** Name of a server's port in what is kept for the next run. */
export const portName = (i: number): string => (i === 0 ? 'nats' : `nats-${i + 1}`);

/** URLs of all servers, by commas. */
export function withUser(servers: readonly NatsProcess[], credential: Credential | undefined): string {
  if (credential === undefined) throw new Error('an account without a user');
  const { user, password } = credential;
  return servers.map(({ url }) => url.replace('//', `//${user}:${password}@`)).join(',');
}

export const chooseWiring = async (replicas: number): Promise<Wiring> =>
  replicas === 1 ? [] : Promise.all(Array.from({ length: replicas }, async () => ({ port: await freePort() })));

export async function copyOrWarn({ warn, onCopied }: NatsOptions, dataDir: string): Promise<void> {
  const copy = await copyStore(dataDir);
  if (copy === 'nothing') return;
  if (copy === 'no-room')
    return warn('the disk has no room for a copy of the event log, which an unclean stop calls for; it is opened without one');
  onCopied(copy);
}

/** In a cluster the others have what one server can't read. */
export function clearUnreadable({ durability, warn }: NatsOptions, places: readonly ServerPlace[]): void {
  if (durability.replicas > 1) return;
  for (const { dataDir } of places) for (const name of removeUnreadableDurables(dataDir)) warn(sayCleared(name));
}

export async function startServers(options: NatsOptions, places: readonly ServerPlace[]): Promise<Pick<NatsCluster, 'servers' | 'stop'>> {
  const { binary, keptPorts, signal, onEvent } = options;
  const specs = await Promise.all(
    places.map(async (place, i): Promise<NatsProcessOptions> => ({
      ...place,
      binary,
      port: i === 0 ? options.port : await choosePort({ name: 'NATS', kept: keptPorts[portName(i)] }),
      signal,
      beforeRestart: async () => {
        await copyOrWarn(options, place.dataDir);
        clearUnreadable(options, [place]);
      },
      onEvent,
    })),
  );
  const [only] = specs;
  if (specs.length > 1 || only === undefined) return startNatsCluster(specs);
  const server = await startNatsProcess(only);
  return { servers: [server], stop: () => server.stop() };
}

function readUsers({ folder, warn }: NatsOptions): Credentials {
  const users = readKept({
    file: join(folder, 'nats', 'users.json'),
    fits: (value): value is Credentials => isRecord(value) && Object.values(value).every(isUser),
    onBroken: (aside) =>
      warn(
        `the users of NATS could not be read and are now ${aside}; all get new passwords: give clients their new file from ${join(folder, 'tenants')}`,
      ),
  });
  return users ?? {};
}

const isUser = (value: unknown): boolean => isRecord(value) && isName(value['user']) && isName(value['password']);
const isName = (value: unknown): boolean => typeof value === 'string' && /^[A-Za-z0-9_-]+$/.test(value);

/** Writes the configuration of every server; gives the users of all accounts, new ones made. */
export function writeConfig(options: NatsOptions, tenants: readonly string[], wiring: Wiring): Credentials {
  const { folder, durability, logStreams, maxFileStore } = options;
  const credentials = newCredentials([...accountsWithUsers(ARMS, tenants), ...(wiring.length === 0 ? [] : [CLUSTER])], readUsers(options));
  writeJson(join(folder, 'nats', 'users.json'), credentials);
  const settings = { storeKey: { file: STORE_KEY }, durability: durability.level, ...(maxFileStore === undefined ? {} : { maxFileStore }) };
  serverPlaces(folder, durability.replicas).forEach(({ name, configFile }, i) => {
    const [listen, credential] = [wiring[i], credentials[CLUSTER]];
    const cluster = listen === undefined || credential === undefined ? undefined : { serverName: name, listen, routes: wiring, credential };
    const all = { ...settings, ...(cluster === undefined ? {} : { cluster }) };
    writePrivate(configFile, serverConfig(all, { arms: ARMS, tenants, credentials, logStreams }));
  });
  return credentials;
}
