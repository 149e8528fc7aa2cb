import { randomBytes } from 'node:crypto';
import {
  type AggregateAddress,
  type BlobRefJson,
  type MemoryDocumentsAnswer,
  type MemoryDocumentsRequest,
  POLICIES,
  QUERIES,
  type Scope,
  logStreamIndex,
  logStreamOf,
  vaultKeySubject,
} from '@octobus/contracts';
import type { EventLog, RecordedEvent } from '@octobus/event-log';
import { ContentStore, DeadLetters, LiveFeed, ask, logParts, publishTo } from '@octobus/jetstream';
import { Fault, parseInstant } from '@octobus/kernel';
import type { AdmissionLimits } from '@octobus/limits';
import { connectPostgres } from '@octobus/postgres';
import { type ReadModelDatabase, findApiKey, idsOfSubject, readModelsPositions } from '@octobus/read-models';
import { PROBE, type SealedBlob, type Sealing, type SubjectKey, type SubjectName, openSealed } from '@octobus/sealing';
import {
  type LogRoom,
  type RunningService,
  type ServiceContext,
  type StartService,
  logStreamCount,
  openContext,
  openLimits,
  openPolicies,
  openSealing,
  watchLogRoom,
} from '@octobus/service';
import { gaugeOf } from '@octobus/telemetry';
import { Denials } from './audit/denials.ts';
import { KeyRing, type StoredKey } from './auth/key-ring.ts';
import { hearRevocations } from './auth/revocations.ts';
import { Sessions } from './auth/sessions.ts';
import { type GatewayConfig, gatewayConfig } from './config.ts';
import { DocumentDoor } from './documents/document-door.ts';
import { Door } from './door/door.ts';
import type { GatewayParts } from './gateway-parts.ts';
import { gaugeDurables } from './health/durable-figures.ts';
import { DEGRADED } from './health/health.controller.ts';
import { createHttpServer } from './http/http-server.ts';
import { readyGuard } from '@octobus/guardrails';
import { LetterDoor } from './letters/letter-door.ts';
import { Gate } from './limits/gate.ts';
import { admission, gaugeLogRoom } from './limits/log-admission.ts';
import { OpenEnds } from './limits/open-ends.ts';
import { Lists } from './lists.ts';
import { TASK_ENDS_FILTER, TaskEnds } from './live/task-ends.ts';
import { HeardSequences, holdingWhatWasHeard } from './live/heard-sequences.ts';
import { type LiveEvents, TaskFeed } from './live/task-feed.ts';
import { OutputGuard, type OutputGuardOptions } from './output/output-guard.ts';
import { protectedPrompts } from './output/protected-prompts.ts';
import { Received } from './live/received.ts';
import { Verdicts } from './live/verdicts.ts';

type Database = ReturnType<typeof connectPostgres<ReadModelDatabase>>;

/** For responses under way when the gateway stops. */
const LAST_BYTES_MS = 3_000;
const MEMORY_WITHIN_MS = 5_000;
const ASK_WITHIN_MS = 10_000;
/** Whoever asks over HTTP is told to come again, before a proxy gives up. */
const VAULT_WITHIN_MS = 4_000;

export const start: StartService = async (env) => {
  const config = gatewayConfig(env);
  const context = await openContext('gateway', env);
  const db = connectPostgres<ReadModelDatabase>(config.databaseUrl, { applicationName: 'octobus-gateway', max: 8 });
  const { room, stop } = await watchLogRoom(context);
  const { sealing, stop: unseal } = await openSealing(context, { patienceMs: VAULT_WITHIN_MS });
  const limits = await openLimits(context, config.doorKey);
  const prompts = protectedPrompts();
  const { policies, stop: unhear } = await openPolicies(context, (policy, version) => readyGuard(policy, { version, prompts }));
  const parts = await makeParts(config, context, db, { room, sealing, limits, guardOf: (tenant) => policies.of(tenant) });
  const app = await createHttpServer({ parts, limits, logger: context.logger, tracing: context.tracing });
  await listen(app, config);
  const unwatch = (): void => {
    stop();
    unseal();
    unhear();
  };
  return running(app, config, context, db, { parts, limits, unwatch });
};

interface Watched {
  readonly room: LogRoom;
  readonly sealing: Sealing;
  readonly limits: AdmissionLimits;
  readonly guardOf: OutputGuardOptions['guardOf'];
}

