import { performance } from 'node:perf_hooks';
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type LogStreamCount, logStreamIndex, scheduleKeyOf } from '@octobus/contracts';
import { Fault } from '@octobus/kernel';
import { type DurabilityLevel, logParts } from '@octobus/jetstream';
import type { RunningService } from '@octobus/service';
import { type Child, type Run, choosePort, claimRun, readGreeting, startChild } from '@octobus/stack';
import { READY_MESSAGE } from '@octobus/service';
import type { Credentials } from '../client/credentials.ts';
import { unlessAborted } from '../isolated/interruption.ts';
import { type Durability, durabilityOf } from './durability.ts';
import { keepContent } from './content.ts';
import type { StackEvent } from './events.ts';
import { type Database, startDatabase } from './database.ts';
import { keepDurables } from './durable-keeper.ts';
import { requireSpace, watchDisk } from './disk-watch.ts';
import { keptSecret } from './folder.ts';
import { fromFileError } from './from-file-error.ts';
import { firstTenant } from './first-tenant.ts';
import { giveBackWhenIdle } from './idle-memory.ts';
import { type Instances, instanceNames, instancesOf } from './instances.ts';
import { keepLetters } from './letters.ts';
import { logLimitsFor } from './log-limits.ts';
import { logStreamsOf } from './log-streams.ts';
import { type MasterKey, keptMasterKey } from './master-key.ts';
import { serverPlaces } from './nats-places.ts';
import { EmbeddedNats } from './nats.ts';
import { type PortWish, onPort, portWish } from './ports.ts';
import { witnessedSequences } from './read-models.ts';
import { serveReplays } from './replays.ts';
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
  /** Gives up the start: what has started is stopped and the signal's reason thrown. */
  readonly signal?: AbortSignal | undefined;
  onEvent(event: StackEvent): void;
}

export interface Stack {
  readonly url: string;
  readonly credentials: Credentials;
  readonly durability: DurabilityLevel;
  readonly versions: { readonly nats: string; readonly postgres: string; readonly node: string };
  /** Process ids of the services that have one of their own. */
  pidOf(service: string): number | undefined;
  /** Fires, with a fault as its reason, when the stack may not go on: then stop it. */
  readonly failed: AbortSignal;
  /** Stops everything in the opposite order; nothing is left running. */
  stop(): Promise<void>;
}

type Stop = () => Promise<void>;

/** A step of the start that can't be given up is waited for this long. */
const LAST_STEP_MS = 5_000;

/** Starts NATS, Postgres and every service. Faults say what is in the way and what to do; whatever had started is stopped again. */
export async function startStack(options: StackOptions): Promise<Stack> {
  if (!isAbsolute(options.folder)) throw new RangeError('the state folder must be absolute');
  try {
    return await startClaimed(options);
  } catch (error) {
    throw fromFileError(error, options.folder);
  }
}

