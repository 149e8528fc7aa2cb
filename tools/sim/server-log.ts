import {
  type Appended,
  type EventLog,
  type Expectation,
  LOG_FAULTS,
  type NewEvent,
  type RecordedEvent,
  assertReadable,
  assertWritable,
} from '@octobus/event-log';
import { Fault } from '@octobus/kernel';
import type { Chance } from './chance.ts';
import type { Process } from './process.ts';
import { ask, retrying } from './request.ts';
import type { Server } from './server.ts';

/** Tries of an append and of a read, as the adapter has them. */
const TRIES = { append: 30, read: 5, lag: 10 } as const;
const LAG_PAUSE_MS = 100;
const PAGE = 100;

export interface ServerLogOptions {
  readonly process: Process;
  readonly server: Server;
  readonly chance: Chance;
  /** Told of every append that was acknowledged to its writer. */
  readonly onAcknowledged?: (event: NewEvent, sequence: number) => void;
  /** False: the log is asked to store whatever the expectation. For the test of the tests. */
  readonly expects?: boolean;
}

/** One process's way to the log: over a network that loses, repeats and reorders, to a server that dies, to replicas that are behind. */
export class ServerLog implements EventLog {
  private readonly options: ServerLogOptions;

  constructor(options: ServerLogOptions) {
    this.options = options;
  }

  async append(event: NewEvent, expected: Expectation): Promise<Appended> {
    assertWritable(event, expected);
    const { server, expects = true } = this.options;
    const sequence = await this.tried(TRIES.append, 'append', () => server.publish(event, expected, expects));
    const appended = sequence === undefined ? await this.whoseIsIt(event, expected) : { sequence, repeated: false };
    if ('sequence' in appended) this.options.onAcknowledged?.(event, appended.sequence);
    return appended;
  }

  load(filters: readonly string[], { atLeast = 0 }: { readonly atLeast?: number } = {}): Promise<readonly RecordedEvent[]> {
    return this.tried(TRIES.read, 'read', (end) => {
      if (end < atLeast) throw behind(atLeast);
      return this.options.server.log.loadNow(filters).filter(({ sequence }) => sequence <= end);
    });
  }

  async last(subject: string): Promise<RecordedEvent | undefined> {
    assertReadable(subject);
    return this.tried(TRIES.read, 'read', (end) => this.lastWithin(subject, end));
  }

  async *read(filter: string, from: number): AsyncIterable<readonly RecordedEvent[]> {
    const last = await this.lastSequence();
    for (let next = Math.max(1, from); next <= last; next += PAGE) {
      const first = next;
      const events = await this.tried(TRIES.read, 'read', () =>
        this.options.server.log.between(filter, first, Math.min(last, first + PAGE - 1)),
      );
      if (events.length > 0) yield events;
    }
  }

  async lastSequence({ atLeast = 0 }: { readonly atLeast?: number } = {}): Promise<number> {
    for (let tries = 1; ; tries++) {
      const last = await this.tried(TRIES.read, 'read', (end) => end);
      if (last >= atLeast || tries === TRIES.lag) return last;
      await this.options.process.pause(LAG_PAUSE_MS);
    }
  }

  private lastWithin(subject: string, end: number): RecordedEvent | undefined {
    const event = this.options.server.log.lastNow(subject);
    return event === undefined || event.sequence > end ? undefined : event;
  }

  private async whoseIsIt(event: NewEvent, expected: Expectation): Promise<Appended> {
    const there = await this.tried(TRIES.read, 'read', (end) => {
      const found = this.lastWithin(event.subject, end);
      if (found === undefined && expected.filter === event.subject) throw behind(1);
      return found;
    });
    return there?.envelope.id === event.envelope.id ? { sequence: there.sequence, repeated: true } : { conflict: true };
  }

  /** `work` is what the server does when it is asked; it is told how far the replica is that answers. */
  private tried<T>(tries: number, traffic: 'append' | 'read', work: (end: number) => T): Promise<T> {
    const { process, server, chance } = this.options;
    return retrying(process, chance, tries, () =>
      ask(process, traffic, LOG_FAULTS.unavailable, () => (server.isUp ? { answer: work(server.replicaEnd) } : undefined)),
    );
  }
}

const behind = (sequence: number): Fault =>
  new Fault(LOG_FAULTS.unavailable, { retryable: true, message: `the log does not show sequence ${sequence} yet` });
