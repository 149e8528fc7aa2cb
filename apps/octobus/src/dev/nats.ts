import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { STREAMS } from '@octobus/contracts';
import {
  type Bus,
  type Credential,
  type Credentials,
  type DurabilityLevel,
  type LogMarker,
  PLATFORM_ACCOUNT,
  accountsWithUsers,
  connectBus,
  createTenantDurables,
  newCredentials,
  provision,
  readLogState,
  serverConfig,
  tenantAccount,
} from '@octobus/jetstream';
import { Fault, isFault } from '@octobus/kernel';
import { type ChildEvent, type NatsProcess, startNatsProcess } from '@octobus/stack';
import { ARMS } from '@octobus/task';
import { isRecord, readKept, writeJson, writePrivate } from './folder.ts';
import { type LogKeeper, keepLog } from './log-keeper.ts';
import { isLogMarker, markersOf } from './log-marker.ts';
import { STORE_KEY, copyStore, holdsEvents, keepStoreKey, putCopyAside } from './store.ts';

export interface NatsOptions {
  readonly folder: string;
  readonly binary: string;
  readonly port: number;
  readonly durability: DurabilityLevel;
  /** The last run was killed: the store is copied before the server opens it. */
  readonly unclean: boolean;
  /** Whether this folder has had a first start. */
  readonly begun: boolean;
  /** Sequence that the read models have seen: another witness of how long the log was. */
  readonly witnessed: () => Promise<number>;
  readonly signal?: AbortSignal | undefined;
  onEvent(event: ChildEvent): void;
  warn(message: string): void;
  /** The log was found damaged while the stack runs: nothing may be written any more. */
  onBroken(fault: Fault): void;
}

interface Started {
  readonly server: NatsProcess;
  readonly admin: Bus;
  readonly logRead: number;
}

/** The NATS server of the embedded stack with its accounts, its streams, and the marker that says how long the log was. */
export class EmbeddedNats {
  readonly server: NatsProcess;
  readonly admin: Bus;
  private credentials: Credentials;
  private tenants: readonly string[];
  private keeper: LogKeeper | undefined;
  /** Up to here the server's log was searched for what it lost. */
  private logRead: number;
  private readonly options: NatsOptions;

  private constructor(options: NatsOptions, started: Started, credentials: Credentials, tenants: readonly string[]) {
    this.options = options;
    this.server = started.server;
    this.admin = started.admin;
    this.logRead = started.logRead;
    this.credentials = credentials;
    this.tenants = tenants;
  }

