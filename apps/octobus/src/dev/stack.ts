import { performance } from 'node:perf_hooks';
import { isAbsolute, join } from 'node:path';
import { Fault } from '@octobus/kernel';
import type { DurabilityLevel } from '@octobus/jetstream';
import type { RunningService } from '@octobus/service';
import {
  type Child,
  type PostgresProcess,
  type Run,
  choosePort,
  claimRun,
  readGreeting,
  startChild,
  startPostgresProcess,
} from '@octobus/stack';
import { READY_MESSAGE } from '@octobus/service';
import type { Credentials } from '../client/credentials.ts';
import type { StackEvent } from './events.ts';
import { keptSecret } from './folder.ts';
import { firstTenant } from './first-tenant.ts';
import { EmbeddedNats } from './nats.ts';
import { witnessedSequence } from './read-models.ts';
import { SERVICES, type ServiceEntry } from './services.ts';
import { keepTenants } from './tenants.ts';

export interface StackOptions {
  /** State folder, absolute; made at the first start. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** One process a service. */
  readonly isolate: boolean;
  readonly natsBinary: string;
  /** Port of the gateway; 0: any free one. */
  readonly port: number;
  onEvent(event: StackEvent): void;
}

export interface Stack {
  readonly url: string;
  readonly credentials: Credentials;
  readonly durability: DurabilityLevel;
  readonly versions: { readonly nats: string; readonly postgres: string; readonly node: string };
  /** Process ids of the services that have one of their own. */
  pidOf(service: string): number | undefined;
  /** Stops everything in the opposite order; nothing is left running. */
  stop(): Promise<void>;
}

type Stop = () => Promise<void>;

