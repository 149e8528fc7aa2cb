import type { EventLog, RecordedEvent } from '@octobus/event-log';
import { Fault } from '@octobus/kernel';
import type { Position } from '@octobus/postgres';
import { READ_MODELS, type ReadModelDatabase } from '@octobus/read-models';
import type { Kysely } from 'kysely';
import { contiguousRun, gathered, readAhead } from './batches.ts';
import { PROJECTOR_FAULTS } from './faults.ts';
import { type FoldedEvent, folded, positionAfter } from './folded-event.ts';
import { type ReadModelStore, postgresStore } from './read-model-store.ts';

export type ProjectorOptions = ProjectorSettings & ({ readonly db: Kysely<ReadModelDatabase> } | { readonly store: ReadModelStore });

interface ProjectorSettings {
  readonly log: EventLog;
  /** The stream that sequences belong to: one part of the log. */
  readonly stream: string;
  /** All streams of the log; this one alone unless given. */
  readonly streams?: readonly string[];
  /** Events in one transaction, about; default 2,000. */
  readonly batchSize?: number;
}

export interface ProjectorProgress {
  readonly stream: string;
  /** Sequence of the last event whose rows are committed, as this process knows it; 0 before the start. */
  readonly sequence: number;
  readonly events: number;
  readonly transactions: number;
  /** Sequences that the log did not give: events that readers drop, or damage. */
  readonly skipped: number;
}

interface Settle {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

interface Waiting extends Settle {
  readonly event: FoldedEvent;
}

const EVERYTHING = 'evt.>';

/**
 * Folds one stream of the log into the read models, in order, each event once, whoever delivers it how often. Rows and position are one transaction;
 * another projector on the same tables is harmless: of this stream, for one of them loses; of another, for the two have no row in common. What arrives while a transaction runs goes into the next one.
 */
export class Projector {
  readonly #options: ProjectorSettings;
  readonly #store: ReadModelStore;
  readonly #batchSize: number;
  /** Undefined: has to be read again. */
  #position: Position | undefined;
  #waiting: Waiting[] = [];
  #catchUps: Settle[] = [];
  #running: Promise<void> | undefined;
  #last = 0;
  #events = 0;
  #transactions = 0;
  #skipped = 0;

  constructor(options: ProjectorOptions) {
    this.#options = options;
    this.#store = 'store' in options ? options.store : postgresStore(options.db);
    this.#batchSize = options.batchSize ?? 2000;
  }

  get progress(): ProjectorProgress {
    return {
      stream: this.#options.stream,
      sequence: this.#last,
      events: this.#events,
      transactions: this.#transactions,
      skipped: this.#skipped,
    };
  }

  /** Migrates, takes over from another version if need be, then folds what is in the log. Rejects with faults; may be called again after one. */
  async start(): Promise<void> {
    const { stream, streams = [stream] } = this.#options;
    await this.#store.open(streams);
    await this.catchUp();
  }

