import { readFileSync } from 'node:fs';
import { PLATFORM, type VolatileBucket, digestFor } from '@octobus/contracts';
import { NatsVolatileStore } from '@octobus/jetstream';
import { Fault } from '@octobus/kernel';
import { AdmissionLimits, LimitBook, type LimitPlan, type LimitScope, SharedLimits, type WhenDown, limitPlanOf } from '@octobus/limits';
import { RedisVolatileStore } from '@octobus/redis';
import { Counter, gaugeOf, registry } from '@octobus/telemetry';
import { InMemoryVolatileStore, type VolatileStore } from '@octobus/volatile';
import type { ServiceContext } from './context.ts';
import { type Environment, environment } from './environment.ts';

/** `OCTO_LIMITS_FILE`, else one tier in which each caller has `OCTO_RATE` and `OCTO_BURST`. Fault `config-invalid`. */
export function limitPlan(env: Environment): LimitPlan {
  const read = environment(env);
  const file = env['OCTO_LIMITS_FILE'] ?? '';
  if (file !== '') return limitPlanOf(textOf(file));
  const user = { rate: read.integer('OCTO_RATE', 5000, 1, 1_000_000), burst: read.integer('OCTO_BURST', 10_000, 1, 1_000_000) };
  return { tiers: { standard: { user } }, tenants: {}, otherwise: 'standard' };
}

/** `reject` unless the variable says otherwise. Fault `config-invalid`. */
export function whenDown(env: Environment, name: string): WhenDown {
  const mode = environment(env).text(name, 'reject');
  if (mode === 'reject' || mode === 'degraded') return mode;
  throw new Fault('config-invalid', { retryable: false, message: `${name} is \`reject\` or \`degraded\`` });
}

/** What replicas share: in Redis with `REDIS_URL`, else in a bucket of NATS. A store that is down is opened all the same, and fails at each call. */
export async function openVolatile({ env, bus, logger }: Volatile, bucket: VolatileBucket): Promise<VolatileStore> {
  const url = env['REDIS_URL'] ?? '';
  if (url === '') return new NatsVolatileStore(bus, bucket);
  let told = false;
  const onTrouble = (error: Error): void => {
    if (!told) logger.warn({ code: (error as { code?: string }).code }, 'Redis can not be reached; it is tried again and again');
    told = true;
  };
  return RedisVolatileStore.open({ url, bucket, onTrouble });
}

type Volatile = Pick<ServiceContext, 'env' | 'bus' | 'logger'>;

let limited: Counter<'service' | 'scope'> | undefined;

/** Counts a call that a limit refused. */
export function countLimited(service: string, scope: LimitScope | 'address'): void {
  limited ??= new Counter({
    name: 'octobus_rate_limited_total',
    help: 'Calls that a rate limit refused, by the count that refused them.',
    labelNames: ['service', 'scope'],
    registers: [registry],
  });
  limited.inc({ service, scope });
}

let blocked: Counter<'service' | 'code'> | undefined;

/** Counts what the screening refused. */
export function countBlocked(service: string, code: string): void {
  blocked ??= new Counter({
    name: 'octobus_blocked_total',
    help: 'What the screening refused, by code.',
    labelNames: ['service', 'code'],
    registers: [registry],
  });
  blocked.inc({ service, code });
}

/** The rate limits of a service that lets callers in. Faults `config-invalid`. */
export async function openLimits(context: Volatile & Pick<ServiceContext, 'name' | 'clock'>, doorKey: string): Promise<AdmissionLimits> {
  const { env, clock, name } = context;
  const book = new LimitBook(limitPlan(env), (text) => digestFor(doorKey, PLATFORM, `limit\n${text}`));
  const mode = whenDown(env, 'OCTO_LIMITS_DOWN');
  const shared = new SharedLimits({ store: await openVolatile(context, 'limits'), clock });
  const alone = new SharedLimits({ store: new InMemoryVolatileStore(clock), clock });
  const limits = new AdmissionLimits({ book, shared, alone, whenDown: mode });
  const help = 'Whether replicas can not share the counts of their rate limits: 0: they can; 1: each counts alone; 2: nobody is let in.';
  gaugeOf('octobus_rate_limits_down', help, { service: name }, () => ({ ok: 0, degraded: 1, rejecting: 2 })[limits.state]);
  return limits;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Fault('config-invalid', { retryable: false, message: 'OCTO_LIMITS_FILE can not be read', cause: error });
  }
}
