import { createHash } from 'node:crypto';
import { inTransaction } from '@octobus/postgres';
import { type Transaction, sql } from 'kysely';
import type { ReadModels } from './answer.queries.ts';
import { type ReadModelDatabase, TABLES, TABLE_NAMES, type TableName } from './tables.ts';

/**
 * SHA-256 (hex) over every row of every read model in the order of keys, of one tenant or of all; positions are not part of it.
 * Equal digests: the folds gave the same rows. One snapshot; 64 bytes of the server's memory a row.
 */
export function readModelDigest(db: ReadModels, tenant?: string): Promise<string> {
  return inTransaction(
    db,
    async (trx) => {
      await sql`set local timezone = 'UTC'`.execute(trx);
      const hash = createHash('sha256');
      for (const table of TABLE_NAMES) hash.update(`${table} ${await tableDigest(trx, table, tenant)}\n`);
      return hash.digest('hex');
    },
    { reads: 'snapshot' },
  );
}

async function tableDigest(trx: Transaction<ReadModelDatabase>, table: TableName, tenant: string | undefined): Promise<string> {
  const order = sql.join(TABLES[table].key.map((column) => sql`t.${sql.ref(column)}`));
  const owner = sql.ref(TABLES[table].key[0]);
  const { rows } = await sql<{ digest: string | null }>`
    select encode(sha256(convert_to(string_agg(encode(sha256(convert_to(t::text, 'UTF8')), 'hex'), '' order by ${order}), 'UTF8')), 'hex') as digest
    from ${sql.table(table)} t
    where ${tenant === undefined ? sql`true` : sql`t.${owner} = ${tenant}`}
  `.execute(trx);
  return rows[0]?.digest ?? 'empty';
}
