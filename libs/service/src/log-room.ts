import type { Verb } from '@octobus/contracts';
import type { LogSize } from '@octobus/jetstream';

/** The largest log into which new work is let; 0: no limit. */
export type LogLimits = LogSize;

/** A command on its way into the log. `admitted`: the gateway has let it in and told its sender so. */
export interface Entering {
  readonly verb: Verb;
  readonly admitted: boolean;
}

/** These end something; all others begin something, or can be sent without end. */
const ENDING: readonly Verb[] = ['cancel', 'revoke-key'];

/** Room above the limit for what was let in before and for commands that end something; events of running tasks are never refused. */
const HEADROOM = { share: 0.1, events: 10_000, bytes: 64 * 1024 * 1024 } as const;

/**
 * Knows how large the log is without asking for it: every acknowledgement and every event heard tells a sequence, which is the number of events;
 * bytes follow from the last size read and the mean event so far.
 */
export class LogRoom {
  readonly limits: LogLimits;
  private read: LogSize = { events: 0, bytes: 0 };
  private last = 0;

  constructor(limits: LogLimits) {
    this.limits = limits;
  }

  /** As the server told it. */
  measured(size: LogSize): void {
    this.read = size;
    this.seen(size.events);
  }

  /** A sequence that the log has. */
  seen(sequence: number): void {
    if (sequence > this.last) this.last = sequence;
  }

  get size(): LogSize {
    const { events, bytes } = this.read;
    const since = this.last - events;
    return { events: this.last, bytes: since === 0 || events === 0 ? bytes : bytes + Math.round((since * bytes) / events) };
  }

  /** How much of the nearer limit is used; 1 and more: no new work. 0 without limits. */
  get used(): number {
    return this.usedOf(this.limits);
  }

  refuses({ verb, admitted }: Entering): boolean {
    return (admitted || ENDING.includes(verb) ? this.usedOf(withHeadroom(this.limits)) : this.used) >= 1;
  }

  private usedOf(limits: LogLimits): number {
    const { events, bytes } = this.size;
    return Math.max(limits.events === 0 ? 0 : events / limits.events, limits.bytes === 0 ? 0 : bytes / limits.bytes);
  }
}

const raised = (limit: number, least: number): number => (limit === 0 ? 0 : limit + Math.max(limit * HEADROOM.share, least));

const withHeadroom = ({ events, bytes }: LogLimits): LogLimits => ({
  events: raised(events, HEADROOM.events),
  bytes: raised(bytes, HEADROOM.bytes),
});
