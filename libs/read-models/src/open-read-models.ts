import { inTransaction, openPositions } from '@octobus/postgres';
import type { Kysely } from 'kysely';
import { READ_MODELS } from './projections.ts';
import { deleteAllRows } from './rows.ts';
import type { ReadModelDatabase } from './tables.ts';

/**
 * Makes the read models those of this release. Where the rows were folded by another version, they are emptied and every stream's position is 0:
 * everything is folded again. Safe with several projectors starting at once.
 */
export function openReadModels(db: Kysely<ReadModelDatabase>, streams: readonly string[]): Promise<void> {
  return inTransaction(db, async (trx) => {
    if (await openPositions(trx, READ_MODELS, streams)) await deleteAllRows(trx);
  });
}
