import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { ERASURES, HEADER, type LogStreamCount, STREAMS, logStreamOf, parseEventSubject } from '@octobus/contracts';
import { type EventLog, LOG_FAULTS, type StoredMessage } from '@octobus/event-log';
import { Reading } from '../event-log/consumed-event-log.ts';
import { logParts, wholeLog } from '../event-log/log-parts.ts';
import { BUS_FAULTS } from '../faults.ts';
import { leaderGet, streamNow } from '../leader-get.ts';
import { type LogMarker, assertLogIsWhole } from '../provisioning/log-marker.ts';
import { readLogStates } from '../provisioning/provision.ts';
import { retrying } from '../retrying.ts';
import { commandName, eachWaiting } from './waiting-names.ts';

export interface OrphanSearch {
  readonly connection: NatsConnection;
  readonly logStreams: LogStreamCount;
  /** What the log is known to hold, apart from it: of a log that is not whole nothing is an orphan. */
  readonly markers: readonly LogMarker[];
  /** Milliseconds for which a piece may wait for its event; more than an upload may take. */
  readonly graceMs: number;
  /** False: orphans are counted and stay. */
  readonly collect: boolean;
  /** Sequence in CONTENT to begin at; 1. */
  readonly from?: number;
  /** Breaks the search off, with its reason. */
  readonly signal?: AbortSignal;
}

/** Pieces by what becomes of them. */
export interface OrphanReport {
  readonly pieces: number;
  readonly bytes: number;
  /** The log has the event that names them. */
  readonly named: number;
  /** Younger than the grace time. */
  readonly young: number;
  /** Their command waits to be screened, or lies among the dead letters and can be redriven. */
  readonly waiting: number;
  /** They don't say which event is to name them: of before, or not of our making. They stay. */
  readonly unnamed: number;
  readonly orphans: number;
  readonly orphanBytes: number;
  /** Of the orphans: named, but of a person who was erased; no key opens them. */
  readonly erased: number;
  readonly collected: number;
  /** Sequence of the first piece that may become an orphan yet, unless by an erasure: a later search may begin there. */
  readonly unsettledFrom: number;
}

type Counts = { -readonly [K in keyof OrphanReport]: OrphanReport[K] };

interface Piece {
  readonly sequence: number;
  /** `blob.<digest>.0` */
  readonly subject: string;
  readonly bytes: number;
}

/** What is to name pieces: an event, and the command that leads to it. */
interface Naming {
  readonly event: string;
  readonly command: string;
  readonly erased: boolean;
  readonly pieces: Piece[];
}

const CODES = { unavailable: BUS_FAULTS.contentUnavailable, refused: BUS_FAULTS.contentRefused };
/** In memory at a time, beside a thousand headers and the tokens of those who were erased. */
const MOST_SUSPECTS = 10_000;
const AT_ONCE = 32;
/** Exactly what a digest makes: a stored subject may hold a literal wildcard, and removing goes by subject. */
const BLOB = /^blob\.[0-9a-f]{64}\.0$/;

/**
 * Goes through the headers of CONTENT, oldest piece first, and collects those that no event names and none will: the command that was to name them is
 * neither in the log nor waits anywhere. Every piece says which event that is, so no content is opened and no list of all of them is kept. Whatever
 * can't be asked ends the search with a fault, and what was not looked at stays. For the platform's own account.
 * Faults: `log-shorter-than-known`, `log-unavailable`, `waiting-unavailable`, `content-unavailable`, `provisioning-unavailable`.
 */
export async function searchOrphans(search: OrphanSearch): Promise<OrphanReport> {
  await assertWhole(search);
  const { connection, logStreams, from = 1 } = search;
  const log = wholeLog(logParts({ connection }, logStreams));
  const { lastSequence, now } = await streamNow(connection, STREAMS.content, CODES);
  return new Search(search, log, await erasedPeople(log), now - search.graceMs).run(from, lastSequence);
}

const assertWhole = async ({ connection, logStreams, markers }: OrphanSearch): Promise<void> =>
  assertLogIsWhole(markers, await readLogStates(connection, { logStreams }));

const personName = (tenant: string, token: string): string => `${tenant}.${token}`;

async function erasedPeople(log: EventLog): Promise<ReadonlySet<string>> {
  const erasures = await log.load([ERASURES]);
  return new Set(erasures.map(({ address }) => personName(address.tenant, address.id)));
}

class Search {
  private readonly search: OrphanSearch;
  private readonly log: EventLog;
  private readonly erased: ReadonlySet<string>;
  private readonly youngFrom: number;
  private readonly suspects = new Map<string, Naming>();
  private suspected = 0;
  private readonly counts: Counts = {
    pieces: 0,
    bytes: 0,
    named: 0,
    young: 0,
    waiting: 0,
    unnamed: 0,
    orphans: 0,
    orphanBytes: 0,
    erased: 0,
    collected: 0,
    unsettledFrom: 0,
  };

  constructor(search: OrphanSearch, log: EventLog, erased: ReadonlySet<string>, youngFrom: number) {
    this.search = search;
    this.log = log;
    this.erased = erased;
    this.youngFrom = youngFrom;
  }

