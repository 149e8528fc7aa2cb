import { hash } from 'node:crypto';
import { PLATFORM } from '@octobus/contracts';
import { type AnyRow, type Rows, keyString, keyed, mergeChanges } from './merge-changes.ts';
import type { FoldableEvent } from './projection.ts';
import { foldEvent } from './projections.ts';
import { TABLES, TABLE_NAMES, type TableName } from './tables.ts';

/** SHA-256 (hex) of a row's values in the order of its column names. */
export const rowDigest = (row: AnyRow): string =>
  hash(
    'sha256',
    JSON.stringify(
      Object.keys(row)
        .toSorted()
        .map((column) => [column, row[column]]),
    ),
    'hex',
  );

/** The digest of a set of rows, whatever their order: their digests added as numbers. Two sets with one key each can't make up for each other. */
export class RowSum {
  rows = 0;
  private sum = 0n;

  add(digest: string): void {
    this.rows++;
    this.sum = (this.sum + BigInt(`0x${digest}`)) & MASK;
  }

  include(other: RowSum): void {
    this.rows += other.rows;
    this.sum = (this.sum + other.sum) & MASK;
  }

  get digest(): string {
    return this.sum.toString(16).padStart(64, '0');
  }
}

const MASK = (1n << 256n) - 1n;

/** The id of the aggregate whose events make a row: what its shard is computed from. */
export function aggregateOf(table: TableName, row: AnyRow): string {
  switch (table) {
    case 'tasks':
    case 'documents':
      return String(row['id']);
    case 'task_steps':
    case 'timeline':
    case 'usage':
      return String(row['task']);
    case 'api_keys':
      return row['tenant'] === PLATFORM ? 'platform' : String(row['tenant']);
    case 'tenants':
      return String(row['name']);
    case 'audit':
      return String(row['aggregate_id']);
  }
}

/**
 * All rows that events give, folded without a database. Rows that change are kept as they are, all others by their digest, about 200 bytes each.
 */
export class RowFold {
  private readonly whole = new Map<TableName, Map<string, AnyRow>>();
  private readonly digests = new Map<TableName, Map<string, string>>();

  constructor() {
    for (const table of TABLE_NAMES) {
      if (TABLES[table].writing === 'merged') this.whole.set(table, new Map());
      else this.digests.set(table, new Map());
    }
  }

  add(events: readonly FoldableEvent[]): void {
    const existing: Rows = this.whole;
    for (const [table, rows] of mergeChanges(
      existing,
      events.map((event) => keyed(foldEvent(event))),
    )) {
      for (const [key, row] of rows) this.keep(table, key, row);
    }
  }

  /** The row of this key, taken out: what is left at the end has no counterpart. `row` is absent where only its digest was kept. */
  take(table: TableName, key: AnyRow): { readonly digest: string; readonly row?: AnyRow } | undefined {
    const name = keyString(table, key);
    const row = this.whole.get(table)?.get(name);
    const digest = row === undefined ? this.digests.get(table)?.get(name) : rowDigest(row);
    this.whole.get(table)?.delete(name);
    this.digests.get(table)?.delete(name);
    return digest === undefined ? undefined : { digest, ...(row === undefined ? {} : { row }) };
  }

  /** Keys and digests of all rows of a table that were not taken. */
  *left(table: TableName): Generator<{ readonly key: string; readonly digest: string }> {
    for (const [key, row] of this.whole.get(table) ?? []) yield { key: shownKey(key), digest: rowDigest(row) };
    for (const [key, digest] of this.digests.get(table) ?? []) yield { key: shownKey(key), digest };
  }

  /** The first of several events wins where rows are written once. */
  private keep(table: TableName, key: string, row: AnyRow): void {
    const rows = this.whole.get(table);
    if (rows !== undefined) rows.set(key, row);
    const digests = this.digests.get(table);
    if (digests !== undefined && !(TABLES[table].writing === 'once' && digests.has(key))) digests.set(key, rowDigest(row));
  }
}

const shownKey = (key: string): string => key.split('\u0000').slice(0, -1).join(' ');
