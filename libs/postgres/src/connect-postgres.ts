import { type Duration, seconds } from '@octobus/kernel';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';

export interface ConnectOptions {
  /** Connections at most; default 4. */
  readonly max?: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string;
  /** How long to wait for a connection, free or new; default 2 s. */
  readonly connectTimeout?: Duration;
  /** The schema that names are looked up and tables made in; default: the database's own, `public`. A plain lower-case name. */
  readonly schema?: string;
  /** How long one statement may take before its connection is given up; default 60 s. */
  readonly statementTimeout?: Duration;
}

const INT8 = 20;
const TIMESTAMPTZ = 1184;

/** int8 as a number; beyond the safe integers it throws rather than round. */
export function parseInt8(text: string): number {
  const n = Number(text);
  if (!Number.isSafeInteger(n)) throw new RangeError(`${text} does not fit a number`);
  return n;
}

function plainName(name: string): string {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(name)) throw new RangeError('a schema has a plain lower-case name');
  return name;
}

const parseTimestamp = pg.types.getTypeParser(TIMESTAMPTZ) as unknown as (text: string) => Date;

const parsers = new Map<number, (text: string) => unknown>([
  [INT8, parseInt8],
  [TIMESTAMPTZ, (text) => parseTimestamp(text).toISOString()],
]);

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text') =>
    parsers.get(oid) ?? pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/**
 * A pool of connections; nothing is opened before the first query. `int8` comes as a number, `timestamptz` as RFC 3339 in UTC with milliseconds.
 * Queries throw what `pg` throws: wrap them in `withPostgresFaults` or `inTransaction`. `destroy()` closes the pool.
 */
export function connectPostgres<DB>(url: string, options: ConnectOptions = {}): Kysely<DB> {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 4,
    application_name: options.applicationName ?? 'octobus',
    connectionTimeoutMillis: options.connectTimeout ?? seconds(2),
    query_timeout: options.statementTimeout ?? seconds(60),
    keepAlive: true,
    ...(options.schema === undefined ? {} : { options: `-c search_path=${plainName(options.schema)}` }),
    types,
  });
  // A lost connection is told to whoever queries on it next; the pool drops it. Without listeners, on the pool for idle clients and on each client for
  // those lent out between two queries, it would end the process (test: survives-postgres-restart).
  pool.on('error', () => undefined);
  pool.on('connect', (client) => void client.on('error', () => undefined));
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
}
