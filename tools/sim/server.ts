import { timerSubjects, toHeaders } from '@octobus/contracts';
import { type Expectation, InMemoryEventLog, type NewEvent, type RecordedEvent, type Timer, tokensMatch } from '@octobus/event-log';
import type { Chance } from './chance.ts';
import { Durable, type DurableSettings } from './durable.ts';
import type { FaultsAtWork } from './faults.ts';
import type { Scheduler } from './scheduler.ts';

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

/** A scheduled message comes up to so many milliseconds late. */
const LATE_MS = 250;

/** The server's files are written at least this often, milliseconds. */
const WRITES_EVERY = 1_500;

/** One nats-server: the log of record, the stream of commands, durables on both, timers that become events, and the live feed. A stored message survives its crashes, nothing else. */
export class Server {
  readonly log: InMemoryEventLog;
  readonly appends: StoredAppend[] = [];
  /** Events that a read may lack at the end of the log. */
  lag: () => number = () => 0;
  private up = true;
  private readonly ingress: IngressEntry[] = [];
  private readonly durables = new Map<string, Watched>();
  private readonly takers = new Map<string, readonly Watched[]>();
  private readonly listeners = new Set<(event: RecordedEvent) => void>();
  /** By the subject of the event that each becomes; it ends the waiting. */
  private readonly timers = new Map<string, () => void>();
  /** Timers whose time came while the server was down. */
  private readonly overdue: Timer[] = [];
  private readonly scheduler: Scheduler;
  private readonly chance: Chance;

  constructor(scheduler: Scheduler, chance: Chance, durables: readonly ServerDurable[], onDropped: () => void = () => undefined) {
    this.scheduler = scheduler;
    this.chance = chance;
    this.log = new InMemoryEventLog({ clock: scheduler.clock, onDropped });
    for (const settings of durables) {
      const wanted = settings.filters.map((filter) => filter.split('.'));
      this.durables.set(settings.name, { ...settings, wanted, durable: new Durable(settings, scheduler) });
    }
  }

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

  /** One that has the same name takes the place of the one before. */
  setTimer(timer: Timer): void {
    const { event } = timerSubjects(timer);
    this.cancelTimer(event);
    const inMs = Math.max(0, timer.at - this.scheduler.clock()) + this.chance.between(0, LATE_MS);
    this.timers.set(
      event,
      this.scheduler.after(inMs, 'timer', () => this.fire(timer), false),
    );
  }

  cancelTimer(event: string): void {
    this.timers.get(event)?.();
    this.timers.delete(event);
  }

  hasTimer(event: string): boolean {
    return this.timers.has(event);
  }

  /** Timers that have not fired. */
  get timersLeft(): number {
    return this.timers.size;
  }

  /** Nobody's append: it expects nothing. */
  private fire(timer: Timer): void {
    if (!this.up) {
      this.overdue.push(timer);
      return;
    }
    const { event: subject } = timerSubjects(timer);
    if (!this.timers.delete(subject)) return;
    const sequence = this.log.plant(subject, toHeaders(timer.envelope), JSON.stringify(timer.body.data));
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
    for (const timer of this.overdue.splice(0)) this.fire(timer);
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