async function makeParts(
  config: GatewayConfig,
  context: ServiceContext,
  db: Database,
  { room, sealing, limits, guardOf }: Watched,
): Promise<GatewayParts> {
  const { bus, clock } = context;
  const { doorKey, durability } = config;
  const logStreams = logStreamCount(context.env);
  const heard = new HeardSequences();
  // A server that stands alone shows at once what it has told.
  const log = config.replicas > 1 ? holdingWhatWasHeard(context.log, heard) : context.log;
  const live = liveEvents(context);
  const verdicts = new Verdicts();
  const received = new Received(verdicts);
  const ends = new TaskEnds(log);
  const keys = new KeyRing((keyId, digest) => storedKey(db, keyId, digest), clock);
  const requested = (event: RecordedEvent): void => {
    heard.seen(event);
    room.seen(event);
    verdicts.seen(event);
    ends.seen(event);
  };
  await live.subscribe('evt.*.*.*.*.request.>', { event: requested, gap: () => undefined });
  await live.subscribe('evt.*.*.letter.*.flow.>', { event: (event) => verdicts.seen(event), gap: () => undefined });
  await live.subscribe(POLICIES, { event: (event) => verdicts.seen(event), gap: () => undefined });
  const ended = (event: RecordedEvent): void => {
    heard.seen(event);
    ends.seen(event);
  };
  await live.subscribe(TASK_ENDS_FILTER, { event: ended, gap: () => ends.missed() });
  await hearRevocations(live, log, keys, (error) => context.logger.warn({ err: error }, 'revocations could not be read again'));
  gaugeLogRoom(room);
  gaugeDurables(bus, clock);
  const door = new Door((...command) => publishTo(bus, ...command), doorKey, clock, sealing, admission(room));
  const content = new ContentStore(bus);
  const feed = new TaskFeed(log, live, { mayLag: config.replicas > 1 });
  const streams = new Gate(config.maxStreams, config.maxStreamsPerTenant);
  const denials = new Denials({ door, doorKey, instance: randomBytes(4).toString('hex'), clock, logger: context.logger });
  gaugeOf('octobus_lost_refusals', 'Counted refusals that the audit was never told of.', {}, () => denials.lost);
  gaugeOf('octobus_event_streams', 'Event streams open.', {}, () => streams.count);
  return {
    log,
    sealing,
    live,
    events: { parts: context.logParts, live, partOf: (subject) => logStreamIndex(subject, logStreams) ?? 0, mayLag: config.replicas > 1 },
    openLog: (onDropped) => logParts(bus, logStreams, { onDropped }),
    feed,
    ends,
    received,
    verdicts,
    door,
    denials,
    outputs: new OutputGuard({ guardOf, door, logger: context.logger }),
    letters: new LetterDoor({ letters: new DeadLetters(bus), log, door, verdicts, clock }),
    documents: new DocumentDoor({ door, verdicts, content, doorKey, clock }),
    lists: new Lists(db, (request) => documentsOf(context, request), clock),
    aggregatesOf: (name) => aggregatesOf(db, log, name),
    readBlob: (blob, of) => blobOf(content, sealing, blob, of),
    keys,
    sessions: new Sessions(doorKey, clock),
    streams,
    requests: new Gate(config.maxRequests),
    openEnds: new OpenEnds(),
    waits: new Gate(config.maxStreams, config.maxStreamsPerTenant),
    room,
    streamOf: (subject) => logStreamOf(subject, logStreams),
    doorKey,
    durability,
    clock,
    ask: (subject, body, headers) => ask(bus, subject, body, ASK_WITHIN_MS, headers),
    warn: (error, message) => context.logger.warn({ err: error }, message),
    checks: () => checks(context, db, limits),
  };
}

const liveEvents = ({ bus, logger }: ServiceContext): LiveEvents => ({
  async subscribe(filter, on) {
    const onDefect = (error: unknown): void => logger.error({ err: error }, 'an event of the live feed could not be handled');
    const feed = new LiveFeed(bus, { filter, onEvent: on.event, onGap: on.gap, onDefect });
    await feed.established();
    return { stop: () => feed.close() };
  },
});

