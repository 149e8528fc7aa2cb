import { hash } from 'node:crypto';
import { isToken } from '@octobus/kernel';

/** Every subject, filter and stream name of the bus is computed here. Layout: architecture decision 0002. */
export const STREAMS = {
  events: 'EVENTS',
  ingress: 'INGRESS',
  deadLetters: 'DLQ',
  content: 'CONTENT',
  timers: 'TIMERS',
  keys: 'KEYS',
} as const;

/** The platform's own tenant. */
export const PLATFORM = '_';

export const AGGREGATES = ['task', 'document', 'identity', 'audit', 'letter', 'schedule', 'subject', 'policy'] as const;
export type Aggregate = (typeof AGGREGATES)[number];

export type ClassToken = 'a' | 'b' | 'c';
export const CLASSES: readonly ClassToken[] = ['a', 'b', 'c'];

/** Where one aggregate lives: `evt.<shard>.<tenant>.<aggregate>.<id>`. */
export interface AggregateAddress {
  readonly tenant: string;
  readonly aggregate: Aggregate;
  readonly id: string;
}

export interface EventAddress extends AggregateAddress {
  readonly shard: string;
  readonly facet: readonly string[];
}

/** Two hex digits: the first byte of SHA-256(id) & 63. */
export function shardOf(id: string): string {
  const known = shards.get(id);
  if (known !== undefined) return known;
  const first = hash('sha256', id, 'buffer')[0] ?? 0;
  const shard = (first & 63).toString(16).padStart(2, '0');
  if (shards.size >= KNOWN_SHARDS) shards.clear();
  shards.set(id, shard);
  return shard;
}

/** One aggregate is asked for again and again while it lives. */
const KNOWN_SHARDS = 10_000;
const shards = new Map<string, string>();

/** True of a name whose durable would be a replay of another tenant (`t-acme-replay-1`). */
export const isNamedLikeReplay = (name: string): boolean => /-replay-[0-9]+$/.test(name);

/** Names that no tenant gets: the platform's, and those of replays. */
export const isReservedTenant = (name: string): boolean => name === 'platform' || isNamedLikeReplay(name);

export const isTenantToken = (text: string): boolean => text === PLATFORM || isToken(text);

/** Prefix of all subjects of one aggregate. Throws on a token that could widen the subject. */
export function aggregatePrefix(address: AggregateAddress): string {
  if (!isTenantToken(address.tenant) || !isToken(address.id)) throw new RangeError('tenant or aggregate id is not a subject token');
  return `evt.${shardOf(address.id)}.${address.tenant}.${address.aggregate}.${address.id}`;
}

export const taskPrefix = (tenant: string, id: string): string => aggregatePrefix({ tenant, aggregate: 'task', id });
export const schedulePrefix = (tenant: string, id: string): string => aggregatePrefix({ tenant, aggregate: 'schedule', id });

/** Facets under a prefix: the last part of an event's subject. */
export const facet = {
  request: (verb: string, command: string) => `request.${verb}.${command}`,
  step: (arm: string, priority: ClassToken, step: string, attempt: number) => `flow.step.${arm}.${priority}.${step}.${attempt}`,
  steps: (n: number) => `flow.steps.${n}`,
  fan: (arm: string, priority: ClassToken, step: string, attempt: number) => `fan.${arm}.${priority}.${step}.${attempt}`,
  end: 'flow.end',
  deadline: 'flow.deadline',
  delay: (n: number) => `flow.delay.${n}`,
  wait: (n: number) => `flow.wait.${n}`,
  waited: (n: number) => `flow.waited.${n}`,
  /** Where a schedule's decisions stand, one after another: each holds all that the schedule is. */
  state: 'flow.state',
  timer: (name: string, n: number) => `timer.${name}.${n}`,
  done: (arm: string, step: string, attempt: number) => `arm.${arm}.${step}.${attempt}.done`,
  closed: (arm: string, step: string, attempt: number) => `arm.${arm}.${step}.${attempt}.closed`,
  call: (arm: string, step: string, attempt: number, k: number) => `arm.${arm}.${step}.${attempt}.call.${k}`,
  result: (arm: string, step: string, attempt: number, k: number) => `arm.${arm}.${step}.${attempt}.result.${k}`,
  note: (arm: string, step: string, attempt: number, k: number) => `arm.${arm}.${step}.${attempt}.note.${k}`,
} as const;

/** Filters of expected sequences and loads. One function a scope: replicated streams compare the filter string literally. */
export const scope = {
  all: (prefix: string) => `${prefix}.>`,
  flow: (prefix: string) => `${prefix}.flow.>`,
  requests: (prefix: string) => `${prefix}.request.>`,
  /** Timers that have fired. */
  timers: (prefix: string) => `${prefix}.timer.>`,
  attempt: (prefix: string, arm: string, step: string, attempt: number) => `${prefix}.arm.${arm}.${step}.${attempt}.>`,
  /** Outcomes and closings of all attempts: what a fold of the task needs of the arms' facets. */
  outcomes: (prefix: string) => [`${prefix}.arm.*.*.*.done`, `${prefix}.arm.*.*.*.closed`] as const,
  /** Paid calls of all attempts: what an attempt that is closed has cost. */
  calls: (prefix: string) => [`${prefix}.arm.*.*.*.call.*`, `${prefix}.arm.*.*.*.result.*`] as const,
} as const;

