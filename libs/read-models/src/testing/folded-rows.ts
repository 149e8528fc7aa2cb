import { type Rows, keyed, mergeChanges } from '../merge-changes.ts';
import type { FoldableEvent } from '../projection.ts';
import { foldEvent } from '../projections.ts';
import type { ReadModelTables, TableName } from '../tables.ts';

/** All rows that a history gives, without a database. */
export const rowsOf = (events: readonly FoldableEvent[], existing: Rows = new Map()): Rows =>
  mergeChanges(
    existing,
    events.map((event) => keyed(foldEvent(event))),
  );

export const rowsIn = <T extends TableName>(rows: Rows, table: T): readonly ReadModelTables[T][] =>
  [...(rows.get(table)?.values() ?? [])] as unknown as readonly ReadModelTables[T][];
