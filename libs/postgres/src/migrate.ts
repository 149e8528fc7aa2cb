import { Fault } from '@octobus/kernel';
import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { POSTGRES_FAULTS } from './faults.ts';
import { fromPostgresError } from './from-postgres-error.ts';

/** One step of the schema, by name; names sort in the order of their making and are never edited after a release. */
export type Migrations = Readonly<Record<string, { up(db: Kysely<unknown>): Promise<void> }>>;

/**
 * Brings the schema up to date under an advisory lock, all or nothing; gives the names of the migrations that ran.
 * A database of a newer release is left alone and answered by `postgres-rejected`.
 */
export async function migrate<DB>(db: Kysely<DB>, migrations: Migrations): Promise<readonly string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...migrations }) } });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error === undefined) return results.map((result) => result.migrationName);
  const cause = fromPostgresError(error);
  if (cause instanceof Fault) throw cause;
  throw new Fault(POSTGRES_FAULTS.rejected, { retryable: false, message: 'the schema can not be brought to this release', cause });
}