/** Reads a subject back; undefined when it is not an event's, or a token is not one we would write (`*` and `>` are accepted by the server). */
export function parseEventSubject(subject: string): EventAddress | undefined {
  if (!EVENT_SUBJECT.test(subject)) return undefined;
  const facet = subject.split('.');
  const [, shard = '', tenant = '', aggregate, id = ''] = facet.splice(0, 5);
  if (!(AGGREGATES as readonly string[]).includes(aggregate ?? '') || shard !== shardOf(id)) return undefined;
  return { shard, tenant, aggregate: aggregate as Aggregate, id, facet };
}

/** Every token but the platform's own as `isToken` has it; one look at the whole costs half of one at each. */
const EVENT_SUBJECT = /^evt\.[0-9a-f]{2}\.(?:_|[a-z0-9-]{1,40})\.[a-z]{1,40}(?:\.[a-z0-9-]{1,40}){2,}$/;

/** Verbs that may stand in an ingress subject. */
export const VERBS = [
  'submit',
  'cancel',
  'ingest',
  'erase',
  'create-tenant',
  'create-key',
  'revoke-key',
  'open-session',
  'open-replay',
  'close-replay',
  'redrive',
  'drop',
  'report-denial',
  'report-refusals',
  'create-schedule',
  'pause-schedule',
  'resume-schedule',
  'delete-schedule',
  'set-policy',
  'report-output',
] as const;
export type Verb = (typeof VERBS)[number];

export const ingressSubject = (tenant: string, verb: Verb): string => `ingress.${tenant}.${verb}`;

export function parseIngressSubject(subject: string): { readonly tenant: string; readonly verb: Verb } | undefined {
  const [head, tenant, verb, ...rest] = subject.split('.');
  if (head !== 'ingress' || tenant === undefined || verb === undefined || rest.length > 0) return undefined;
  if (!isTenantToken(tenant) || !(VERBS as readonly string[]).includes(verb)) return undefined;
  return { tenant, verb: verb as Verb };
}

/** One piece of content by its SHA-256 (hex); write-once. */
export const blobSubject = (digest: string): string => `blob.${digest}.0`;

/** Dead letters of one tenant; without: of all. */
export const deadLetterFilter = (tenant?: string): string => `dlq.*.${tenant ?? '*'}.>`;

export const deadLetterSubject = (service: string, tenant: string, aggregate: string, id: string): string =>
  `dlq.${service}.${tenant}.${aggregate}.${id}`;

/** The wrapped key of one data subject; `subject` is a token. Throws on a token that could widen the subject. */
export function keySubject(tenant: string, subject: string): string {
  if (!isTenantToken(tenant) || !isToken(subject)) throw new RangeError('tenant or data subject is not a subject token');
  return `key.${tenant}.${subject}`;
}

/** Key-value buckets in the server's memory, and the streams that keep them: shared by replicas, rebuilt when lost. */
export const VOLATILE_BUCKETS = { limits: 'KV_LIMITS', cache: 'KV_CACHE' } as const;
export type VolatileBucket = keyof typeof VOLATILE_BUCKETS;

/** Where one value lies, as any client of NATS key-value finds it; `*` for all. The key has been checked by who asks. */
export const volatileSubject = (bucket: VolatileBucket, key: string): string => `$KV.${bucket.toUpperCase()}.${key}`;

/** The live feed: EVENTS republishes every stored event under this subject. */
export const liveSubject = (subject: string): string => `pub.${subject}`;

/** What the provisioning account is asked of a tenant's replay durables. */
export const REPLAY_QUESTIONS = ['open', 'close', 'list'] as const;
export type ReplayQuestion = (typeof REPLAY_QUESTIONS)[number];

/** Where a tenant asks it. */
export const replaySubject = (tenant: string, question: ReplayQuestion): string => `replay.${tenant}.${question}`;
/** Where the gateway asks it for somebody: it may use no other, and nobody else this one, so what it says of who asks is believed. */
export const gatewayReplaySubject = (tenant: string, question: ReplayQuestion): string => `${replaySubject(tenant, question)}.gateway`;

/** A tenant has one policy: its aggregate is named by this. */
export const POLICY_ID = 'guard';
/** Where the versions of a tenant's policy stand, one after another. */
export const policySubject = (tenant: string): string =>
  `${aggregatePrefix({ tenant, aggregate: 'policy', id: POLICY_ID })}.${facet.state}`;
/** Policies of all tenants. */
export const POLICIES = `evt.*.*.policy.*.${facet.state}`;

export const QUERIES = { memorySearch: 'query.memory.search', memoryDocuments: 'query.memory.documents' } as const;

/** Where one service asks the vault for keys. Each has a subject of its own and may use no other: so the subject says who asks. */
export const vaultKeySubject = (service: string): string => `vault.key.${service}`;

/** Facets of a data subject that the vault writes. */
export const SUBJECT_FACETS = { key: 'flow.key', erased: 'flow.erased' } as const;
/** Every data subject that was erased, of all tenants. */
export const ERASURES = `evt.*.*.subject.*.${SUBJECT_FACETS.erased}`;
