import { shardOf } from '@octobus/contracts';
import type { LogPart, RecordedEvent } from '@octobus/event-log';
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
  readonly ignored: readonly IgnoredMessage[];
  /** Events of a newer release, kept and left out, by type. */
  readonly unknown: Readonly<Record<string, number>>;
  readonly seconds: number;
}

const EVENTS_AT_ONCE = 2_000_000;
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
  private readonly ignored: IgnoredMessage[] = [];
  private readonly unknown: Record<string, number> = {};
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
    const tables = new Map<TableName, TableComparison>();
    for (let pass = 0; pass < passes; pass++) {
      const { verdicts, compared } = await this.pass(positions, pass, passes);
      if (pass === 0) streams = verdicts;
      for (const one of compared) tables.set(one.table, joined(tables.get(one.table), one));
    }
    const equal = this.differences === 0 && streams.every(({ missing, sameEvents }) => missing === 0 && sameEvents);
    const { differences, ignored, unknown } = this;
    return { equal, streams, tables: [...tables.values()].map(verdictOf), differences, ignored, unknown };
  }

  /** One reading of the log, for the aggregates of some of the shards. */
  private async pass(
    positions: readonly Position[],
    pass: number,
    passes: number,
  ): Promise<{ readonly verdicts: readonly StreamVerdict[]; readonly compared: readonly TableComparison[] }> {
    const belongs = (id: string): boolean => passes === 1 || Number.parseInt(shardOf(id), 16) % passes === pass;
    const fold = new RowFold();
    const verdicts: StreamVerdict[] = [];
    const ignored: IgnoredMessage[] = [];
    for (const part of this.options.open((message) => ignored.push(message))) {
      const position = positions.find(({ stream }) => stream === part.stream);
      if (position !== undefined) verdicts.push(await this.readPart(part, position, fold, belongs, pass === 0, ignored));
    }
    if (pass === 0) this.ignored.push(...ignored.filter((message) => isUpTo(positions, message)));
    const compared = await compareRows(
      this.trx,
      fold,
      (table, row) => belongs(aggregateOf(table, row)),
      (difference) => {
        this.differences++;
        this.options.onDifference(difference);
      },
    );
    return { verdicts, compared };
  }

  private async readPart(
    { stream, log }: LogPart,
    { sequence, runningHash }: Position,
    fold: RowFold,
    belongs: (id: string) => boolean,
    first: boolean,
    ignored: readonly IgnoredMessage[],
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
    const dropped = ignored.filter((message) => message.stream === stream && message.sequence <= sequence).length;
    return { stream, sequence, events, missing: sequence - events - dropped, sameEvents: link === runningHash };
  }

  private chained(link: string, events: readonly RecordedEvent[]): string {
    for (const { body, envelope } of events) {
      if (body.type === 'unknown') this.unknown[envelope.type] = (this.unknown[envelope.type] ?? 0) + 1;
    }
    this.read += events.length;
    this.options.onProgress?.(this.read);
    return events.reduce((previous, event) => nextLink(previous, eventDigest(event)), link);
  }
}

const isUpTo = (positions: readonly Position[], { stream, sequence }: IgnoredMessage): boolean =>
  positions.some((position) => position.stream === stream && sequence <= position.sequence);

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
