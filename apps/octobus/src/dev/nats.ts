import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { type LogStreamCount, STREAMS } from '@octobus/contracts';
import {
  type Bus,
  type Credentials,
  type LogMarker,
  PLATFORM_ACCOUNT,
  type ProvisionOptions,
  connectBus,
  createTenantDurables,
  provision,
  readLogStates,
  tenantAccount,
} from '@octobus/jetstream';
import { Fault, isFault } from '@octobus/kernel';
import type { NatsProcess } from '@octobus/stack';
import { ARMS } from '@octobus/task';
import { readKept, writeJson } from './folder.ts';
import { type LogKeeper, keepLog } from './log-keeper.ts';
import { removeRefusedDurables, sayCleared } from './damaged-durables.ts';
import { fileStoreLimit, letterBytes } from './log-limits.ts';
import { type Witnesses, foldedEvents, isLogMarkers, markerFile, markersOf } from './log-marker.ts';
import { type ServerPlace, assertSameCount, serverPlaces } from './nats-places.ts';
import {
  type NatsOptions,
  type Wiring,
  chooseWiring,
  clearUnreadable,
  copyOrWarn,
  portName,
  startServers,
  withUser,
  writeConfig,
} from './nats-servers.ts';
import { STORE_KEY, holdsEvents, keepStoreKey, putCopyAside } from './store.ts';

interface Started {
  readonly servers: readonly NatsProcess[];
  readonly admin: Bus;
  readonly wiring: Wiring;
  readonly logRead: readonly number[];
}

const WHOLE_WITHIN_MS = 20_000;
const WHOLE_AGAIN_MS = 500;

/** The NATS server of the embedded stack, or its cluster, with accounts, streams, and the markers that say how long the log was. */
export class EmbeddedNats {
  readonly servers: readonly NatsProcess[];
  readonly admin: Bus;
  private readonly wiring: Wiring;
  private credentials: Credentials;
  private tenants: readonly string[];
  private keeper: LogKeeper | undefined;
  /** Up to here each server's log was searched for what it lost. */
  private logRead: readonly number[];
  private readonly options: NatsOptions;

  private constructor(options: NatsOptions, started: Started, credentials: Credentials, tenants: readonly string[]) {
    this.options = options;
    this.servers = started.servers;
    this.wiring = started.wiring;
    this.admin = started.admin;
    this.logRead = started.logRead;
    this.credentials = credentials;
    this.tenants = tenants;
  }

  static async start(given: NatsOptions): Promise<EmbeddedNats> {
    const { folder, durability } = given;
    const { replicas } = durability;
    assertSameCount(folder, replicas);
    const places = serverPlaces(folder, replicas);
    const dataDirs = places.map(({ dataDir }) => dataDir);
    const options = { ...given, maxFileStore: await fileStoreLimit(dataDirs, process.env) };
    const tenants = readTenants(options);
    keepStoreKey(join(folder, 'nats', STORE_KEY), dataDirs);
    const wiring = await chooseWiring(replicas);
    const credentials = writeConfig(options, tenants, wiring);
    if (options.unclean) for (const { dataDir } of places) await copyOrWarn(options, dataDir);
    clearUnreadable(options, places);
    const logRead = places.map(({ logFile }) => (existsSync(logFile) ? statSync(logFile).size : 0));
    const { servers, stop } = await startServers(options, places);
    try {
      const admin = await connectBus({ url: withUser(servers, credentials[PLATFORM_ACCOUNT]), name: 'octobus admin', wait: true });
      return new EmbeddedNats(options, { servers, admin, wiring, logRead }, credentials, tenants);
    } catch (error) {
      await stop();
      throw error;
    }
  }

  /** Streams and durables as wanted, or a fault when that would lose data or the log is shorter than somebody knows it was. */
  async provision(): Promise<void> {
    const { folder, begun, warn } = this.options;
    const read = readKept({
      file: markerFile(folder),
      fits: isLogMarkers,
      onBroken: (aside) =>
        warn(`the marker of the event log could not be read and is now ${aside}; the log is held against the read models`),
    });
    const kept = read === undefined ? undefined : [read].flat();
    this.clearRefused();
    const witnesses = {
      kept,
      folded: await this.options.witnessed(),
      begun: begun || this.places().some(({ dataDir }) => holdsEvents(dataDir)),
    };
    try {
      this.keep(await this.onceWhole(witnesses));
    } catch (error) {
      if (!isFault(error, 'log-shorter-than-known')) throw error;
      throw kept === undefined && !witnesses.begun
        ? foreignReadModels(foldedEvents(witnesses.folded), error)
        : await this.withWayOut(error);
    }
  }

  /** A cluster that starts again may for some seconds not show all that it holds. */
  private async onceWhole(witnesses: Witnesses): Promise<readonly LogMarker[]> {
    const { connection } = this.admin;
    const { logStreams, durability } = this.options;
    const { replicas } = durability;
    const until = performance.now() + (replicas > 1 ? WHOLE_WITHIN_MS : 0);
    for (;;) {
      try {
        const markers = markersOf(witnesses, logStreams, await readLogStates(connection, { replicas, logStreams }));
        return await provision(connection, this.wanted(markers));
      } catch (error) {
        if (!isFault(error, 'log-shorter-than-known') || performance.now() >= until) throw error;
      }
      await delay(WHOLE_AGAIN_MS);
    }
  }

  /** URLs of all servers, by commas, with the user of one account. */
  urlOf(account: string): string {
    return withUser(this.servers, this.credentials[account]);
  }

