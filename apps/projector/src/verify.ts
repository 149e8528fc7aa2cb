import { shardOf } from '@octobus/contracts';
import { type LogPart, type RecordedEvent, UnknownTypes } from '@octobus/event-log';
import { Fault } from '@octobus/kernel';
import { type Position, connectPostgres, inTransaction, readPositions } from '@octobus/postgres';
import {
  READ_MODELS,
  type ReadModelDatabase,
  type RowDifference,
  RowFold,
  type TableName,
  type TableComparison,
  aggregateOf,
  compareRows,
} from '@octobus/read-models';
import type { Transaction } from 'kysely';
import { PROJECTOR_FAULTS } from './faults.ts';
import { eventDigest, nextLink } from './folded-event.ts';

/** A message of the log that is no event. */
export interface IgnoredMessage {
  readonly stream: string;
  readonly sequence: number;
  readonly subject: string;
}

export interface VerifyOptions {
  readonly url: string;
  /** The log, with somebody to tell of what is no event. */
  readonly open: (onIgnored: (message: IgnoredMessage) => void) => readonly LogPart[];
  readonly onDifference: (difference: RowDifference) => void;
  readonly onProgress?: (events: number) => void;
  /** Events whose rows are held in memory at once, about; more take several readings of the log. Default 2,000,000. */
  readonly atOnce?: number;
}

export interface StreamVerdict {
  readonly stream: string;
  /** What the rows are as of. */
  readonly sequence: number;
  readonly events: number;
  /** Sequences up to there that the log does not give at all. */
  readonly missing: number;
  /** Whether these are the events that the rows were folded from: the running hash of what was read equals the one kept with the rows. */
  readonly sameEvents: boolean;
}

export interface TableVerdict {
  readonly table: TableName;
  readonly rows: number;
  readonly folded: string;
  readonly stored: string;
}

export interface Verification {
  readonly equal: boolean;
  readonly streams: readonly StreamVerdict[];
  readonly tables: readonly TableVerdict[];
  readonly differences: number;
  /** Messages that are no events, up to where the rows are: how many, and the first of them. */
  readonly ignored: number;
  readonly firstIgnored: readonly IgnoredMessage[];
  /** Events of a newer release, kept and left out, by type. */
  readonly unknown: Readonly<Record<string, number>>;
  readonly seconds: number;
}

const EVENTS_AT_ONCE = 2_000_000;
/** Ignored messages that are named; the others are counted. */
const MOST_NAMED = 20;
const EVERYTHING = 'evt.>';

/**
 * Reads the whole log again up to where the read models are, folds it without the database, and compares row by row, as of one snapshot and while
 * everything goes on. Fault `projection-superseded` when the rows are not of this release.
 */
export async function verifyReadModels(options: VerifyOptions): Promise<Verification> {
  const began = performance.now();
  const db = connectPostgres<ReadModelDatabase>(options.url, { applicationName: 'octobus-verify', max: 1 });
  try {
    const verified = await inTransaction(db, (trx) => new Verifier(options, trx).run(), { reads: 'snapshot' });
    return { ...verified, seconds: (performance.now() - began) / 1000 };
  } finally {
    await db.destroy();
  }
}

class Verifier {
  private readonly options: VerifyOptions;
  private readonly trx: Transaction<ReadModelDatabase>;
  private readonly unknown = new UnknownTypes();
  private differences = 0;
  private read = 0;

  constructor(options: VerifyOptions, trx: Transaction<ReadModelDatabase>) {
    this.options = options;
    this.trx = trx;
  }

