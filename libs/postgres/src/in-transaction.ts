import { type Kysely, type Transaction, sql } from 'kysely';
import { withPostgresFaults } from './from-postgres-error.ts';

export interface TransactionOptions {
  /** `snapshot`: all statements see the rows as they were at the first one. */
  readonly reads?: 'committed' | 'snapshot';
  /** True: a crash of the server may take back the last moments of commits, in order. For rows that are folded again from the log. */
  readonly lazyCommit?: boolean;
}

/** Commits when the work resolves, rolls back when it rejects; rejects with faults. After a retryable fault the commit may still have happened. */
export function inTransaction<DB, T>(
  db: Kysely<DB>,
  work: (trx: Transaction<DB>) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const begin = db.transaction().setIsolationLevel(options.reads === 'snapshot' ? 'repeatable read' : 'read committed');
  return withPostgresFaults(() =>
    begin.execute(async (trx) => {
      if (options.lazyCommit === true) await sql`set local synchronous_commit = off`.execute(trx);
      return work(trx);
    }),
  );
}
