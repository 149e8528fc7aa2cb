import { isFault } from '@octobus/kernel';
import { VOLATILE_FAULTS, type VolatileStore } from '@octobus/volatile';
import type { Bucket } from './limit-plan.ts';
import { LeasedBucket, type Taken } from './leased-bucket.ts';

/** What a caller is told: of the count that refused it, else of the one that is nearest to its end. */
export interface Verdict {
  readonly allowed: boolean;
  readonly bucket: Bucket;
  /** Permits left, at least. */
  readonly remaining: number;
  /** Seconds until the next permit; 0: there is one. */
  readonly wait: number;
}

export interface SharedLimitsOptions {
  readonly store: VolatileStore;
  /** Milliseconds since 1970; the clocks of replicas should agree as NTP keeps them: one that is ahead is that much more generous, once. */
  readonly clock: () => number;
  /** Counts that are remembered at once; beyond, the oldest is given back and forgotten, to be asked for again. */
  readonly most?: number;
}

/** After a call of the store that failed, nobody asks it for so long, and then one alone: who waits for what is down is down, too. */
const LEFT_ALONE_MS = 250;

/**
 * Counts that replicas share. A permit is taken from a lease that this process holds, without a round trip, else from the store (see `LeasedBucket`).
 * Faults of `VolatileStore`: then nothing was taken, and `down` is true until the store answers again.
 */
export class SharedLimits {
  private readonly options: SharedLimitsOptions;
  private readonly buckets = new Map<string, LeasedBucket>();
  private failedAt: number | undefined;
  private failure: unknown;
  private probing = false;
  private readonly most: number;

  constructor(options: SharedLimitsOptions) {
    this.options = options;
    this.most = options.most ?? 10_000;
  }

  /** The store did not answer when it was asked last. */
  get down(): boolean {
    return this.failedAt !== undefined;
  }

  /** One permit of each, or none of any; undefined: there is no limit. Answers at once where it can. */
  take(wanted: readonly Bucket[]): Verdict | undefined | Promise<Verdict | undefined> {
    const taken: Held[] = [];
    for (let i = 0; i < wanted.length; i++) {
      const bucket = wanted[i] as Bucket;
      const one = this.leased(bucket).takeHeld(this.options.clock());
      if (one === undefined) return this.takeSlowly(wanted, taken);
      taken.push({ bucket, one });
      if (!one.allowed) return this.verdict(taken);
    }
    return this.verdict(taken);
  }

  /** Asks the store whether it is there. Faults of `VolatileStore`. */
  async check(): Promise<void> {
    await this.asking(() => this.options.store.get('check'));
  }

  /** Gives back what is held; the store is its owner's to close. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.buckets.values()].map((bucket) => bucket.close()));
    this.buckets.clear();
  }

  private async takeSlowly(wanted: readonly Bucket[], taken: Held[]): Promise<Verdict | undefined> {
    try {
      for (const bucket of wanted.slice(taken.length)) {
        const one = await this.asking(() => this.leased(bucket).take());
        taken.push({ bucket, one });
        if (!one.allowed) break;
      }
    } catch (error) {
      this.giveBack(taken);
      throw error;
    }
    return this.verdict(taken);
  }

  private verdict(taken: readonly Held[]): Verdict | undefined {
    const last = taken.at(-1);
    if (last !== undefined && !last.one.allowed) {
      this.giveBack(taken.slice(0, -1));
      return toVerdict(last);
    }
    const [first, ...rest] = taken;
    return first && toVerdict(rest.reduce((tightest, next) => (shareLeft(next) < shareLeft(tightest) ? next : tightest), first));
  }

  private giveBack(taken: readonly Held[]): void {
    for (const { bucket } of taken) this.leased(bucket).putBack();
  }

  private async asking<T>(question: () => Promise<T>): Promise<T> {
    if (this.failedAt !== undefined) {
      if (this.probing || this.options.clock() - this.failedAt < LEFT_ALONE_MS) throw this.failure;
      this.probing = true;
    }
    try {
      const answer = await question();
      this.failedAt = undefined;
      return answer;
    } catch (error) {
      if (isFault(error, VOLATILE_FAULTS.unavailable) || isFault(error, VOLATILE_FAULTS.refused)) {
        this.failedAt = this.options.clock();
        this.failure = error;
      }
      throw error;
    } finally {
      this.probing = false;
    }
  }

  private leased({ key, limit }: Bucket): LeasedBucket {
    const known = this.buckets.get(key);
    if (known !== undefined) return known;
    const { store, clock } = this.options;
    const made = new LeasedBucket({ key, limit, store, clock });
    this.buckets.set(key, made);
    if (this.buckets.size > this.most) this.forgetOldest();
    return made;
  }

  private forgetOldest(): void {
    const [oldest] = this.buckets;
    if (oldest === undefined) return;
    this.buckets.delete(oldest[0]);
    void oldest[1].close().catch(() => undefined);
  }
}

interface Held {
  readonly bucket: Bucket;
  readonly one: Taken;
}

const shareLeft = ({ bucket, one }: Held): number => one.remaining / bucket.limit.burst;
const toVerdict = ({ bucket, one }: Held): Verdict => ({ bucket, ...one });
