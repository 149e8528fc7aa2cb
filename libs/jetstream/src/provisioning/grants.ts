import {
  CLASSES,
  ERASURES,
  POLICIES,
  REPLAY_QUESTIONS,
  STREAMS,
  VOLATILE_BUCKETS,
  type VolatileBucket,
  gatewayReplaySubject,
  liveSubject,
  replaySubject,
  vaultKeySubject,
  volatileSubject,
} from '@octobus/contracts';
import { isToken } from '@octobus/kernel';
import {
  ORCHESTRATOR_TIMERS,
  PROJECTION,
  REPLAY_SLOTS,
  armDurableName,
  isTenantName,
  replayDurableName,
  tenantDurableName,
} from './durables.ts';

/** One thing that an account may use of another: a subject it may send to (`service`) or hear (`stream`). */
export interface Grant {
  readonly kind: 'service' | 'stream';
  readonly subject: string;
  readonly from: string;
  /** The service answers with several messages, or with none for long: NATS must not close the way back after the first. */
  readonly manyReplies: boolean;
}

/** Who has an account and what it may use. Everything not granted is out of reach: the account can't even name it. */
export interface Grantee {
  readonly account: string;
  readonly grants: readonly Grant[];
  /** Subjects that this account itself answers. */
  readonly offers: readonly string[];
}

/** The account that owns the streams; its user is for provisioning and operator commands. */
export const PLATFORM_ACCOUNT = 'PLATFORM';
/** An account without users and streams: tells tenants that JetStream is there, and nothing of the platform's. */
export const EMPTY_ACCOUNT = 'EMPTY';
export const SYSTEM_ACCOUNT = 'SYS';
/** What each server answers with how it really keeps things; the only thing of the system account's that anybody may ask, and the platform alone. */
export const SERVER_STORE = '$SYS.REQ.SERVER.PING.JSZ';
export const MEMORY_ACCOUNT = 'MEMORY';
export const VAULT_ACCOUNT = 'VAULT';

/** Tenants' accounts begin with `T_`; no other does, and a tenant's name (lower case) is nobody else's user. */
export const tenantAccount = (tenant: string): string => `T_${tenant}`;
export const armAccount = (arm: string): string => `ARM_${arm.toUpperCase().replaceAll('-', '_')}`;

const { ingress, content, deadLetters, timers, keys } = STREAMS;

/** Names of the streams that the log is spread over. */
type Log = readonly string[];

const use = (subject: string, from = PLATFORM_ACCOUNT): Grant => ({ kind: 'service', subject, from, manyReplies: false });
const ask = (subject: string): Grant => ({ ...use(subject), manyReplies: true });
const hear = (subject: string): Grant => ({ ...use(subject), kind: 'stream' });

/** Without this every JetStream request is answered twice, the error first. */
const info = (from = PLATFORM_ACCOUNT): Grant => use('$JS.API.INFO', from);

/**
 * Reading one prepared durable. Both forms of acks with the number of tokens the server itself subscribes to: under `$JS.ACK.*.*.S.D.>`
 * an account may also send `$JS.ACK.S.OTHER.S.D.1.1.1`, the first form of an ack of *another* durable, and pull its messages with `+NXT`
 * (nats-server 2.15.1, seen in `accounts-hold`).
 */