  async run(): Promise<Omit<Verification, 'seconds'>> {
    const positions = await readPositions(this.trx, READ_MODELS);
    if (positions.length === 0) throw superseded();
    const total = positions.reduce((sum, { sequence }) => sum + sequence, 0);
    const passes = Math.max(1, Math.ceil(total / (this.options.atOnce ?? EVENTS_AT_ONCE)));
    let streams: readonly StreamVerdict[] = [];
    let left: Ignored | undefined;
    const tables = new Map<TableName, TableComparison>();
    for (let pass = 0; pass < passes; pass++) {
      const { verdicts, compared, ignored } = await this.pass(positions, pass, passes);
      if (pass === 0) [streams, left] = [verdicts, ignored];
      for (const one of compared) tables.set(one.table, joined(tables.get(one.table), one));
    }
    const equal = this.differences === 0 && streams.every(({ missing, sameEvents }) => missing === 0 && sameEvents);
    const { differences, unknown } = this;
    const [ignored, firstIgnored] = [left?.total ?? 0, left?.first ?? []];
    return { equal, streams, tables: [...tables.values()].map(verdictOf), differences, ignored, firstIgnored, unknown: unknown.byType };
  }

  /** One reading of the log, for the aggregates of some of the shards. */
  private async pass(
    positions: readonly Position[],
    pass: number,
    passes: number,
  ): Promise<{ readonly verdicts: readonly StreamVerdict[]; readonly compared: readonly TableComparison[]; readonly ignored: Ignored }> {
    const belongs = (id: string): boolean => passes === 1 || Number.parseInt(shardOf(id), 16) % passes === pass;
    const fold = new RowFold();
    const verdicts: StreamVerdict[] = [];
    const ignored = new Ignored(positions);
    for (const part of this.options.open((message) => ignored.add(message))) {
      const position = positions.find(({ stream }) => stream === part.stream);
      if (position !== undefined) verdicts.push(await this.readPart(part, position, fold, belongs, pass === 0, ignored));
    }
    const compared = await compareRows(
      this.trx,
      fold,
      (table, row) => belongs(aggregateOf(table, row)),
      (difference) => {
        this.differences++;
        this.options.onDifference(difference);
      },
    );
    return { verdicts, compared, ignored };
  }

  private async readPart(
    { stream, log }: LogPart,
    { sequence, runningHash }: Position,
    fold: RowFold,
    belongs: (id: string) => boolean,
    first: boolean,
    ignored: Ignored,
  ): Promise<StreamVerdict> {
    let link = '';
    let events = 0;
    for await (const batch of log.read(EVERYTHING, 1)) {
      const upTo = batch.filter((event) => event.sequence <= sequence);
      fold.add(upTo.filter(({ address }) => belongs(address.id)));
      events += upTo.length;
      if (first) link = this.chained(link, upTo);
      if (upTo.length < batch.length) break;
    }
    return { stream, sequence, events, missing: sequence - events - ignored.of(stream), sameEvents: link === runningHash };
  }

  private chained(link: string, events: readonly RecordedEvent[]): string {
    for (const event of events) this.unknown.add(event);
    this.read += events.length;
    this.options.onProgress?.(this.read);
    return events.reduce((previous, event) => nextLink(previous, eventDigest(event)), link);
  }
}

/** Counts what is no event up to where the rows are, however much of it there is. */
class Ignored {
  private readonly positions: ReadonlyMap<string, number>;
  private readonly counts = new Map<string, number>();
  readonly first: IgnoredMessage[] = [];

  constructor(positions: readonly Position[]) {
    this.positions = new Map(positions.map(({ stream, sequence }) => [stream, sequence]));
  }

  add(message: IgnoredMessage): void {
    const { stream, sequence } = message;
    if (sequence > (this.positions.get(stream) ?? 0)) return;
    this.counts.set(stream, this.of(stream) + 1);
    if (this.first.length < MOST_NAMED) this.first.push(message);
  }

  of(stream: string): number {
    return this.counts.get(stream) ?? 0;
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }
}

function joined(before: TableComparison | undefined, next: TableComparison): TableComparison {
  if (before === undefined) return next;
  before.folded.include(next.folded);
  before.stored.include(next.stored);
  return before;
}

const verdictOf = ({ table, folded, stored }: TableComparison): TableVerdict => ({
  table,
  rows: stored.rows,
  folded: folded.digest,
  stored: stored.digest,
});

const superseded = (): Fault =>
  new Fault(PROJECTOR_FAULTS.superseded, {
    retryable: false,
    message: 'the read models were folded by another version: rebuild them first',
    details: { version: READ_MODELS.version },
  });
