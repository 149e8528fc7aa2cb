import { type Position, inTransaction, openPosition, readPosition } from '@octobus/postgres';
import type { Kysely } from 'kysely';
import { READ_MODELS } from './projections.ts';
import { deleteAllRows } from './rows.ts';
import type { ReadModelDatabase } from './tables.ts';

/**
 * The position of this release's read models. Where the rows were folded by another version, they are emptied and the position is 0: everything is
 * folded again. Safe with several projectors starting at once.
 */
export function openReadModels(db: Kysely<ReadModelDatabase>, stream: string): Promise<Position> {
  return inTransaction(db, async (trx) => {
    if (await openPosition(trx, READ_MODELS, stream)) await deleteAllRows(trx);
    const position = await readPosition(trx, READ_MODELS);
    if (position === undefined) throw new Error('a position that was opened is missing');
    return position;
  });
}
