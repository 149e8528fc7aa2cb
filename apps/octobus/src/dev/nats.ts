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
  newStoreKey,
  provision,
  readLogState,
  serverConfig,
  storeKeyFile,
  markerOf,
  tenantAccount,
} from '@octobus/jetstream';
import { type ChildEvent, type NatsProcess, startNatsProcess } from '@octobus/stack';
import { ARMS } from '@octobus/task';
import { keptSecret, readJson, writeJson, writePrivate } from './folder.ts';

const STORE_KEY = 'store-key.conf';

export interface NatsOptions {
  readonly folder: string;
  readonly binary: string;
  readonly port: number;
  readonly durability: DurabilityLevel;
  /** Sequence that the read models have seen: another witness of how long the log was. */
  readonly witnessed: () => Promise<number>;
  onEvent(event: ChildEvent): void;
}

/** The NATS server of the embedded stack with its accounts, its streams, and the marker that says how long the log was. */
export class EmbeddedNats {
  readonly server: NatsProcess;
  readonly admin: Bus;
  private credentials: Credentials;
  private tenants: readonly string[];
  private readonly options: NatsOptions;

  private constructor(options: NatsOptions, server: NatsProcess, admin: Bus, credentials: Credentials, tenants: readonly string[]) {
    this.options = options;
    this.server = server;
    this.admin = admin;
    this.credentials = credentials;
    this.tenants = tenants;
  }

  static async start(options: NatsOptions): Promise<EmbeddedNats> {
    const { folder, binary, port } = options;
    const tenants = readJson<string[]>(join(folder, 'tenants.json')) ?? [];
    const credentials = writeConfig(options, tenants);
    const server = await startNatsProcess({
      binary,
      port,
      configFile: configFile(folder),
      dataDir: process.env['OCTO_NATS_DIR'] ?? join(folder, 'nats', 'data'),
      pidFile: join(folder, 'nats', 'nats.pid'),
      logFile: join(folder, 'logs', 'nats.log'),
      onEvent: options.onEvent,
    });
    try {
      const admin = await connectBus({ url: withUser(port, credentials[PLATFORM_ACCOUNT]), name: 'octobus admin', wait: true });
      return new EmbeddedNats(options, server, admin, credentials, tenants);
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** Streams and durables as wanted, or a fault when that would lose data or the log is shorter than somebody knows it was. */
  async provision(): Promise<void> {
    const file = this.markerFile();
    const kept = readJson<LogMarker>(file);
    const witnessed = kept === undefined ? 0 : await this.options.witnessed();
    const markers = kept === undefined ? [] : [kept, { ...kept, lastSequence: Math.max(kept.lastSequence, witnessed) }];
    writeJson(file, await provision(this.admin.connection, { arms: ARMS, tenants: this.tenants, markers }));
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
      writeJson(join(this.options.folder, 'tenants.json'), tenants);
    }
    await createTenantDurables(this.admin.connection, tenant);
  }

  knows = (tenant: string): boolean => this.tenants.includes(tenant);

  async stop(): Promise<void> {
    const state = await readLogState(this.admin.connection).catch(() => undefined);
    if (state !== undefined) writeJson(this.markerFile(), markerOf(state));
    await this.admin.close();
    await this.server.stop();
  }

  private markerFile(): string {
    return join(this.options.folder, `${STREAMS.events.toLowerCase()}-marker.json`);
  }
}

const configFile = (folder: string): string => join(folder, 'nats', 'nats.conf');

function withUser(port: number, credential: Credential | undefined): string {
  if (credential === undefined) throw new Error('an account without a user');
  return `nats://${credential.user}:${credential.password}@127.0.0.1:${port}`;
}

/** Writes the server's configuration; gives the users of all accounts, new ones made. */
function writeConfig({ folder, durability }: NatsOptions, tenants: readonly string[]): Credentials {
  const usersFile = join(folder, 'nats', 'users.json');
  const credentials = newCredentials(accountsWithUsers(ARMS, tenants), readJson<Credentials>(usersFile) ?? {});
  writeJson(usersFile, credentials);
  keptSecret(join(folder, 'nats', STORE_KEY), () => storeKeyFile(newStoreKey()).trimEnd());
  const maxFileStore = Number(process.env['OCTO_NATS_MAX_FILE_STORE'] ?? 0);
  const settings = { storeKey: { file: STORE_KEY }, durability, ...(maxFileStore > 0 ? { maxFileStore } : {}) };
  writePrivate(configFile(folder), serverConfig(settings, { arms: ARMS, tenants, credentials }));
  return credentials;
}
