import { openVersions, withPostgresFaults } from '@octobus/postgres';
import { type Kysely, type Transaction, sql } from 'kysely';
import { READ_MODEL_MIGRATIONS } from './migrations.ts';
import { READ_MODELS } from './projections.ts';
import { type ReadModelDatabase, TABLE_NAMES } from './tables.ts';

/** Where the rows of the next read models are filled while the old ones are read and written. */
export const BUILD_SCHEMA = 'octobus_build';

/** Positions move with the rows that they are about. */
const MOVED = [...TABLE_NAMES, 'projection_positions'] as const;

type Db = Kysely<ReadModelDatabase>;

/** True when the rows that are read were folded by another release and by none of this version. */
export const foldedByAnother = (db: Db): Promise<boolean> =>
  withPostgresFaults(async () => {
    const versions = await openVersions(db, READ_MODELS.projection);
    return versions.length > 0 && !versions.includes(READ_MODELS.version);
  });

/** Empty tables in the build's schema; whatever an earlier build left there is gone. `build` looks its names up there. */
export function beginBuild(db: Db, build: Db): Promise<void> {
  return withPostgresFaults(async () => {
    await dropBuild(db);
    await sql`create schema ${sql.id(BUILD_SCHEMA)}`.execute(db);
    for (const name of Object.keys(READ_MODEL_MIGRATIONS).toSorted()) await READ_MODEL_MIGRATIONS[name]?.up(build as Kysely<unknown>);
  });
}

export const dropBuild = (db: Db): Promise<void> =>
  withPostgresFaults(async () => void (await sql`drop schema if exists ${sql.id(BUILD_SCHEMA)} cascade`.execute(db)));

export const buildExists = (db: Db): Promise<boolean> =>
  withPostgresFaults(async () => {
    const { rows } = await sql`select from pg_namespace where nspname = ${BUILD_SCHEMA}`.execute(db);
    return rows.length > 0;
  });

/**
 * Keeps every projector from moving its position until the transaction ends. Who holds the table for long is not waited for, since everybody else
 * would wait behind: fault `postgres-contended`.
 */
export async function holdPositions(trx: Transaction<ReadModelDatabase>): Promise<void> {
  await sql`set local lock_timeout = '500ms'`.execute(trx);
  await sql`lock table projection_positions in access exclusive mode`.execute(trx);
}

/** Puts the build's tables in the place of the live ones. Who reads meanwhile waits for the commit, and then reads the new ones. */
export async function switchToBuild(trx: Transaction<ReadModelDatabase>): Promise<void> {
  const { rows } = await sql<{ name: string }>`select current_schema() as name`.execute(trx);
  const [live, build] = [sql.id(rows[0]?.name ?? 'public'), sql.id(BUILD_SCHEMA)];
  await sql`
    insert into ${build}.projection_positions select * from ${live}.projection_positions where projection <> ${READ_MODELS.projection}
  `.execute(trx);
  for (const table of MOVED) {
    await sql`drop table ${live}.${sql.id(table)}`.execute(trx);
    await sql`alter table ${build}.${sql.id(table)} set schema ${live}`.execute(trx);
  }
  await sql`drop schema ${build}`.execute(trx);
}