  /**
   * Compares the position in Postgres with the end of the log and folds what is missing. Worth calling now and then: a Postgres that crashed may have
   * taken back its last commits, which otherwise shows with the next event only.
   */
  catchUp(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#catchUps.push({ resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /**
   * Resolves when the event's rows are committed, at once if they were before; rejects with a fault, after which the same event may be handed in again.
   * Missing predecessors are read from the log.
   */
  accept(event: RecordedEvent): Promise<void> {
    if (event.sequence <= (this.#position?.sequence ?? 0)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ event: folded(event), resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** `accept` for a batch. */
  async acceptAll(events: readonly RecordedEvent[]): Promise<void> {
    await Promise.all(events.map((event) => this.accept(event)));
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#running;
  }

  /** One transaction at a time. */
  async #run(): Promise<void> {
    while (this.#waiting.length > 0 || this.#catchUps.length > 0) {
      // What arrives in the same turn comes along.
      await Promise.resolve();
      await this.#settleCatchUps(this.#catchUps.splice(0));
      await this.#settle(this.#waiting.splice(0, this.#batchSize).toSorted((a, b) => a.event.sequence - b.event.sequence));
    }
    this.#running = undefined;
  }

  async #settleCatchUps(callers: readonly Settle[]): Promise<void> {
    if (callers.length === 0) return;
    try {
      this.#position = undefined;
      const position = await this.#current();
      const end = await this.#options.log.lastSequence({ atLeast: position.sequence });
      if (end < position.sequence) throw lostEvents(position, end);
      await this.#readUpTo(end);
      for (const { resolve } of callers) resolve();
    } catch (error) {
      this.#position = undefined;
      for (const { reject } of callers) reject(error);
    }
  }

  async #settle(batch: readonly Waiting[]): Promise<void> {
    let left = batch;
    try {
      while (left.length > 0) {
        const { sequence } = await this.#current();
        for (const { event, resolve } of left) if (event.sequence <= sequence) resolve();
        left = left.filter(({ event }) => event.sequence > sequence);
        await this.#fold(
          left.map(({ event }) => event),
          sequence,
        );
      }
    } catch (error) {
      this.#position = undefined;
      for (const { reject } of left) reject(error);
    }
  }

  /** One step towards the last of the events. */
  async #fold(events: readonly FoldedEvent[], sequence: number): Promise<void> {
    const [first] = events;
    if (first === undefined) return;
    const run = contiguousRun(events, sequence + 1);
    if (run.length > 0) await this.#commit(run);
    else if (!(await this.#readUpTo(first.sequence))) throw logBehind(await this.#current(), first.sequence);
  }

  /** Reads on from the position until it has reached the sequence; false when the log ends before, as far as it can be read. */
  async #readUpTo(sequence: number): Promise<boolean> {
    let position = await this.#current();
    while (position.sequence < sequence) {
      for await (const events of this.#read(position.sequence + 1)) {
        if (!(await this.#commit(events)) || this.#last >= sequence) break;
      }
      const reached = await this.#current();
      if (reached.sequence === position.sequence) return false;
      position = reached;
    }
    return true;
  }

  /** Reads and folds the next batch while the last one is written. */
  #read(from: number): AsyncIterable<readonly FoldedEvent[]> {
    return readAhead(gathered(this.#options.log.read(EVERYTHING, from), this.#batchSize, folded));
  }

  async #current(): Promise<Position> {
    if (this.#position !== undefined) return this.#position;
    const position = await this.#store.position(this.#options.stream);
    if (position === undefined) throw superseded();
    return this.#moveTo(position);
  }

  #moveTo(position: Position): Position {
    this.#position = position;
    this.#last = position.sequence;
    return position;
  }

  /** False: the position was moved by somebody else, nothing was written, and it will be read again. */
  async #commit(events: readonly FoldedEvent[]): Promise<boolean> {
    const from = await this.#current();
    const to = positionAfter(from, events);
    const changes = events.map((event) => event.changes);
    if (!(await this.#store.commit(from, to, changes))) {
      this.#position = undefined;
      return false;
    }
    this.#count(from, to, events.length);
    this.#moveTo(to);
    return true;
  }

  #count(from: Position, to: Position, events: number): void {
    this.#events += events;
    this.#transactions += 1;
    this.#skipped += to.sequence - from.sequence - events;
  }
}

const lostEvents = (position: Position, end: number): Fault =>
  new Fault(PROJECTOR_FAULTS.logLostEvents, {
    retryable: false,
    message: 'the log ends before the position of the read models',
    details: { stream: position.stream, position: position.sequence, end },
  });

const logBehind = (position: Position, wanted: number): Fault =>
  new Fault(PROJECTOR_FAULTS.logBehind, {
    retryable: true,
    message: 'the log does not show an event that it has delivered',
    details: { stream: position.stream, position: position.sequence, wanted },
  });

const superseded = (): Fault =>
  new Fault(PROJECTOR_FAULTS.superseded, {
    retryable: false,
    message: 'the read models are folded by another version',
    details: { version: READ_MODELS.version },
  });
