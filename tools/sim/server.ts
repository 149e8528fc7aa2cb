import { timerSubjects, toHeaders } from '@octobus/contracts';
import { type Expectation, InMemoryEventLog, type NewEvent, type RecordedEvent, type Timer, tokensMatch } from '@octobus/event-log';
import type { Chance } from './chance.ts';
import { Durable, type DurableSettings } from './durable.ts';
import type { FaultsAtWork } from './faults.ts';
import type { Scheduler } from './scheduler.ts';
import { TimerStream } from './timer-stream.ts';

export interface ServerDurable extends DurableSettings {
  readonly stream: 'events' | 'ingress';
  readonly filters: readonly string[];
}

/** A command as it lies in INGRESS. */
export interface IngressEntry {
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Uint8Array;
}

/** An append that was stored, with what its writer expected and what stood under the filter at that moment. */
export interface StoredAppend {
  readonly sequence: number;
  readonly event: NewEvent;
  readonly expected: Expectation;
  readonly lastUnder: number;
}

interface Watched extends ServerDurable {
  readonly wanted: readonly (readonly string[])[];
  readonly durable: Durable;
}

/** The server's files are written at least this often, milliseconds. */
const WRITES_EVERY = 1_500;

export interface ServerParts {
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  /** None: nothing ever befalls its timers. */
  readonly faults?: FaultsAtWork;
  readonly durables?: readonly ServerDurable[];
  readonly onDropped?: () => void;
}

/** One nats-server: the log of record, the stream of commands, durables on both, timers that become events, and the live feed. A stored message survives its crashes, nothing else. */
export class Server {
  readonly log: InMemoryEventLog;
  readonly appends: StoredAppend[] = [];
  /** Events that a read may lack at the end of the log. */
  lag: () => number = () => 0;
  /** Happens before a timer fires. */
  onDue: () => void = () => undefined;
  readonly timers: TimerStream;
  /** Timers that have become events. */
  firings = 0;
  private up = true;
  private readonly ingress: IngressEntry[] = [];
  private readonly durables = new Map<string, Watched>();
  private readonly takers = new Map<string, readonly Watched[]>();
  private readonly listeners = new Set<(event: RecordedEvent) => void>();
  private readonly scheduler: Scheduler;
  private readonly chance: Chance;

  constructor({ scheduler, chance, faults, durables = [], onDropped = () => undefined }: ServerParts) {
    this.scheduler = scheduler;
    this.chance = chance;
    this.log = new InMemoryEventLog({ clock: scheduler.clock, onDropped });
    this.timers = new TimerStream({
      scheduler,
      chance,
      faults,
      isUp: () => this.up,
      onDue: () => this.onDue(),
      toLog: (timer) => this.fired(timer),
    });
    for (const settings of durables) {
      const wanted = settings.filters.map((filter) => filter.split('.'));
      this.durables.set(settings.name, { ...settings, wanted, durable: new Durable(settings, scheduler) });
    }
  }

  clock = (): number => this.scheduler.clock();

  get isUp(): boolean {
    return this.up;
  }

  get isIdle(): boolean {
    return [...this.durables.values()].every(({ durable }) => durable.isIdle);
  }

  durable(name: string): Durable {
    const found = this.durables.get(name);
    if (found === undefined) throw new Error(`there is no durable ${name}`);
    return found.durable;
  }

  each(act: (durable: Durable) => void): void {
    for (const { durable } of this.durables.values()) act(durable);
  }

  /** Sequence, or undefined when the expectation is wrong. `expected` undefined: a publish without one. */
  publish(event: NewEvent, expected: Expectation, checked = true): number | undefined {
    const lastUnder = this.log.lastUnder(expected.filter);
    const sequence = this.log.publish(event, checked ? expected : { ...expected, sequence: lastUnder });
    if (sequence === undefined) return undefined;
    this.appends.push({ sequence, event, expected, lastUnder });
    this.scheduler.tell(() => `log ${sequence} ${event.subject.slice(7)} ${event.body.type}`);
    this.told(event.subject, sequence);
    return sequence;
  }

  /** Nobody's append: it expects nothing. */
  private fired(timer: Timer): void {
    const { event: subject } = timerSubjects(timer);
    const sequence = this.log.plant(subject, toHeaders(timer.envelope), JSON.stringify(timer.body.data));
    this.firings++;
    this.scheduler.tell(() => `log ${sequence} ${subject.slice(7)} ${timer.body.type}`);
    this.told(subject, sequence);
  }

  private told(subject: string, sequence: number): void {
    this.offer('events', subject, sequence);
    const stored = this.log.at(sequence);
    if (stored !== undefined) for (const listener of this.listeners) listener(stored);
  }

  command(entry: IngressEntry): number {
    const sequence = this.ingress.push(entry);
    this.scheduler.tell(() => `command ${sequence} ${entry.subject}`);
    this.offer('ingress', entry.subject, sequence);
    return sequence;
  }

  commandAt(sequence: number): IngressEntry | undefined {
    return this.ingress[sequence - 1];
  }

  /** Hears what is stored from now on; answers a function that ends it. */
  listen(act: (event: RecordedEvent) => void): () => void {
    this.listeners.add(act);
    return () => void this.listeners.delete(act);
  }

  /** What the replica that answers has of the log: its last sequence. */
  get replicaEnd(): number {
    return Math.max(0, this.log.end - this.lag());
  }

  crash(faults: FaultsAtWork): void {
    faults.count('server-crash');
    this.up = false;
    const writtenAt = this.scheduler.now - this.chance.between(0, WRITES_EVERY);
    this.each((durable) => durable.crash(writtenAt));
  }

  restart(): void {
    this.up = true;
    this.timers.restart();
  }

  private offer(stream: ServerDurable['stream'], subject: string, sequence: number): void {
    const tokens = subject.split('.');
    // Filters name no tenant, no aggregate and no attempt: subjects that differ in these alone go to the same durables.
    const kind = `${tokens[0]} ${tokens[3]} ${tokens.slice(5, 9).join(' ')} ${tokens.at(-1)} ${tokens.length}`;
    let takers = this.takers.get(kind);
    if (takers === undefined) {
      takers = [...this.durables.values()].filter(
        (one) => one.stream === stream && one.wanted.some((wanted) => tokensMatch(wanted, tokens)),
      );
      this.takers.set(kind, takers);
    }
    for (const { durable } of takers) durable.offer(sequence);
  }
}