/** Starts NATS, Postgres and every service. Faults say what is in the way and what to do; whatever had started is stopped again. */
export async function startStack(options: StackOptions): Promise<Stack> {
  if (!isAbsolute(options.folder)) throw new RangeError('the state folder must be absolute');
  const claim = await claimRun(options.folder);
  if (claim.alreadyRunning) throw alreadyRunning(claim);
  const stops: Stop[] = [async () => claim.run.release()];
  const stop = once(async () => {
    for (const one of stops.reverse()) await one();
  });
  try {
    if (claim.run.ended.length > 0) options.onEvent({ kind: 'ended-leftovers', names: claim.run.ended });
    return await startParts(options, claim.run, stops, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

function alreadyRunning({ pid, url }: { readonly pid?: number; readonly url?: string }): Fault {
  const where = url === undefined ? 'it is starting' : `it is at ${url}`;
  return new Fault('already-running', {
    retryable: false,
    message: `Octobus is already running here (pid ${pid ?? 'unknown'}): ${where}. Stop it with Ctrl-C there, or set OCTO_DIR to run another one.`,
    ...(url === undefined ? {} : { details: { url } }),
  });
}

async function startParts(options: StackOptions, run: Run, stops: Stop[], stop: Stop): Promise<Stack> {
  const { folder, env, onEvent } = options;
  const durability = levelOf(env);
  const port =
    options.port === 0
      ? await choosePort({ name: 'the gateway' })
      : await choosePort({ name: 'the gateway', wanted: options.port, setting: 'OCTO_PORT' });
  const natsPort = await choosePort({ name: 'NATS', ...portWish(env['OCTO_NATS_PORT'], run.keptPorts['nats']), setting: 'OCTO_NATS_PORT' });
  const database = await startDatabase(options, run, stops);
  const began = performance.now();
  const nats = await EmbeddedNats.start({
    folder,
    binary: options.natsBinary,
    port: natsPort,
    durability,
    witnessed: () => witnessedSequence(database.url),
    onEvent: (event) => {
      run.observe(event);
      onEvent({ kind: 'child', event });
    },
  });
  stops.push(() => nats.stop());
  await nats.provision();
  const natsVersion = (await readGreeting(natsPort))?.version ?? '';
  onEvent({
    kind: 'part-ready',
    part: 'nats-server',
    detail: `${natsVersion}  127.0.0.1:${natsPort}  ${durability === 'fsync' ? 'fsync before every ack' : 'flushed before ack'}`,
    ms: performance.now() - began,
  });
  run.keepPorts({ nats: natsPort, ...(database.port === undefined ? {} : { postgres: database.port }) });
  const doorKey = keptSecret(join(folder, 'door.key'));
  const services = await startServices(options, { nats, databaseUrl: database.url, doorKey, durability, port }, run, stops);
  const url = services.url(port);
  const tenants = await keepTenants(nats, folder, onEvent);
  stops.push(() => tenants.stop());
  const credentials = await firstTenant({ nats, folder, doorKey, url, tenants });
  run.setUrl(url);
  return {
    url,
    credentials,
    durability,
    versions: { nats: natsVersion, postgres: database.version, node: process.versions.node },
    pidOf: services.pidOf,
    stop,
  };
}

function portWish(set: string | undefined, kept: number | undefined): { wanted?: number; kept?: number } {
  if (set !== undefined && set !== '') return { wanted: Number(set) };
  return kept === undefined ? {} : { kept };
}

function levelOf(env: NodeJS.ProcessEnv): DurabilityLevel {
  const wanted = env['OCTO_DURABILITY'] ?? 'fsync';
  if (wanted === 'fsync' || wanted === 'flushed') return wanted;
  throw new Fault('config-invalid', { retryable: false, message: 'OCTO_DURABILITY is "fsync" or "flushed"' });
}

interface Database {
  readonly url: string;
  readonly version: string;
  readonly port: number | undefined;
}

/** `DATABASE_URL`, or a Postgres of our own. */
async function startDatabase({ folder, env, onEvent }: StackOptions, run: Run, stops: Stop[]): Promise<Database> {
  if (env['DATABASE_URL']) return { url: env['DATABASE_URL'], version: 'external', port: undefined };
  const began = performance.now();
  const port = await choosePort({
    name: 'Postgres',
    ...portWish(env['OCTO_POSTGRES_PORT'], run.keptPorts['postgres']),
    setting: 'OCTO_POSTGRES_PORT',
  });
  const postgres: PostgresProcess = await startPostgresProcess({
    dataDir: join(folder, 'postgres'),
    port,
    logFile: join(folder, 'logs', 'postgres.log'),
    onEvent: (event) => {
      run.observe(event);
      onEvent({ kind: 'child', event });
    },
  });
  stops.push(() => postgres.stop());
  const version = postgres.version.split('-')[0] ?? postgres.version;
  onEvent({ kind: 'part-ready', part: 'postgres', detail: `${version} embedded   127.0.0.1:${port}`, ms: performance.now() - began });
  return { url: postgres.url, version, port };
}

interface ServiceParts {
  readonly nats: EmbeddedNats;
  readonly databaseUrl: string;
  readonly doorKey: string;
  readonly durability: DurabilityLevel;
  readonly port: number;
}

async function startServices(
  options: StackOptions,
  parts: ServiceParts,
  run: Run,
  stops: Stop[],
): Promise<{ url: (port: number) => string; pidOf: (service: string) => number | undefined }> {
  const began = performance.now();
  const children = new Map<string, Child>();
  let gateway: RunningService | undefined;
  for (const service of SERVICES) {
    const env = environmentOf(service, options, parts);
    if (options.isolate) {
      const child = await startProcess(service, env, options, run);
      children.set(service.name, child);
      stops.push(() => child.stop());
    } else {
      const running = await (await service.load())(env);
      if (service.name === 'gateway') gateway = running;
      stops.push(() => running.stop());
    }
  }
  const how = options.isolate ? 'a process each' : 'in one process';
  options.onEvent({ kind: 'part-ready', part: 'services', detail: `${SERVICES.length} up, ${how}`, ms: performance.now() - began });
  return { url: (port) => gateway?.url ?? `http://127.0.0.1:${port}`, pidOf: (name) => children.get(name)?.pid() };
}

function environmentOf(service: ServiceEntry, { env, folder }: StackOptions, parts: ServiceParts): NodeJS.ProcessEnv {
  return {
    ...env,
    NATS_URL: parts.nats.urlOf(service.account),
    ...(service.database ? { DATABASE_URL: parts.databaseUrl } : {}),
    OCTO_DIR: folder,
    OCTO_DOOR_KEY: parts.doorKey,
    OCTO_DURABILITY: parts.durability,
    OCTO_PORT: String(parts.port),
    OCTO_LOG_LEVEL: env['OCTO_LOG_LEVEL'] ?? 'warn',
  };
}

function startProcess(service: ServiceEntry, env: NodeJS.ProcessEnv, { folder, onEvent }: StackOptions, run: Run): Promise<Child> {
  return startChild({
    name: service.name,
    command: process.execPath,
    args: ['--enable-source-maps', service.main],
    env: { ...env, OCTO_LOG_LEVEL: 'info' },
    logFile: join(folder, 'logs', `${service.name}.log`),
    ready: ({ log }) => log().includes(`"msg":"${READY_MESSAGE}"`),
    graceMs: 30_000,
    onEvent: (event) => {
      run.observe(event);
      onEvent({ kind: 'child', event });
    },
  });
}

function once(action: Stop): Stop {
  let running: Promise<void> | undefined;
  return () => (running ??= action());
}
