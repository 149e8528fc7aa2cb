import type { Transaction } from 'kysely';
import { type AnyRow, type Rows, keyString, keyed, keysToRead, mergeChanges } from './merge-changes.ts';
import type { RowChange } from './projection.ts';
import { insertRows, readRows, updateRows } from './rows.ts';
import type { ReadModelDatabase, TableName } from './tables.ts';

type Trx = Transaction<ReadModelDatabase>;

/**
 * Writes what a run of events changes (`foldEvent` of each, in ascending sequence): one read, one insert and one update a table at most, whatever the
 * number of events. The caller moves the position in the same transaction and never hands over an event at or before it.
 */
export async function applyChanges(trx: Trx, changes: readonly (readonly RowChange[])[]): Promise<void> {
  const events = changes.map(keyed);
  const existing = await readAll(trx, keysToRead(events));
  for (const [table, rows] of mergeChanges(existing, events)) {
    const known = existing.get(table);
    const isKnown = (key: string) => known?.has(key) === true;
    await insertRows(
      trx,
      table,
      [...rows].flatMap(([key, row]) => (isKnown(key) ? [] : [row])),
    );
    await updateRows(
      trx,
      table,
      [...rows].flatMap(([key, row]) => (isKnown(key) ? [row] : [])),
    );
  }
}

async function readAll(trx: Trx, keys: Rows): Promise<Rows> {
  const found = new Map<TableName, ReadonlyMap<string, AnyRow>>();
  for (const [table, wanted] of keys) {
    const rows = await readRows(trx, table, [...wanted.values()]);
    found.set(table, new Map(rows.map((row) => [keyString(table, row), row])));
  }
  return found;
}
