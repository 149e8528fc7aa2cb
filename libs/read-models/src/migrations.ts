import { type Migrations, POSITION_MIGRATIONS } from '@octobus/postgres';
import { sql } from 'kysely';

/** Keys compare as bytes: the same order in every database, and half the work of a language's order. */
const FIRST_TABLES = [
  `create table tasks (
    tenant text collate "C" not null, id text collate "C" not null, state text not null, owner text not null, data_subject text not null, class text not null,
    plan_origin text not null, steps_total integer not null, steps_done integer not null,
    spent_micro_usd bigint not null, budget_micro_usd bigint, failure_code text, deadline timestamptz,
    created_at timestamptz not null, updated_at timestamptz not null, ended_at timestamptz,
    first_sequence bigint not null, last_sequence bigint not null,
    primary key (tenant, id)
  ) with (fillfactor = 80)`,
  'create index tasks_newest on tasks (tenant, created_at desc, id desc)',
  'create index tasks_newest_by_state on tasks (tenant, state, created_at desc, id desc)',
  `create table task_steps (
    tenant text collate "C" not null, task text collate "C" not null, step text collate "C" not null, attempt integer not null, arm text not null, agent text not null,
    class text not null, state text not null, scheduled_at timestamptz not null, done_at timestamptz, duration_ms bigint,
    failure_code text, note text not null, first_sequence bigint not null,
    primary key (tenant, task, step, attempt)
  ) with (fillfactor = 80)`,
  `create table timeline (
    tenant text collate "C" not null, task text collate "C" not null, sequence bigint not null, at timestamptz not null, type text not null, actor text not null,
    step text, attempt integer, arm text, note text not null,
    primary key (tenant, task, sequence)
  )`,
  `create table usage (
    tenant text collate "C" not null, task text collate "C" not null, step text collate "C" not null, attempt integer not null, source text collate "C" not null, ordinal integer not null,
    model text not null, price_version text not null, input_tokens bigint not null, output_tokens bigint not null,
    cost_micro_usd bigint not null, at timestamptz not null,
    primary key (tenant, task, step, attempt, source, ordinal)
  )`,
  'create index usage_by_time on usage (tenant, at)',
  `create table documents (
    tenant text collate "C" not null, id text collate "C" not null, command text not null, digest text not null, size bigint not null, media_type text not null,
    owner text not null, data_subject text not null, state text not null, failure_code text, chunks bigint not null,
    version_sequence bigint not null, created_at timestamptz not null, updated_at timestamptz not null,
    primary key (tenant, id)
  )`,
  'create index documents_newest on documents (tenant, created_at desc, id desc)',
  `create table api_keys (
    tenant text collate "C" not null, key_id text collate "C" not null, secret_digest text not null, owner text not null, scopes text[] not null, label text not null,
    created_at timestamptz not null, expires_at timestamptz, revoked_at timestamptz,
    primary key (tenant, key_id)
  )`,
  'create index api_keys_by_id on api_keys (key_id)',
  'create table tenants (name text collate "C" primary key, created_at timestamptz not null, first_sequence bigint not null)',
];

const AUDIT_TABLE = [
  `create table audit (
    tenant text collate "C" not null, id text collate "C" not null, created_at timestamptz not null, kind text not null, action text not null,
    actor text collate "C" not null, origin text, aggregate text not null, aggregate_id text not null, target text, code text, source text, count integer not null,
    primary key (tenant, id)
  )`,
  'create index audit_newest on audit (tenant, created_at desc, id desc)',
  'create index audit_newest_by_actor on audit (tenant, actor, created_at desc, id desc)',
  'create index audit_newest_of_all on audit (created_at desc, id desc)',
];

const WAITS = ['alter table tasks add column waits_open integer not null default 0'];

/** The whole schema that the projector needs, the positions' table included. */
export const READ_MODEL_MIGRATIONS: Migrations = {
  ...POSITION_MIGRATIONS,
  '0002-read-models': {
    async up(db) {
      for (const statement of FIRST_TABLES) await sql.raw(statement).execute(db);
    },
  },
  '0003-audit': {
    async up(db) {
      for (const statement of AUDIT_TABLE) await sql.raw(statement).execute(db);
    },
  },
  '0004-waits': {
    async up(db) {
      for (const statement of WAITS) await sql.raw(statement).execute(db);
    },
  },
};