const consume = (streams: readonly string[], durable: string): readonly Grant[] =>
  streams.flatMap((stream) => [
    use(`$JS.API.CONSUMER.INFO.${stream}.${durable}`),
    ask(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`),
    use(`$JS.ACK.${stream}.${durable}.*.*.*.*.*`),
    use(`$JS.ACK.*.*.${stream}.${durable}.*.*.*.*.>`),
  ]);

/** How large the log is, and which subjects it has: for those who learn of every aggregate anyway. */
const sizeOf = (log: Log): readonly Grant[] => log.map((stream) => use(`$JS.API.STREAM.INFO.${stream}`));

/** The last message of a subject: the subject is in the request's subject, so it can be limited. */
const last = (stream: string, pattern: string): Grant => use(`$JS.API.DIRECT.GET.${stream}.${pattern}`);
const lastOf = (log: Log, pattern: string): readonly Grant[] => log.map((stream) => last(stream, pattern));
/** Any message of the log: sequence and filters are in the body. */
const readAll = (log: Log): readonly Grant[] => log.flatMap((stream) => [ask(`$JS.API.DIRECT.GET.${stream}`), last(stream, '>')]);

const blobs = (): Grant => use('blob.*.*');
const readBlobs = (): Grant => last(content, 'blob.*.*');
const askMemory = (): Grant => use('query.memory.*', MEMORY_ACCOUNT);

/** Reading and writing one bucket, key by key. */
const share = (bucket: VolatileBucket): readonly Grant[] => [
  use(volatileSubject(bucket, '*')),
  last(VOLATILE_BUCKETS[bucket], volatileSubject(bucket, '*')),
];

/** Keys of data subjects, asked for under the service's own subject, and word of each that was destroyed. */
const useKeys = (service: string): readonly Grant[] => [use(vaultKeySubject(service), VAULT_ACCOUNT), hear(liveSubject(ERASURES))];

/** Policies of tenants, and word of each change. */
const usePolicies = (log: Log): readonly Grant[] => [...lastOf(log, POLICIES), hear(liveSubject(POLICIES))];

const grantee = (account: string, grants: readonly Grant[], offers: readonly string[] = []): Grantee => ({ account, grants, offers });

const reflex = (log: Log): Grantee =>
  grantee('REFLEX', [
    info(),
    ...sizeOf(log),
    ...consume([ingress], 'reflex'),
    use('evt.*.*.*.*.request.>'),
    use('evt.*.*.identity.*.flow.>'),
    use('evt.*.*.audit.*.flow.>'),
    use('evt.*.*.policy.*.flow.>'),
    use('dlq.reflex.>'),
    ...lastOf(log, 'evt.*.*.*.*.request.>'),
    ...lastOf(log, 'evt.*.*.identity.*.flow.>'),
    ...lastOf(log, 'evt.*.*.audit.*.flow.>'),
    // What a tenant knows: an answer from before it changed is not given again.
    ...lastOf(log, 'evt.*.*.document.*.flow.>'),
    ...share('limits'),
    ...share('cache'),
    ...usePolicies(log),
    ...useKeys('reflex'),
  ]);

const orchestrator = (log: Log): Grantee =>
  grantee('ORCHESTRATOR', [
    info(),
    ...consume(log, 'orchestrator'),
    ...consume(log, ORCHESTRATOR_TIMERS),
    use('evt.*.*.task.*.flow.>'),
    use('evt.*.*.task.*.fan.>'),
    use('evt.*.*.task.*.arm.*.*.*.closed'),
    use('evt.*.*.schedule.*.flow.>'),
    use('timer.>'),
    last(timers, 'timer.>'),
    use('ingress.*.submit'),
    use('dlq.orchestrator.>'),
    ...readAll(log),
    ...useKeys('orchestrator'),
  ]);

const projector = (log: Log): Grantee => grantee('PROJECTOR', [info(), ...consume(log, PROJECTION), ...sizeOf(log), ...readAll(log)]);

const memory = (log: Log): Grantee =>
  grantee(
    MEMORY_ACCOUNT,
    [
      info(),
      ...consume(log, 'memory'),
      use('evt.*.*.document.*.flow.>'),
      use('dlq.memory.>'),
      blobs(),
      readBlobs(),
      ...readAll(log),
      ...useKeys('memory'),
    ],
    ['query.memory.*'],
  );

const gateway = (log: Log): Grantee =>
  grantee('GATEWAY', [
    info(),
    ...sizeOf(log),
    use('ingress.*.*'),
    blobs(),
    readBlobs(),
    ...readAll(log),
    ...readAll([deadLetters]),
    hear('pub.evt.>'),
    hear('pub.durables'),
    ...share('limits'),
    askMemory(),
    use(vaultKeySubject('gateway'), VAULT_ACCOUNT),
    ...REPLAY_QUESTIONS.map((question) => use(gatewayReplaySubject('*', question))),
  ]);

/** Services that get the key of any data subject; an arm gets those of the tasks in which it has an open attempt. */
export const KEY_USERS = ['gateway', 'reflex', 'orchestrator', 'memory', 'platform'] as const;

/** The platform's own account asks for keys to redrive what a dead letter is about: a new command about the same person. */
export const PLATFORM_GRANTEE: Grantee = {
  account: PLATFORM_ACCOUNT,
  grants: [use(vaultKeySubject('platform'), VAULT_ACCOUNT)],
  offers: [],
};

/**
 * Who reads wrapped keys and the log could open everything: so the vault, which holds the master key, is a process that does nothing else. It deletes
 * destroyed keys, and what waits of a person who is erased.
 */
const vault = (log: Log, arms: readonly string[]): Grantee =>
  grantee(
    VAULT_ACCOUNT,
    [
      info(),
      ...consume(log, 'vault'),
      use('evt.*.*.subject.*.flow.>'),
      use('dlq.vault.>'),
      ...readAll(log),
      use('key.*.*'),
      ...readAll([keys, ingress, deadLetters]),
      ...[keys, ingress, deadLetters].map((stream) => use(`$JS.API.STREAM.MSG.DELETE.${stream}`)),
    ],
    [...KEY_USERS, ...arms.map((name) => `arm-${name}`)].map(vaultKeySubject),
  );

/** Arms whose work is to apply the tenant's policy. */
const BY_POLICY: ReadonlySet<string> = new Set(['guardian']);

function arm(log: Log, name: string): Grantee {
  if (!isToken(name)) throw new RangeError('an arm is named by a subject token');
  const attempt = `evt.*.*.task.*.arm.${name}.*.*`;
  return grantee(armAccount(name), [
    info(),
    ...CLASSES.flatMap((priority) => consume(log, armDurableName(name, priority))),
    use(`${attempt}.call.*`),
    use(`${attempt}.result.*`),
    use(`${attempt}.note.*`),
    use(`${attempt}.done`),
    use(`dlq.arm-${name}.>`),
    blobs(),
    readBlobs(),
    ...lastOf(log, 'evt.*.*.task.*.request.>'),
    ...lastOf(log, 'evt.*.*.task.*.flow.>'),
    ...lastOf(log, 'evt.*.*.task.*.arm.*.*.*.done'),
    ...lastOf(log, `${attempt}.>`),
    hear(`pub.${attempt}.closed`),
    askMemory(),
    ...useKeys(`arm-${name}`),
    ...(BY_POLICY.has(name) ? usePolicies(log) : []),
  ]);
}

/** A tenant outside: commands in, its own events out, live, from its durables and from replays that it may ask for. */
export function tenantGrantee(log: Log, tenant: string): Grantee {
  if (!isTenantName(tenant)) throw new RangeError('a tenant is named by a subject token, and not like a replay');
  return grantee(tenantAccount(tenant), [
    info(EMPTY_ACCOUNT),
    use(`ingress.${tenant}.*`),
    ...consume(log, tenantDurableName(tenant)),
    ...REPLAY_SLOTS.flatMap((slot) => consume(log, replayDurableName(tenant, slot))),
    ...REPLAY_QUESTIONS.map((question) => use(replaySubject(tenant, question))),
    hear(`pub.evt.*.${tenant}.>`),
  ]);
}

/** The services of the platform, least privilege each; the reasons stand in decision 0003. */
export const serviceGrantees = (log: Log, arms: readonly string[]): readonly Grantee[] => [
  gateway(log),
  reflex(log),
  orchestrator(log),
  projector(log),
  memory(log),
  vault(log, arms),
  ...arms.map((name) => arm(log, name)),
];