async function documentsOf({ bus }: ServiceContext, request: MemoryDocumentsRequest): Promise<MemoryDocumentsAnswer> {
  try {
    return await ask<MemoryDocumentsAnswer>(bus, QUERIES.memoryDocuments, request, MEMORY_WITHIN_MS);
  } catch (error) {
    throw new Fault('memory-unavailable', { retryable: true, message: 'the memory service does not answer', cause: error });
  }
}

async function* aggregatesOf(db: Database, log: EventLog, { tenant, subject }: SubjectName): AsyncGenerator<AggregateAddress> {
  for await (const id of idsOfSubject(db, 'documents', tenant, subject)) yield { tenant, aggregate: 'document', id };
  for await (const id of idsOfSubject(db, 'tasks', tenant, subject)) yield { tenant, aggregate: 'task', id };
  // Schedules are few, and in no read model.
  for (const { address, envelope } of await log.load([`evt.*.${tenant}.schedule.*.request.create-schedule.*`]))
    if (envelope.dataSubject === subject) yield { tenant, aggregate: 'schedule', id: address.id };
}

function blobOf(content: ContentStore, sealing: Sealing, blob: BlobRefJson, { tenant, id }: AggregateAddress): Promise<Uint8Array> {
  const { digest = '', size = 0, pieces = [], sealed = false } = blob;
  if (!sealed) return content.getAll({ digest, size, pieces });
  const whole: SealedBlob = { digest, size, pieces, sealed };
  const keyOf = async (name: SubjectName): Promise<SubjectKey> =>
    (await sealing.key(name)) ?? Promise.reject(new Error('sealed content has a key'));
  return openSealed(content, whole, { tenant, id, keyOf });
}

async function storedKey(db: Database, keyId: string, digest: string): Promise<StoredKey | undefined> {
  const [row] = (await findApiKey(db, keyId, digest)).items;
  if (row === undefined) return undefined;
  return {
    tenant: row.tenant,
    keyId: row.key_id,
    secretDigest: row.secret_digest,
    scopes: row.scopes as Scope[],
    expiresAt: row.expires_at === null ? undefined : parseInstant(row.expires_at),
    revoked: row.revoked_at !== null,
  };
}

async function checks({ log, bus }: ServiceContext, db: Database, limits: AdmissionLimits): Promise<Readonly<Record<string, string>>> {
  const [nats, postgres, memory, vault, counts] = await Promise.all([
    state(() => log.lastSequence()),
    state(() => readModelsPositions(db)),
    state(() => ask(bus, QUERIES.memoryDocuments, { tenant: '_' }, 2_000)),
    state(() => ask(bus, vaultKeySubject('gateway'), PROBE, 2_000)),
    limits.check(),
  ]);
  return { nats, postgres, memory, vault, limits: LIMITS_SAID[counts] };
}

const LIMITS_SAID = { ok: 'ok', degraded: DEGRADED, rejecting: 'does not answer' } as const;
const CHECK_WITHIN_MS = 2_000;

async function state(check: () => Promise<unknown>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('does not answer'), CHECK_WITHIN_MS);
  });
  const answer = check().then(
    () => 'ok',
    () => 'does not answer',
  );
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

async function listen(app: Awaited<ReturnType<typeof createHttpServer>>, { host, port }: GatewayConfig): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (error) {
    if ((error as { code?: string }).code !== 'EADDRINUSE') throw error;
    throw new Fault('port-taken', {
      retryable: false,
      message: `Port ${port} for the gateway is taken by another program: stop that program or set OCTO_PORT to another one.`,
      cause: error,
    });
  }
}

async function running(
  app: Awaited<ReturnType<typeof createHttpServer>>,
  { host }: GatewayConfig,
  context: ServiceContext,
  db: Database,
  { parts, limits, unwatch }: { readonly parts: GatewayParts; readonly limits: AdmissionLimits; unwatch(): void },
): Promise<RunningService> {
  const { port } = new URL(await app.getUrl());
  return {
    name: 'gateway',
    url: `http://${host}:${port || '80'}`,
    stop: async () => {
      unwatch();
      parts.openEnds.endAll();
      // Who doesn't read what it was sent would keep the server open for ever.
      const cut = setTimeout(() => app.getHttpServer().closeAllConnections(), LAST_BYTES_MS);
      await app.close();
      await parts.denials.stop();
      clearTimeout(cut);
      await limits.close();
      await db.destroy();
      await context.close();
    },
  };
}