  async run(from: number, last: number): Promise<OrphanReport> {
    this.counts.unsettledFrom = last + 1;
    if (from <= last) {
      const reading = await Reading.open(this.search.connection, STREAMS.content, '>', from, true);
      try {
        for (let batch = await reading.next(); batch.length > 0; batch = await reading.next()) {
          await this.take(batch.filter(({ sequence }) => sequence <= last));
          if ((batch.at(-1)?.sequence ?? last) >= last) break;
        }
      } finally {
        await reading.close();
      }
      await this.settleSuspects();
    }
    return this.counts;
  }

  private async take(batch: readonly StoredMessage[]): Promise<void> {
    const namings = new Map<string, Naming>();
    for (const message of batch) {
      const piece = { sequence: message.sequence, subject: message.subject, bytes: Number(message.header('Nats-Msg-Size') ?? 0) };
      this.counts.pieces++;
      this.counts.bytes += piece.bytes;
      if (message.storedAt > this.youngFrom) this.keep('young', [piece]);
      else if (!addTo(namings, message, piece)) this.counts.unnamed++;
    }
    await this.eachOf([...namings.values()], (naming) => this.askFor(naming));
    if (this.suspected >= MOST_SUSPECTS) await this.settleSuspects();
  }

  private async askFor(naming: Naming): Promise<void> {
    const event = await this.log.last(naming.event);
    if (event === undefined) this.suspect(naming);
    else if (this.erased.has(personName(event.address.tenant, event.envelope.dataSubject ?? ''))) this.suspect({ ...naming, erased: true });
    else this.counts.named += naming.pieces.length;
  }

  private suspect(naming: Naming): void {
    this.suspected += naming.pieces.length;
    const earlier = this.suspects.get(naming.event);
    if (earlier === undefined) this.suspects.set(naming.event, naming);
    else earlier.pieces.push(...naming.pieces);
  }

  /** Whatever was to name a piece is looked for where it may wait, and then in the log: the way that it goes. */
  private async settleSuspects(): Promise<void> {
    const suspects = [...this.suspects.values()];
    this.suspects.clear();
    this.suspected = 0;
    if (suspects.length === 0) return;
    const { connection, logStreams } = this.search;
    const [orphans, missing] = [suspects.filter(({ erased }) => erased), suspects.filter(({ erased }) => !erased)];
    const waiting = await this.waitingOf(missing);
    for (const { command, pieces } of missing) if (waiting.has(command)) this.keep('waiting', pieces);
    const nowhere = missing.filter(({ command }) => !waiting.has(command));
    await this.eachOf(nowhere, async (naming) => {
      const stream = logStreamOf(naming.event, logStreams);
      const found = await leaderGet(connection, stream, { last_by_subj: naming.event }, LOG_FAULTS);
      if (found === undefined) orphans.push(naming);
      else this.counts.named += naming.pieces.length;
    });
    await this.collect(orphans);
  }

  /** All of them, when that can't be said. */
  private async waitingOf(missing: readonly Naming[]): Promise<ReadonlySet<string>> {
    const asked = new Set(missing.map(({ command }) => command));
    const waiting = new Set<string>();
    if (asked.size === 0) return waiting;
    const looked = await eachWaiting(this.search.connection, (command) => {
      if (asked.has(command)) waiting.add(command);
    });
    return looked ? waiting : asked;
  }

  private async collect(orphans: readonly Naming[]): Promise<void> {
    // Lost since the search began, an event would be missed.
    await assertWhole(this.search);
    for (const { erased, pieces } of orphans) {
      this.counts.orphans += pieces.length;
      this.counts.orphanBytes += pieces.reduce((sum, { bytes }) => sum + bytes, 0);
      if (erased) this.counts.erased += pieces.length;
    }
    const pieces = orphans.flatMap((naming) => naming.pieces);
    if (this.search.collect) await this.remove(pieces);
    else for (const { sequence } of pieces) this.unsettled(sequence);
  }

  /** The stream lets nobody delete: a piece is purged by its subject. Repeating it changes nothing. */
  private async remove(pieces: readonly Piece[]): Promise<void> {
    const manager = await jetstreamManager(this.search.connection, { checkAPI: false });
    await this.eachOf(pieces, async ({ subject }) => {
      const { purged } = await retrying({ tries: 4, codes: CODES }, () => manager.streams.purge(STREAMS.content, { filter: subject }));
      this.counts.collected += purged;
    });
  }

  private async eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
    for (let at = 0; at < items.length; at += AT_ONCE) {
      this.search.signal?.throwIfAborted();
      await Promise.all(items.slice(at, at + AT_ONCE).map(work));
    }
  }

  private keep(why: 'young' | 'waiting', pieces: readonly Piece[]): void {
    this.counts[why] += pieces.length;
    for (const { sequence } of pieces) this.unsettled(sequence);
  }

  private unsettled(sequence: number): void {
    this.counts.unsettledFrom = Math.min(this.counts.unsettledFrom, sequence);
  }
}

/** False for a piece that doesn't say which event is to name it. */
function addTo(namings: Map<string, Naming>, { subject, header }: StoredMessage, piece: Piece): boolean {
  const event = header(HEADER.namedBy) ?? '';
  const address = parseEventSubject(event);
  if (address === undefined || !BLOB.test(subject)) return false;
  const known = namings.get(event);
  if (known === undefined) {
    const command = commandName(address.tenant, address.facet.at(-1) ?? '');
    namings.set(event, { event, command, erased: false, pieces: [piece] });
  } else known.pieces.push(piece);
  return true;
}
