import { type Limit, gcra } from './gcra.ts';

/** Counted by this process alone. Bounded: the callers that were seen least recently are forgotten, which only forgives them. */
export class LocalLimits {
  private readonly seen = new Map<string, number>();
  private readonly clock: () => number;
  private readonly most: number;

  /** `clock`: milliseconds. */
  constructor(clock: () => number, most = 10_000) {
    this.clock = clock;
    this.most = most;
  }

  /** 0 when there was a permit and it was taken, else the seconds until there is one. */
  take(caller: string, limit: Limit): number {
    const { granted, tat, wait } = gcra(this.seen.get(caller), this.clock() * 1000, limit, 1);
    this.seen.delete(caller);
    this.seen.set(caller, tat);
    if (this.seen.size > this.most) this.seen.delete(this.seen.keys().next().value as string);
    return granted === 1 ? 0 : seconds(wait);
  }

  /** The same without taking one. */
  wait(caller: string, limit: Limit): number {
    const tat = this.seen.get(caller);
    return tat === undefined ? 0 : seconds(gcra(tat, this.clock() * 1000, limit, 0).wait);
  }
}

const seconds = (micros: number): number => micros / 1_000_000;
