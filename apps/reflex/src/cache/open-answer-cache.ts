import { lastPositions } from '@octobus/jetstream';
import { Fault } from '@octobus/kernel';
import { type ServiceContext, environment, logStreamCount, openVolatile, whenDown } from '@octobus/service';
import { Counter, registry } from '@octobus/telemetry';
import { AnswerCache, type CacheMode, type CacheOutcome } from './answer-cache.ts';

const DAY_S = 86_400;

let outcomes: Counter<'outcome'> | undefined;

function count(outcome: CacheOutcome): void {
  outcomes ??= new Counter({
    name: 'octobus_answer_cache_total',
    help: 'Tasks that asked for a remembered answer: an earlier task was named, there was none, or it could not be looked for.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  outcomes.inc({ outcome });
}

/** Faults `config-invalid`. */
export async function openAnswerCache(context: ServiceContext): Promise<AnswerCache> {
  const { env, bus, clock } = context;
  const streams = logStreamCount(env);
  return new AnswerCache({
    store: await openVolatile(context, 'cache'),
    standing: async (tenant) => (await lastPositions(bus, streams, `evt.*.${tenant}.document.*.flow.>`)).join(','),
    clock,
    ttlMs: environment(env).integer('OCTO_CACHE_SECONDS', 3_600, 1, DAY_S) * 1_000,
    otherwise: modeOf(environment(env).text('OCTO_CACHE', 'bypass')),
    whenDown: whenDown(env, 'OCTO_CACHE_DOWN'),
    onOutcome: count,
  });
}

function modeOf(text: string): CacheMode {
  if (text === 'use' || text === 'bypass') return text;
  throw new Fault('config-invalid', { retryable: false, message: 'OCTO_CACHE is `use` or `bypass`' });
}
