import { type Kysely, type Transaction, sql } from 'kysely';
import type { Migrations } from './migrate.ts';

/** How far a projection has read. `runningHash`: SHA-256 chain (hex) over the events it read; empty at sequence 0. */
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
};

type Db<DB> = Kysely<DB> | Transaction<DB>;
/** Query builders of Kysely are invariant in the database; a database that has the positions' table serves as one. */
const positions = <DB extends PositionTables>(db: Db<DB>): Kysely<PositionTables> => db as unknown as Kysely<PositionTables>;

/** Undefined when this version of the projection was never opened. */
export async function readPosition<DB extends PositionTables>(db: Db<DB>, key: ProjectionKey): Promise<Position | undefined> {
  const row = await positions(db)
    .selectFrom('projection_positions')
    .select(['stream', 'sequence', 'running_hash'])
    .where('projection', '=', key.projection)
    .where('version', '=', key.version)
    .executeTakeFirst();
  return row && { stream: row.stream, sequence: row.sequence, runningHash: row.running_hash };
}

/**
 * Makes this version the one that counts, at the start of the stream, and forgets all others: whoever still folds an older version loses its next
 * `advance`. Call it where the rows are emptied, in the same transaction. Answers false when this version was open already: then nothing is changed.
 */
export async function openPosition<DB extends PositionTables>(trx: Transaction<DB>, key: ProjectionKey, stream: string): Promise<boolean> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`open ${key.projection}`}, 0))`.execute(trx);
  if ((await readPosition(trx, key)) !== undefined) return false;
  await positions(trx).deleteFrom('projection_positions').where('projection', '=', key.projection).execute();
  await positions(trx)
    .insertInto('projection_positions')
    .values({ ...key, stream, sequence: 0, running_hash: '', updated_at: sql<string>`now()` })
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