  static async start(options: NatsOptions): Promise<EmbeddedNats> {
    const { folder, binary, port, warn } = options;
    const dataDir = dataDirOf(folder);
    const tenants = readTenants(options);
    keepStoreKey(join(folder, 'nats', STORE_KEY), dataDir);
    const credentials = writeConfig(options, tenants);
    const copy = async (): Promise<void> => {
      if (await copyStore(dataDir)) return;
      warn('the disk has no room for a copy of the event log, which an unclean stop calls for; it is opened without one');
    };
    if (options.unclean) await copy();
    const logFile = join(folder, 'logs', 'nats.log');
    const logRead = existsSync(logFile) ? statSync(logFile).size : 0;
    const server = await startNatsProcess({
      binary,
      port,
      configFile: configFile(folder),
      dataDir,
      pidFile: join(folder, 'nats', 'nats.pid'),
      logFile,
      signal: options.signal,
      beforeRestart: copy,
      onEvent: options.onEvent,
    });
    try {
      const admin = await connectBus({ url: withUser(port, credentials[PLATFORM_ACCOUNT]), name: 'octobus admin', wait: true });
      return new EmbeddedNats(options, { server, admin, logRead }, credentials, tenants);
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** Streams and durables as wanted, or a fault when that would lose data or the log is shorter than somebody knows it was. */
  async provision(): Promise<void> {
    const { connection } = this.admin;
    const { folder, begun, warn } = this.options;
    const kept = readKept({
      file: markerFile(folder),
      fits: isLogMarker,
      onBroken: (aside) =>
        warn(`the marker of the event log could not be read and is now ${aside}; the log is held against the read models`),
    });
    const witnesses = { kept, folded: await this.options.witnessed(), begun: begun || holdsEvents(dataDirOf(folder)) };
    try {
      const markers = markersOf(witnesses, await readLogState(connection));
      this.keep(await provision(connection, { arms: ARMS, tenants: this.tenants, markers }));
    } catch (error) {
      if (!isFault(error, 'log-shorter-than-known')) throw error;
      throw kept === undefined && !witnesses.begun ? foreignReadModels(witnesses.folded, error) : await this.withWayOut(error);
    }
  }

  /** URL with the user of one account. */
  urlOf(account: string): string {
    return withUser(this.server.port, this.credentials[account]);
  }

  tenantUrl = (tenant: string): string => this.urlOf(tenantAccount(tenant));

  /** An account and durables for one more tenant, live: existing clients stay connected. */
  async addTenant(tenant: string): Promise<void> {
    if (!this.tenants.includes(tenant)) {
      const tenants = [...this.tenants, tenant];
      this.credentials = writeConfig(this.options, tenants);
      await this.server.reload();
      this.tenants = tenants;
      writeJson(tenantsFile(this.options.folder), tenants);
    }
    await createTenantDurables(this.admin.connection, tenant);
  }

  knows = (tenant: string): boolean => this.tenants.includes(tenant);

  async stop(): Promise<void> {
    await this.keeper?.stop();
    await this.admin.close();
    await this.server.stop();
  }

  /** From now on the marker is raised as the log grows. */
  private keep(marker: LogMarker): void {
    const { folder, warn, onBroken } = this.options;
    const file = markerFile(folder);
    writeJson(file, marker);
    this.sayLostStreams();
    this.keeper = keepLog({
      bus: this.admin,
      marker,
      mend: (known) => this.mend(known),
      keep: (raised) => writeJson(file, raised),
      onBroken: (fault) => void this.withWayOut(fault).then(onBroken),
      onTrouble: (error) => warn(`the marker of the event log can't be raised: ${error instanceof Error ? error.message : String(error)}`),
    });
  }

  /** Streams that nats-server could not open after its restart are made again; of the log that is a fault. */
  private async mend(marker: LogMarker): Promise<void> {
    this.sayLostStreams();
    await provision(this.admin.connection, { arms: ARMS, tenants: this.tenants, markers: [marker] });
  }

  private sayLostStreams(): void {
    const { warn } = this.options;
    for (const lost of lostStreams(this.server.logFrom(this.logRead))) {
      warn(`nats-server could not open ${lost} (see logs/nats.log): it is made anew, and what was waiting in it is lost to Octobus`);
    }
    this.logRead = this.server.logSize();
  }

  private async withWayOut(fault: Error): Promise<Fault> {
    const { folder } = this.options;
    const dataDir = dataDirOf(folder);
    const known = isFault(fault) ? fault.details : {};
    const aside = await putCopyAside(dataDir);
    const key =
      known['foundLast'] === undefined && holdsEvents(dataDir)
        ? ` Its files are there, but the server can't open them: they are damaged, or ${STORE_KEY} isn't their key.`
        : '';
    const copied = aside === undefined ? '' : ` ${aside} holds the store as it was before the server opened it.`;
    return new Fault('log-shorter-than-known', {
      retryable: false,
      message: `${fault.message}${key}${copied} The log lies in ${dataDir}; to give it up and start anew, move ${folder} away (and use an empty database if DATABASE_URL is set).`,
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
    [...log.matchAll(/Error recreating stream "([A-Z]+)"/g)].map((match) => match[1] ?? '').filter((name) => name !== STREAMS.events),
  ),
];

const configFile = (folder: string): string => join(folder, 'nats', 'nats.conf');
const tenantsFile = (folder: string): string => join(folder, 'tenants.json');
const markerFile = (folder: string): string => join(folder, `${STREAMS.events.toLowerCase()}-marker.json`);
const dataDirOf = (folder: string): string => process.env['OCTO_NATS_DIR'] || join(folder, 'nats', 'data');

function withUser(port: number, credential: Credential | undefined): string {
  if (credential === undefined) throw new Error('an account without a user');
  return `nats://${credential.user}:${credential.password}@127.0.0.1:${port}`;
}

/** The log knows the tenants too: whoever is missing here is added when it is read. */
function readTenants({ folder, warn }: NatsOptions): readonly string[] {
  const tenants = readKept({
    file: tenantsFile(folder),
    fits: (value): value is readonly string[] => Array.isArray(value) && value.every((name) => typeof name === 'string'),
    onBroken: (aside) => warn(`the list of tenants could not be read and is now ${aside}; it is made again from the log`),
  });
  return tenants ?? [];
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

/** Writes the server's configuration; gives the users of all accounts, new ones made. */
function writeConfig(options: NatsOptions, tenants: readonly string[]): Credentials {
  const { folder, durability } = options;
  const credentials = newCredentials(accountsWithUsers(ARMS, tenants), readUsers(options));
  writeJson(join(folder, 'nats', 'users.json'), credentials);
  const maxFileStore = Number(process.env['OCTO_NATS_MAX_FILE_STORE'] ?? 0);
  const settings = { storeKey: { file: STORE_KEY }, durability, ...(maxFileStore > 0 ? { maxFileStore } : {}) };
  writePrivate(configFile(folder), serverConfig(settings, { arms: ARMS, tenants, credentials }));
  return credentials;
}
