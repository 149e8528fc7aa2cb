import { type Transaction, sql } from 'kysely';
import type { AnyRow } from './merge-changes.ts';
import { type ReadModelDatabase, TABLES, TABLE_NAMES, type TableName } from './tables.ts';

type Trx = Transaction<ReadModelDatabase>;

const sameKey = (table: TableName) =>
  sql.join(
    TABLES[table].key.map((column) => sql`t.${sql.ref(column)} = k.${sql.ref(column)}`),
    sql` and `,
  );

/** Rows travel as one JSON parameter, whatever their number; Postgres reads each column in the type that the table gives it. */
const recordset = (table: TableName, rows: readonly AnyRow[]) =>
  sql`json_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)}::json) k`;

/** The rows with these keys, in no order. */
export async function readRows(trx: Trx, table: TableName, keys: readonly AnyRow[]): Promise<readonly AnyRow[]> {
  if (keys.length === 0) return [];
  const result = await sql<AnyRow>`select t.* from ${recordset(table, keys)} join ${sql.table(table)} t on ${sameKey(table)}`.execute(trx);
  return result.rows;
}

/** Writes new rows. A plain insert takes half the time of one that looks for conflicts (13 against 26 us a row of the timeline). */
export async function insertRows(trx: Trx, table: TableName, rows: readonly AnyRow[]): Promise<void> {
  if (rows.length === 0) return;
  const conflict = TABLES[table].writing === 'once' ? sql`on conflict do nothing` : sql``;
  await sql`insert into ${sql.table(table)} select * from ${recordset(table, rows)} ${conflict}`.execute(trx);
}

/** Overwrites rows that are there. */
export async function updateRows(trx: Trx, table: TableName, rows: readonly AnyRow[]): Promise<void> {
  const first = rows[0];
  if (first === undefined) return;
  const key: readonly string[] = TABLES[table].key;
  const columns = Object.keys(first).filter((column) => !key.includes(column));
  const set = sql.join(columns.map((column) => sql`${sql.ref(column)} = k.${sql.ref(column)}`));
  await sql`update ${sql.table(table)} t set ${set} from ${recordset(table, rows)} where ${sameKey(table)}`.execute(trx);
}

/** Empties all read models; who reads meanwhile sees the rows as they were until the commit. */
export async function deleteAllRows(trx: Trx): Promise<void> {
  for (const table of TABLE_NAMES) await trx.deleteFrom(table).execute();
}
