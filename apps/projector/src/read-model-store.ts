import { type Position, advance, inTransaction, migrate, readPosition, withPostgresFaults } from '@octobus/postgres';
import {
  READ_MODELS,
  READ_MODEL_MIGRATIONS,
  type ReadModelDatabase,
  type RowChange,
  applyChanges,
  openReadModels,
} from '@octobus/read-models';
import type { Kysely } from 'kysely';

/** Where the rows and their position are kept, always in step. Rejects with faults. */
export interface ReadModelStore {
  /** Makes the tables, and empties them where another version folded them. */
  open(streams: readonly string[]): Promise<void>;
  /** Of one stream of the log; undefined: another version has taken over. */
  position(stream: string): Promise<Position | undefined>;
  /**
   * Changes rows and position in one transaction. False: the position is not where it was expected, and nothing is changed. A crash of the store may take
   * back the last commits, in order.
   */
  commit(from: Position, to: Position, changes: readonly (readonly RowChange[])[]): Promise<boolean>;
}

/** Rolls the transaction back: somebody else moved the position. */
class PositionMoved extends Error {}

export const postgresStore = (db: Kysely<ReadModelDatabase>): ReadModelStore => ({
  open: async (streams) => {
    await migrate(db, READ_MODEL_MIGRATIONS);
    await openReadModels(db, streams);
  },
  position: (stream) => withPostgresFaults(() => readPosition(db, READ_MODELS, stream)),
  commit: async (from, to, changes) => {
    try {
      await inTransaction(
        db,
        async (trx) => {
          if (!(await advance(trx, READ_MODELS, from, to))) throw new PositionMoved();
          await applyChanges(trx, changes);
        },
        { lazyCommit: true },
      );
      return true;
    } catch (error) {
      if (error instanceof PositionMoved) return false;
      throw error;
    }
  },
});
