import { type Transaction, sql } from 'kysely';
import type { AnyRow } from './merge-changes.ts';
import { type RowFold, RowSum, rowDigest } from './row-fold.ts';
import { type ReadModelDatabase, TABLES, TABLE_NAMES, type TableName } from './tables.ts';

type Trx = Transaction<ReadModelDatabase>;

/** `missing`: the log gives this row, and Postgres lacks it; `extra`: the other way; `different`: it has other values, in these columns where they are known. */
export interface RowDifference {
  readonly table: TableName;
  /** Values of the key's columns, by spaces. */
  readonly key: string;
  readonly kind: 'missing' | 'extra' | 'different';
  readonly columns?: readonly string[];
}

export interface TableComparison {
  readonly table: TableName;
  readonly folded: RowSum;
  readonly stored: RowSum;
}

const PAGE = 5_000;

/**
 * Compares what Postgres holds with a fold, row by row, and takes the fold apart while doing so. `belongs`: the rows that the fold is about.
 * One transaction that sees one snapshot.
 */
export async function compareRows(
  trx: Trx,
  fold: RowFold,
  belongs: (table: TableName, row: AnyRow) => boolean,
  onDifference: (difference: RowDifference) => void,
): Promise<readonly TableComparison[]> {
  const compared: TableComparison[] = [];
  for (const table of TABLE_NAMES) {
    const folded = new RowSum();
    const stored = new RowSum();
    for await (const rows of pages(trx, table)) {
      for (const row of rows) {
        if (!belongs(table, row)) continue;
        const digest = rowDigest(row);
        stored.add(digest);
        const own = fold.take(table, row);
        if (own !== undefined) folded.add(own.digest);
        if (own === undefined) onDifference({ table, key: keyText(table, row), kind: 'extra' });
        else if (own.digest !== digest) onDifference(different(table, row, own.row));
      }
    }
    for (const { key, digest } of fold.left(table)) {
      folded.add(digest);
      onDifference({ table, key, kind: 'missing' });
    }
    compared.push({ table, folded, stored });
  }
  return compared;
}

/** All rows of a table, in the order of their key. */
async function* pages(trx: Trx, table: TableName): AsyncGenerator<readonly AnyRow[]> {
  const key = TABLES[table].key;
  const columns = sql.join(key.map((column) => sql.ref(column)));
  for (let last: AnyRow | undefined; ;) {
    const from = last;
    const behind = from === undefined ? sql`true` : sql`(${columns}) > (${sql.join(key.map((column) => sql`${from[column]}`))})`;
    const { rows } =
      await sql<AnyRow>`select * from ${sql.table(table)} where ${behind} order by ${columns} limit ${sql.lit(PAGE)}`.execute(trx);
    if (rows.length > 0) yield rows;
    if (rows.length < PAGE) return;
    last = rows.at(-1);
  }
}

function different(table: TableName, stored: AnyRow, folded: AnyRow | undefined): RowDifference {
  const columns = folded && Object.keys(stored).filter((column) => JSON.stringify(stored[column]) !== JSON.stringify(folded[column]));
  return { table, key: keyText(table, stored), kind: 'different', ...(columns === undefined ? {} : { columns }) };
}

const keyText = (table: TableName, row: AnyRow): string => TABLES[table].key.map((column) => String(row[column])).join(' ');
