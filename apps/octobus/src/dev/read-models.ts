import { Fault, isFault } from '@octobus/kernel';
import { POSTGRES_FAULTS, connectPostgres } from '@octobus/postgres';
import { type ReadModelDatabase, readModelsPositions } from '@octobus/read-models';
import { until } from '@octobus/stack';

const PATIENCE_MS = 10_000;

/**
 * Last sequence of each stream of the log that the read models have folded; empty when there are none yet. Waits a while for a database that is starting.
 * Fault `database-unusable` when it can't be asked: what it knows of the log must not be passed over.
 */
export async function witnessedSequences(url: string, wayOut: string, signal?: AbortSignal): Promise<ReadonlyMap<string, number>> {
  if (!URL.canParse(url) || !/^postgres(?:ql)?:$/.test(new URL(url).protocol)) {
    throw unusable('DATABASE_URL does not look like postgres://user:password@host:port/database', wayOut);
  }
  const db = connectPostgres<ReadModelDatabase>(url, { max: 1 });
  let last: Fault | undefined;
  const ask = async (): Promise<ReadonlyMap<string, number> | undefined> => {
    try {
      return new Map((await readModelsPositions(db)).map(({ stream, sequence }) => [stream, sequence]));
    } catch (error) {
      if (isFault(error, POSTGRES_FAULTS.notMigrated)) return new Map();
      if (!isFault(error) || !error.retryable) throw error;
      last = error;
      return undefined;
    }
  };
  try {
    const asked = await until(ask, { withinMs: PATIENCE_MS, pauseMs: 500, ...(signal === undefined ? {} : { signal }) });
    if (asked !== undefined) return asked;
    throw last ?? new Error('not asked');
  } catch (error) {
    throw unusable(`Postgres at ${placeOf(url)} can't be used (${reasonOf(error)})`, wayOut, error);
  } finally {
    await db.destroy();
  }
}

/** Without user and password. */
function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

function reasonOf(error: unknown): string {
  const cause = isFault(error) && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const message = cause instanceof Error ? cause.message : String(cause);
  return message === '' ? code : message;
}

const unusable = (what: string, wayOut: string, cause?: unknown): Fault =>
  new Fault('database-unusable', { retryable: false, message: `${what}: ${wayOut}.`, cause });
