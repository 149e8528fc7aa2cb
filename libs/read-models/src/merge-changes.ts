import type { Condition, RowChange } from './projection.ts';
import { TABLES, type TableName } from './tables.ts';

/** A row whose table is known beside it. */
export type AnyRow = Readonly<Record<string, unknown>>;

/** Rows by table, then by their key as one string. */
export type Rows = ReadonlyMap<TableName, ReadonlyMap<string, AnyRow>>;
type MutableRows = Map<TableName, Map<string, AnyRow>>;

/** Key values hold no NUL: Postgres could not store one. */
export function keyString(table: TableName, key: AnyRow): string {
  const columns = TABLES[table].key;
  let joined = '';
  for (const column of columns) joined += `${String(key[column])}\u0000`;
  return joined;
}

function within<T>(rows: Map<TableName, Map<string, T>>, table: TableName): Map<string, T> {
  let found = rows.get(table);
  if (found === undefined) {
    found = new Map();
    rows.set(table, found);
  }
  return found;
}

interface KeyedCondition {
  readonly condition: Condition;
  readonly key: string;
}

interface KeyedChange {
  readonly change: RowChange;
  readonly key: string;
  readonly onlyIf: readonly KeyedCondition[];
}

/** The changes of one event, each with the key of its row and of the rows that its conditions name. */
export type KeyedChanges = readonly KeyedChange[];

const NO_CONDITIONS: readonly KeyedCondition[] = [];

export function keyed(changes: readonly RowChange[]): KeyedChanges {
  return changes.map((change) => ({
    change,
    key: keyString(change.table, change.key),
    onlyIf: change.onlyIf?.map((condition) => ({ condition, key: keyString(condition.table, condition.key) })) ?? NO_CONDITIONS,
  }));
}

/** Keys of the rows that the changes depend on: what has to be read before they are merged. */
export function keysToRead(events: Iterable<KeyedChanges>): Rows {
  const keys: MutableRows = new Map();
  for (const changes of events) {
    for (const { change, key, onlyIf } of changes) {
      if (TABLES[change.table].writing === 'merged') within(keys, change.table).set(key, change.key);
      for (const { condition, key: other } of onlyIf) within(keys, condition.table).set(other, condition.key);
    }
  }
  return keys;
}

/**
 * Applies the changes of a run of events, in order, to the rows that were there, and gives the rows to write: each once, in its last form.
 * All conditions of an event are judged before its first change.
 */
export function mergeChanges(existing: Rows, events: Iterable<KeyedChanges>): Rows {
  const written = new Map<TableName, Map<string, Record<string, unknown>>>();
  const find = (table: TableName, key: string): AnyRow | undefined => written.get(table)?.get(key) ?? existing.get(table)?.get(key);
  const holds = ({ condition, key }: KeyedCondition) => matches(find(condition.table, key), condition.has);
  for (const changes of events) {
    for (const { change, key } of changes.filter(({ onlyIf }) => onlyIf.every(holds))) {
      const rows = within(written, change.table);
      const own = rows.get(key);
      const before = own ?? existing.get(change.table)?.get(key);
      if (before === undefined) insert(rows, key, change);
      else if (change.set !== undefined || change.add !== undefined) rows.set(key, changeRow(own ?? { ...before }, change));
    }
  }
  return written;
}

/** Rows to write are copies: changes and existing rows may be merged a second time after a conflict. */
function insert(rows: Map<string, Record<string, unknown>>, key: string, change: RowChange): void {
  if (change.insert !== undefined) rows.set(key, { ...change.insert });
}

function matches(row: AnyRow | undefined, has: Condition['has']): boolean {
  if (row === undefined) return false;
  for (const column in has) if (!(has as Readonly<Record<string, readonly unknown[]>>)[column]?.includes(row[column])) return false;
  return true;
}

/** Sums stop at the largest safe integer: what an arm claims must not stop the projector. */
function changeRow(row: Record<string, unknown>, { set, add }: RowChange): Record<string, unknown> {
  Object.assign(row, set);
  for (const column in add) {
    const by = Number((add as Readonly<Record<string, number>>)[column]);
    row[column] = Math.min(Number(row[column]) + by, Number.MAX_SAFE_INTEGER);
  }
  return row;
}
