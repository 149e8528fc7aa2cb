import type { Envelope, EventAddress, EventBody, EventType } from '@octobus/contracts';
import type { ReadModelTables, RowKey, TableName } from './tables.ts';

/** What of a recorded event the folds need; `RecordedEvent` of the event log is one. */
export interface FoldableEvent {
  readonly subject: string;
  readonly address: EventAddress;
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly storedAt: number;
  readonly envelope: Envelope;
  readonly body: EventBody | { readonly type: 'unknown'; readonly data: unknown };
}

type NumberColumns<R> = { [C in keyof R]-?: R[C] extends number ? C : never }[keyof R];

/** True when the row is there and each named column has one of the values. */
export type Condition = {
  readonly [T in TableName]: {
    readonly table: T;
    readonly key: RowKey<T>;
    readonly has: { readonly [C in keyof ReadModelTables[T]]?: readonly ReadModelTables[T][C][] };
  };
}[TableName];

interface ChangeOf<T extends TableName> {
  readonly table: T;
  readonly key: RowKey<T>;
  /** All must hold, on the rows as they were before the event; else the change is void. */
  readonly onlyIf?: readonly Condition[];
  /** The row to write when there is none. Absent: without a row nothing happens. */
  readonly insert?: ReadModelTables[T];
  /** Columns that take a new value when the row is there. */
  readonly set?: Partial<ReadModelTables[T]>;
  /** Columns that grow when the row is there. */
  readonly add?: Partial<Record<NumberColumns<ReadModelTables[T]>, number>>;
}

/** What an event changes, as data. An insert of a row that is there changes nothing: the first one wins. */
export type RowChange = { readonly [T in TableName]: ChangeOf<T> }[TableName];

/** Read model of one business question. A changed meaning is a new version, and its rows are folded again from the first event. */
export interface Projection {
  readonly name: string;
  readonly version: number;
  readonly handles: readonly EventType[];
  /** Pure and total: any event gives changes, whatever its body holds. Conditions may name rows of this projection only. */
  fold(event: FoldableEvent): readonly RowChange[];
}

/** The body as the contracts describe it; a fold still checks each value it takes, because readers are tolerant. */
export type BodyOf<T extends EventType> = Extract<EventBody, { type: T }>;
