import { type Instant, formatInstant } from '@octobus/kernel';
import { type SelectQueryBuilder, sql } from 'kysely';
import { type Answer, type ReadModels, answer } from './answer.queries.ts';
import type { ReadModelDatabase, UsageRow } from './tables.ts';

export interface UsageSum {
  /** Start of the hour, RFC 3339 in UTC. */
  readonly hour: string;
  readonly model: string;
  readonly calls: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost_micro_usd: number;
}

type UsageQuery<O> = SelectQueryBuilder<ReadModelDatabase & { u: UsageRow }, 'u', O>;

/** Outcomes count; a call counts as long as its attempt has no outcome that lists it again. */
const eachOnce = sql<boolean>`(u.source = 'outcome' or not exists (
  select from task_steps s
  where s.tenant = u.tenant and s.task = u.task and s.step = u.step and s.attempt = u.attempt and s.state in ('succeeded', 'failed')))`;

const ofTenant = (db: ReadModels, tenant: string): UsageQuery<object> =>
  db.selectFrom('usage as u').where('u.tenant', '=', tenant).where(eachOnce) as UsageQuery<object>;

type Summed = 'input_tokens' | 'output_tokens' | 'cost_micro_usd';

/** A sum that always fits a number. */
const total = <C extends Summed>(column: C) =>
  sql<number>`least(sum(${sql.ref(`u.${column}`)}), ${sql.lit(Number.MAX_SAFE_INTEGER)})::bigint`.as(column);

/** What a tenant's calls took, by hour and model, from the first hour on; `from` inclusive, `to` exclusive. */
export const usageByHour = (db: ReadModels, tenant: string, from: Instant, to: Instant): Promise<Answer<UsageSum>> =>
  answer(db, () =>
    ofTenant(db, tenant)
      .where('u.at', '>=', formatInstant(from))
      .where('u.at', '<', formatInstant(to))
      .select([sql<string>`date_trunc('hour', u.at, 'UTC')`.as('hour'), 'u.model'])
      .select([sql<number>`count(*)`.as('calls'), total('input_tokens'), total('output_tokens'), total('cost_micro_usd')])
      .groupBy(['hour', 'u.model'])
      .orderBy('hour')
      .orderBy('u.model')
      .execute(),
  );

/** Each call of one task that counts. */
export const taskUsage = (db: ReadModels, tenant: string, task: string): Promise<Answer<UsageRow>> =>
  answer(db, () =>
    ofTenant(db, tenant).where('u.task', '=', task).selectAll('u').orderBy('u.at').orderBy('u.step').orderBy('u.ordinal').execute(),
  );
