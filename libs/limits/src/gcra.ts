/** What may be done: `rate` times a second in the long run, and `burst` times at once after a pause. */
export interface Limit {
  readonly rate: number;
  readonly burst: number;
}

/** What became of a wish for some permits. */
export interface Granted {
  /** Permits that were given, of those asked for. */
  readonly granted: number;
  /** The state afterwards: the theoretical arrival time, in microseconds. */
  readonly tat: number;
  /** Permits that could be given at once now. */
  readonly remaining: number;
  /** Microseconds until there is one more; 0: there is one now. */
  readonly wait: number;
}

const MICROS = 1_000_000;
/** Sums of times that aren't whole differ by less than this (microseconds): half a permit at the highest rate. */
const SLACK = 0.5;

/** Microseconds that one permit stands for. */
export const intervalOf = ({ rate }: Limit): number => MICROS / rate;

/**
 * Generic cell rate algorithm (ITU-T I.371, as virtual scheduling): all that is remembered is the time at which the next permit would be due if all came
 * in an even stream; it may be ahead of now by a whole burst. Pure. `tat` undefined: never seen. Times in microseconds of one clock.
 * In any stretch of time at most `burst + rate * seconds` permits are given.
 */
export function gcra(tat: number | undefined, now: number, limit: Limit, wanted: number): Granted {
  const interval = intervalOf(limit);
  const from = Math.max(tat ?? now, now);
  const free = permitsFree(from, now, limit);
  const granted = Math.min(wanted, free);
  const after = from + granted * interval;
  const remaining = free - granted;
  return { granted, tat: after, remaining, wait: remaining > 0 ? 0 : Math.max(1, after + interval - now - limit.burst * interval) };
}

/** Permits given back that nobody used. */
export const givenBack = (tat: number, limit: Limit, permits: number): number => tat - permits * intervalOf(limit);

const permitsFree = (from: number, now: number, limit: Limit): number => {
  const interval = intervalOf(limit);
  return Math.max(0, Math.floor((limit.burst * interval - (from - now) + SLACK) / interval));
};

/** Whole seconds in which the rate fills a whole burst; at least 1. */
export const secondsToFill = ({ rate, burst }: Limit): number => Math.max(1, Math.ceil(burst / rate));
