import { type Kysely, type Transaction, sql } from 'kysely';
import type { Migrations } from './migrate.ts';

/** How far a projection has read one stream. `runningHash`: SHA-256 chain (hex) over the events it read; empty at sequence 0. */
export interface Position {
  readonly stream: string;
  readonly sequence: number;
  readonly runningHash: string;
}

/** A projection in one version of its meaning. */
export interface ProjectionKey {
  readonly projection: string;
  readonly version: string;
}

export interface ProjectionPositionRow {
  projection: string;
  version: string;
  stream: string;
  sequence: number;
  running_hash: string;
  updated_at: string;
}

export interface PositionTables {
  projection_positions: ProjectionPositionRow;
}

export const POSITION_MIGRATIONS: Migrations = {
  '0001-projection-positions': {
    async up(db) {
      await sql`
        create table projection_positions (
          projection text not null,
          version text not null,
          stream text not null,
          sequence bigint not null check (sequence >= 0),
          running_hash text not null,
          updated_at timestamptz not null default now(),
          primary key (projection, version)
        ) with (fillfactor = 50)
      `.execute(db);
    },
  },
  '0003-positions-by-stream': {
    async up(db) {
      await sql`
        alter table projection_positions drop constraint projection_positions_pkey, add primary key (projection, version, stream)
      `.execute(db);
    },
  },
};

type Db<DB> = Kysely<DB> | Transaction<DB>;
/** Query builders of Kysely are invariant in the database; a database that has the positions' table serves as one. */
const positions = <DB extends PositionTables>(db: Db<DB>): Kysely<PositionTables> => db as unknown as Kysely<PositionTables>;

/** Of every stream, by its name; none when this version of the projection was never opened. */
export async function readPositions<DB extends PositionTables>(db: Db<DB>, key: ProjectionKey): Promise<readonly Position[]> {
  const rows = await positions(db)
    .selectFrom('projection_positions')
    .select(['stream', 'sequence', 'running_hash'])
    .where('projection', '=', key.projection)
    .where('version', '=', key.version)
    .orderBy('stream')
    .execute();
  return rows.map((row) => ({ stream: row.stream, sequence: row.sequence, runningHash: row.running_hash }));
}

/** The versions of a projection that have positions: the one whose rows there are, whoever folded them. */
export async function openVersions<DB extends PositionTables>(db: Db<DB>, projection: string): Promise<readonly string[]> {
  const rows = await positions(db)
    .selectFrom('projection_positions')
    .select('version')
    .distinct()
    .where('projection', '=', projection)
    .execute();
  return rows.map(({ version }) => version);
}

/** Undefined when this version of the projection was never opened for the stream. */
export async function readPosition<DB extends PositionTables>(
  db: Db<DB>,
  key: ProjectionKey,
  stream: string,
): Promise<Position | undefined> {
  return (await readPositions(db, key)).find((position) => position.stream === stream);
}

/**
 * Makes this version the one that counts, at the start of every stream, and forgets all others: whoever still folds an older version loses its next
 * `advance`. Call it where the rows are emptied, in the same transaction. Answers false when this version was open already: then nothing is changed.
 */
export async function openPositions<DB extends PositionTables>(
  trx: Transaction<DB>,
  key: ProjectionKey,
  streams: readonly string[],
): Promise<boolean> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`open ${key.projection}`}, 0))`.execute(trx);
  if ((await readPositions(trx, key)).length > 0) return false;
  await positions(trx).deleteFrom('projection_positions').where('projection', '=', key.projection).execute();
  await positions(trx)
    .insertInto('projection_positions')
    .values(streams.map((stream) => ({ ...key, stream, sequence: 0, running_hash: '', updated_at: sql<string>`now()` })))
    .execute();
  return true;
}

/**
 * Moves the position, if it still is where the caller read it. Of two projectors one wins; the other waits for the winner's commit and gets false,
 * and must roll back. Call it first in the transaction.
 */
export async function advance<DB extends PositionTables>(
  trx: Transaction<DB>,
  key: ProjectionKey,
  from: Position,
  to: Position,
): Promise<boolean> {
  const result = await positions(trx)
    .updateTable('projection_positions')
    .set({ sequence: to.sequence, running_hash: to.runningHash, updated_at: sql<string>`now()` })
    .where('projection', '=', key.projection)
    .where('version', '=', key.version)
    .where('stream', '=', from.stream)
    .where('sequence', '=', from.sequence)
    .where('running_hash', '=', from.runningHash)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
