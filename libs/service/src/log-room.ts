import { type Verb, logStreamIndex } from '@octobus/contracts';
import type { LogSize } from '@octobus/jetstream';

/** The largest log into which new work is let; 0: no limit. */
export type LogLimits = LogSize;

/** A command on its way into the log. `admitted`: the gateway has let it in and told its sender so. */
export interface Entering {
  readonly verb: Verb;
  readonly admitted: boolean;
}

/** These end something, or tell of what the gateway did; all others begin something, or can be sent without end. */
const ENDING: readonly Verb[] = [
  'cancel',
  'erase',
  'revoke-key',
  'pause-schedule',
  'delete-schedule',
  'open-session',
  'open-replay',
  'close-replay',
  'drop',
  'report-denial',
  'report-refusals',
  'report-output',
];

/** Such commands are let in though there is no room, and however many have come. */
export const endsSomething = (verb: Verb): boolean => ENDING.includes(verb);

/** Room above the limit for what was let in before and for commands that end something; events of running tasks are never refused. */
const HEADROOM = { share: 0.1, events: 10_000, bytes: 64 * 1024 * 1024 } as const;

/**
 * Knows how large the log is without asking for it: every acknowledgement and every event heard tells a sequence, which is the number of events of
 * its stream; bytes follow from the last size read and the mean event so far.
 */
export class LogRoom {
  readonly limits: LogLimits;
  private read: LogSize = { events: 0, bytes: 0 };
  /** Of each stream. */
  private readonly lasts: number[];

  constructor(limits: LogLimits, streams = 1) {
    this.limits = limits;
    this.lasts = Array.from({ length: streams }, () => 0);
  }

  /** As the server told it, stream by stream. */
  measured(sizes: readonly LogSize[]): void {
    this.read = { events: sum(sizes.map(({ events }) => events)), bytes: sum(sizes.map(({ bytes }) => bytes)) };
    sizes.forEach(({ events }, index) => this.reached(index, events));
  }

  /** An event that the log has. */
  seen({ subject, sequence }: { readonly subject: string; readonly sequence: number }): void {
    this.reached(logStreamIndex(subject, this.lasts.length) ?? 0, sequence);
  }

  get size(): LogSize {
    const { events, bytes } = this.read;
    const all = sum(this.lasts);
    const since = all - events;
    return { events: all, bytes: since === 0 || events === 0 ? bytes : bytes + Math.round((since * bytes) / events) };
  }

  private reached(index: number, sequence: number): void {
    if (sequence > (this.lasts[index] ?? 0)) this.lasts[index] = sequence;
  }

  /** How much of the nearer limit is used; 1 and more: no new work. 0 without limits. */
  get used(): number {
    return this.usedOf(this.limits);
  }

  refuses({ verb, admitted }: Entering): boolean {
    return (admitted || endsSomething(verb) ? this.usedOf(withHeadroom(this.limits)) : this.used) >= 1;
  }

  private usedOf(limits: LogLimits): number {
    const { events, bytes } = this.size;
    return Math.max(limits.events === 0 ? 0 : events / limits.events, limits.bytes === 0 ? 0 : bytes / limits.bytes);
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

const raised = (limit: number, least: number): number => (limit === 0 ? 0 : limit + Math.max(limit * HEADROOM.share, least));

const withHeadroom = ({ events, bytes }: LogLimits): LogLimits => ({
  events: raised(events, HEADROOM.events),
  bytes: raised(bytes, HEADROOM.bytes),
});
