import { inTransaction, readPositions, openVersions } from '@octobus/postgres';
import { sql } from 'kysely';
import type { ReadModels } from './answer.queries.ts';
import { READ_MODELS } from './projections.ts';
import { TABLE_NAMES, type TableName } from './tables.ts';

export interface DescribedTable {
  readonly table: TableName;
  readonly rows: number;
  /** With indexes, as the server counts them. */
  readonly bytes: number;
}

export interface DescribedReadModels {
  /** What the rows were folded by; undefined before the projector's first start. */
  readonly version: string | undefined;
  readonly current: boolean;
  readonly tables: readonly DescribedTable[];
  readonly positions: readonly { readonly stream: string; readonly sequence: number; readonly runningHash: string }[];
}

/** The read models as they stand; one snapshot. */
export const describeReadModels = (db: ReadModels): Promise<DescribedReadModels> =>
  inTransaction(
    db,
    async (trx) => {
      const [version] = await openVersions(trx, READ_MODELS.projection);
      const positions = version === undefined ? [] : await readPositions(trx, { ...READ_MODELS, version });
      const tables: DescribedTable[] = [];
      for (const table of TABLE_NAMES) {
        const { rows } = await sql<{ rows: number; bytes: number }>`
          select count(*) as rows, pg_total_relation_size(${table}::regclass) as bytes from ${sql.table(table)}
        `.execute(trx);
        tables.push({ table, rows: rows[0]?.rows ?? 0, bytes: rows[0]?.bytes ?? 0 });
      }
      return { version, current: version === READ_MODELS.version, tables, positions };
    },
    { reads: 'snapshot' },
  );