  /** By the name under which they are kept for the next run. */
  get ports(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.servers.map(({ port }, i) => [portName(i), port]));
  }

  /** Streams that the log is spread over. */
  get logStreams(): LogStreamCount {
    return this.options.logStreams;
  }

  get tenantNames(): readonly string[] {
    return this.tenants;
  }

  tenantUrl = (tenant: string): string => this.urlOf(tenantAccount(tenant));

  /** An account and durables for one more tenant, live: existing clients stay connected. */
  async addTenant(tenant: string): Promise<void> {
    if (!this.tenants.includes(tenant)) {
      const tenants = [...this.tenants, tenant];
      this.credentials = writeConfig(this.options, tenants, this.wiring);
      for (const server of this.servers) await server.reload();
      this.tenants = tenants;
      writeJson(tenantsFile(this.options.folder), tenants);
    }
    await createTenantDurables(this.admin.connection, tenant, this.options.logStreams);
  }

  knows = (tenant: string): boolean => this.tenants.includes(tenant);

  async stop(): Promise<void> {
    await this.keeper?.stop();
    await this.admin.close();
    await Promise.all(this.servers.map((server) => server.stop()));
  }

  private places(): readonly ServerPlace[] {
    return serverPlaces(this.options.folder, this.options.durability.replicas);
  }

  private wanted(markers: readonly LogMarker[]): ProvisionOptions {
    const { durability, logStreams, maxFileStore = 0 } = this.options;
    const deadLetterBytes = letterBytes(maxFileStore);
    return { arms: ARMS, tenants: this.tenants, markers, replicas: durability.replicas, logStreams, deadLetterBytes };
  }

  /** From now on the markers are raised as the log grows. */
  private keep(markers: readonly LogMarker[]): void {
    const { folder, durability, warn, onBroken } = this.options;
    const file = markerFile(folder);
    writeJson(file, markers);
    this.sayLostStreams();
    this.keeper = keepLog({
      bus: this.admin,
      markers,
      replicated: durability.replicas > 1,
      mend: (known) => this.mend(known),
      keep: (raised) => writeJson(file, raised),
      onBroken: (fault) => void this.withWayOut(fault).then(onBroken),
      onTrouble: (error) => warn(`the marker of the event log can't be raised: ${error instanceof Error ? error.message : String(error)}`),
    });
  }

  /** Streams that nats-server could not open after its restart are made again; of the log that is a fault. */
  private async mend(markers: readonly LogMarker[]): Promise<void> {
    this.clearRefused();
    this.sayLostStreams();
    await provision(this.admin.connection, this.wanted(markers));
  }

  /** A durable whose state the server can't read is in the way of another of its name, as long as its files are there. */
  private clearRefused(): void {
    const { durability, warn } = this.options;
    const [only] = this.places();
    if (durability.replicas > 1 || only === undefined) return;
    for (const name of removeRefusedDurables(only.dataDir, this.freshLog())) warn(sayCleared(name));
  }

  /** What the servers have written since it was looked at last. */
  private freshLog(): string {
    return this.servers.map((server, i) => server.logFrom(this.logRead[i] ?? 0)).join('');
  }

  private sayLostStreams(): void {
    const { warn, durability } = this.options;
    const log = this.freshLog();
    // In a cluster the others have it.
    for (const lost of durability.replicas === 1 ? lostStreams(log) : []) {
      warn(`nats-server could not open ${lost} (see logs/nats.log): it is made anew, and what was waiting in it is lost to Octobus`);
    }
    this.logRead = this.servers.map((server) => server.logSize());
  }

  private async withWayOut(fault: Error): Promise<Fault> {
    const { folder } = this.options;
    const dataDirs = this.places().map(({ dataDir }) => dataDir);
    const known = isFault(fault) ? fault.details : {};
    const asides = (await Promise.all(dataDirs.map((dataDir) => putCopyAside(dataDir)))).filter((aside) => aside !== undefined);
    const key =
      known['foundLast'] === undefined && dataDirs.some(holdsEvents)
        ? ` Its files are there, but the server can't open them: they are damaged, or ${STORE_KEY} isn't their key.`
        : '';
    const copied = asides.map((aside) => ` ${aside} holds the store as it was before the server opened it.`).join('');
    return new Fault('log-shorter-than-known', {
      retryable: false,
      message: `${fault.message}${key}${copied} The log lies in ${dataDirs.join(', ')}. \`npx octobus doctor --log\` looks into all that is left of it and says the way out; to give it up and start anew, move ${folder} away (and use an empty database if DATABASE_URL is set).`,
      details: known,
      cause: fault,
    });
  }
}

/** This folder never had a log, the database has seen one. */
const foreignReadModels = (folded: number, cause: Fault): Fault =>
  new Fault('log-shorter-than-known', {
    retryable: false,
    message: `The read models in Postgres were made from an event log of at least ${folded} events, and here is none: use an empty database to start anew, or start with the state folder that holds that log.`,
    details: cause.details,
    cause,
  });

/** `Error recreating stream "INGRESS": corrupt state file` (2.15.1); EVENTS is held against its marker. */
const lostStreams = (log: string): readonly string[] => [
  ...new Set(
    [...log.matchAll(/Error recreating stream "([A-Z0-9]+)"/g)]
      .map((match) => match[1] ?? '')
      .filter((name) => !name.startsWith(STREAMS.events)),
  ),
];

const tenantsFile = (folder: string): string => join(folder, 'tenants.json');

/** The log knows the tenants too: whoever is missing here is added when it is read. */
function readTenants({ folder, warn }: NatsOptions): readonly string[] {
  const tenants = readKept({
    file: tenantsFile(folder),
    fits: (value): value is readonly string[] => Array.isArray(value) && value.every((name) => typeof name === 'string'),
    onBroken: (aside) => warn(`the list of tenants could not be read and is now ${aside}; it is made again from the log`),
  });
  return tenants ?? [];
}