async function startClaimed(options: StackOptions): Promise<Stack> {
  const claim = await claimRun(options.folder);
  if (claim.alreadyRunning) throw alreadyRunning(claim);
  const stops: Stop[] = [async () => claim.run.release()];
  const stop = once(async () => {
    for (const one of stops.reverse()) await one();
  });
  if (claim.run.ended.length > 0) options.onEvent({ kind: 'ended-leftovers', names: claim.run.ended });
  const { signal = new AbortController().signal } = options;
  const starting = startParts({ ...options, signal }, claim.run, stops, stop);
  try {
    return await unlessAborted(signal, starting);
  } catch (error) {
    if (signal.aborted) await Promise.race([starting.catch(() => undefined), delay(LAST_STEP_MS)]);
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

type Starting = StackOptions & { readonly signal: AbortSignal };

async function startParts(options: Starting, run: Run, stops: Stop[], stop: Stop): Promise<Stack> {
  const { folder, env, onEvent, signal } = options;
  const failed = new AbortController();
  const warn = (message: string): void => onEvent({ kind: 'warning', message });
  const durability = durabilityOf(env);
  const instances = instancesOf(env, options.isolate);
  const dataDirs = serverPlaces(folder, durability.replicas).map(({ dataDir }) => dataDir);
  const logStreams = logStreamsOf(env, folder, dataDirs);
  const port =
    options.port === 0
      ? await choosePort({ name: 'the gateway' })
      : await choosePort({ name: 'the gateway', wanted: options.port, setting: 'OCTO_PORT' });
  await requireSpace(folder, !existsSync(join(folder, 'keys.json')));
  const database = await startDatabase(options, run, stops);
  const began = performance.now();
  const wish = portWish('NATS', 'OCTO_NATS_PORT', env, run.keptPorts['nats']);
  const nats = await startNats(options, wish, run, { durability, logStreams, database, fail: (fault) => failed.abort(fault) });
  stops.push(() => nats.stop());
  nats.servers.forEach((server, i) => {
    const unwatch = watchDisk({ folder: dataDirs[i] ?? folder, server, warn: (message) => onEvent({ kind: 'warning', message }) });
    stops.push(async () => unwatch());
  });
  if (!options.isolate) {
    const keep = giveBackWhenIdle();
    stops.push(async () => keep());
  }
  signal.throwIfAborted();
  await nats.provision();
  const durables = await keepDurables(nats, folder, (message) => onEvent({ kind: 'warning', message }));
  stops.push(() => durables.stop());
  const natsPorts = Object.values(nats.ports);
  const natsVersion = (await readGreeting(natsPorts[0] ?? 0))?.version ?? '';
  onEvent({
    kind: 'part-ready',
    part: 'nats-server',
    detail: `${natsVersion}  127.0.0.1:${natsPorts.join(', ')}  ${PROMISES[durability.level]}`,
    ms: performance.now() - began,
  });
  run.keepPorts({ ...nats.ports, ...(database.port === undefined ? {} : { postgres: database.port }) });
  signal.throwIfAborted();
  const doorKey = keptSecret(join(folder, 'door.key'), () =>
    onEvent({ kind: 'warning', message: 'door.key was damaged and is new; commands that were waiting to be screened are refused' }),
  );
  const masterKey = keptMasterKey(folder, env);
  const limits = await logLimitsFor(dataDirs, env);
  const parts = { nats, databaseUrl: database.url, doorKey, masterKey, durability: durability.level, logStreams, port, limits, instances };
  const services = await startServices(options, parts, run, stops);
  // Now somebody hears it.
  await durables.look();
  const url = services.url(port);
  const tenants = await keepTenants(nats, folder, onEvent);
  stops.push(() => tenants.stop());
  const letters = await keepLetters(nats, doorKey, onEvent);
  stops.push(() => letters.stop());
  const content = keepContent({ nats, folder, onEvent });
  stops.push(() => content.stop());
  const log = {
    bus: nats.admin,
    parts: logParts(nats.admin, logStreams),
    partOf: (subject: string) => logStreamIndex(subject, logStreams) ?? 0,
    doorKey,
  };
  const replays = serveReplays(log, (error) => warn(`a question about replays could not be answered: ${String(error)}`));
  stops.push(() => replays.close());
  const credentials = await firstTenant({ nats, folder, doorKey, url, tenants, signal, warn });
  run.setUrl(url);
  return {
    url,
    credentials,
    durability: durability.level,
    versions: { nats: natsVersion, postgres: database.version, node: process.versions.node },
    pidOf: services.pidOf,
    failed: failed.signal,
    stop,
  };
}

const PROMISES: Readonly<Record<DurabilityLevel, string>> = {
  fsync: 'fsync before every ack',
  flushed: 'flushed before ack',
  replicated: 'flushed by two of three servers before ack',
};

interface NatsParts {
  readonly durability: Durability;
  readonly logStreams: LogStreamCount;
  readonly database: Database;
  fail(fault: Fault): void;
}

function startNats(
  options: Starting,
  wish: PortWish,
  run: Run,
  { durability, logStreams, database, fail }: NatsParts,
): Promise<EmbeddedNats> {
  const { folder, natsBinary, onEvent, signal } = options;
  const begun = existsSync(join(folder, 'keys.json'));
  return onPort(wish, (port) =>
    EmbeddedNats.start({
      folder,
      binary: natsBinary,
      port,
      keptPorts: run.keptPorts,
      durability,
      logStreams,
      unclean: run.unclean,
      begun,
      signal,
      witnessed: () => witnessedSequences(database.url, database.wayOut, signal),
      onEvent: (event) => {
        run.observe(event);
        onEvent({ kind: 'child', event });
      },
      warn: (message) => onEvent({ kind: 'warning', message }),
      onCopied: ({ path, bytes }) => onEvent({ kind: 'log-copied', path, bytes }),
      onBroken: fail,
    }),
  );
}

interface ServiceParts {
  readonly nats: EmbeddedNats;
  readonly databaseUrl: string;
  readonly doorKey: string;
  readonly masterKey: MasterKey;
  readonly durability: DurabilityLevel;
  readonly logStreams: LogStreamCount;
  readonly port: number;
  /** Of the log, as services read them. */
  readonly limits: Readonly<Record<string, string>>;
  readonly instances: Instances;
}

/** Longer than reading a long log takes; a service that ends is noticed at once. */
const SERVICE_READY_MS = 15 * 60_000;
const SAY_AFTER_MS = 5_000;

async function startServices(
  options: Starting,
  parts: ServiceParts,
  run: Run,
  stops: Stop[],
): Promise<{ url: (port: number) => string; pidOf: (service: string) => number | undefined }> {
  const began = performance.now();
  const children = new Map<string, Child>();
  let gateway: RunningService | undefined;
  for (const service of SERVICES) {
    options.signal.throwIfAborted();
    const env = environmentOf(service, options, parts);
    const patience = setInterval(
      () => options.onEvent({ kind: 'waiting', part: service.name, ms: performance.now() - began }),
      SAY_AFTER_MS,
    );
    try {
      if (options.isolate) {
        for (const name of instanceNames(service.name, parts.instances)) {
          const child = await startProcess(service, name, env, options, run);
          children.set(name, child);
          stops.push(() => child.stop());
        }
      } else {
        const running = await (await service.load())(env);
        if (service.name === 'gateway') gateway = running;
        stops.push(() => running.stop());
      }
    } finally {
      clearInterval(patience);
    }
  }
  const how = options.isolate ? 'a process each' : 'in one process';
  const count = options.isolate ? children.size : SERVICES.length;
  options.onEvent({ kind: 'part-ready', part: 'services', detail: `${count} up, ${how}`, ms: performance.now() - began });
  return { url: (port) => gateway?.url ?? `http://127.0.0.1:${port}`, pidOf: (name) => children.get(name)?.pid() };
}

function environmentOf(service: ServiceEntry, { env, folder }: StackOptions, parts: ServiceParts): NodeJS.ProcessEnv {
  const { OCTO_MASTER_KEY: _master, REDIS_URL: redis, ...rest } = env;
  return {
    ...rest,
    // Who holds it may change every count and remembered answer.
    ...(redis !== undefined && AT_THE_DOORS.has(service.name) ? { REDIS_URL: redis } : {}),
    ...(service.vault ? parts.masterKey : {}),
    NATS_URL: parts.nats.urlOf(service.account),
    ...(service.database ? { DATABASE_URL: parts.databaseUrl } : {}),
    OCTO_DIR: folder,
    ...keysOf(service.name, parts.doorKey),
    OCTO_DURABILITY: parts.durability,
    OCTO_LOG_STREAMS: String(parts.logStreams),
    OCTO_PORT: String(parts.port),
    ...parts.limits,
    OCTO_LOG_LEVEL: env['OCTO_LOG_LEVEL'] ?? 'warn',
  };
}

/** Services that share counts and remembered answers. */
const AT_THE_DOORS: ReadonlySet<string> = new Set(['gateway', 'reflex']);

/** Who may sign a command with which key, or tell by it whom a waiting command is about. */
function keysOf(service: string, doorKey: string): Readonly<Record<string, string>> {
  if (service === 'orchestrator') return { OCTO_SCHEDULE_KEY: scheduleKeyOf(doorKey) };
  return service === 'gateway' || service === 'reflex' || service === 'vault' ? { OCTO_DOOR_KEY: doorKey } : {};
}

/** Levels that say when a service is ready. */
const VERBOSE: ReadonlySet<string> = new Set(['debug', 'trace']);

function startProcess(
  service: ServiceEntry,
  name: string,
  env: NodeJS.ProcessEnv,
  { folder, onEvent, signal }: Starting,
  run: Run,
): Promise<Child> {
  return startChild({
    name,
    command: process.execPath,
    args: ['--enable-source-maps', service.main],
    env: { ...env, OCTO_LOG_LEVEL: VERBOSE.has(env['OCTO_LOG_LEVEL'] ?? '') ? env['OCTO_LOG_LEVEL'] : 'info' },
    logFile: join(folder, 'logs', `${name}.log`),
    ready: ({ log }) => log().includes(`"msg":"${READY_MESSAGE}"`),
    readyWithinMs: SERVICE_READY_MS,
    graceMs: 30_000,
    signal,
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
