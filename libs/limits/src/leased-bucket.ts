import { Fault } from '@octobus/kernel';
import { type Held, VOLATILE_FAULTS, type VolatileStore } from '@octobus/volatile';
import { type Granted, type Limit, gcra, givenBack, intervalOf } from './gcra.ts';

export interface Taken {
  readonly allowed: boolean;
  readonly remaining: number;
  /** Seconds until the next permit; 0: there is one. */
  readonly wait: number;
}

export interface LeasedBucketOptions {
  readonly key: string;
  readonly limit: Limit;
  readonly store: VolatileStore;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** A lease is used or given back within this. */
const LEASE_MS = 100;
/** Of what is left, at most this share goes into one lease: the last permits are taken one by one, by whoever asks first. */
const LEASE_SHARE = 16;
/** A refusal holds for what comes right behind it, without asking again; what others give back by then is seen afterwards. */
const REFUSED_MS = 50;
/** Others may write between a look and a write; each round one of all gets through. */
const TRIES = 50;
/** The state is of no more use when the burst is whole again; who comes a little later finds it as it was left, which spares a look. */
const KEPT_BEHIND_MS = 60_000;

interface Waiting {
  readonly resolve: (taken: Taken) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One count of which this process holds a lease. The store knows one number, the theoretical arrival time with every lease in it as if it were used:
 * so all replicas together never give more than the limit says. A lease is for 100 ms, and what isn't used by then is given back.
 * What is held runs out as time passes where the count fills up by itself, or idle permits would come on top of a full burst.
 * Calls that come while the store is asked share the next question.
 */
export class LeasedBucket {
  private readonly options: LeasedBucketOptions;
  private held = 0;
  /** The store's time when it was last written here, in microseconds: what the lease is covered by. */
  private tat = 0;
  private until = 0;
  /** Permits that the lease held when it was new. */
  private lease = 0;
  /** What it may come to hold. */
  private size = 0;
  private seen: Held | undefined;
  private known = false;
  private refusedUntil = 0;
  private refusedFor = 0;
  private left = 0;
  private waiting: Waiting[] = [];
  private asking: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(options: LeasedBucketOptions) {
    this.options = options;
  }

  /** Undefined: the store has to be asked. `now` in milliseconds. */
  takeHeld(now: number): Taken | undefined {
    if (this.waiting.length > 0) return undefined;
    if (this.covered(now) >= 1) {
      this.held -= 1;
      if (this.lease > 1 && (this.held < this.lease / 4 || now > this.until - LEASE_MS * 0.6)) this.ask();
      return { allowed: true, remaining: this.left + this.held, wait: 0 };
    }
    if (now < this.refusedUntil) return { allowed: false, remaining: 0, wait: this.refusedFor - (now - this.refusedAt()) / 1000 };
    return undefined;
  }

  /** Faults of `VolatileStore`. */
  async take(): Promise<Taken> {
    return this.takeHeld(this.options.clock()) ?? this.wait();
  }

  /** A permit that was taken and not needed. */
  putBack(): void {
    this.held += 1;
    this.giveBackLater();
  }

  /** Gives back what is held. Faults of `VolatileStore`. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    while (this.asking !== undefined) await this.asking.catch(() => undefined);
    await this.giveBack();
  }

  private refusedAt(): number {
    return this.refusedUntil - Math.min(REFUSED_MS, this.refusedFor * 1000);
  }

  private wait(): Promise<Taken> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.ask();
    });
  }

  /** What is held and still stands for something. */
  private covered(now: number): number {
    const standsFor = Math.floor((this.tat - now * 1000) / intervalOf(this.options.limit) + 1e-6);
    this.held = now >= this.until ? 0 : Math.max(0, Math.min(this.held, standsFor));
    return this.held;
  }

  private ask(): void {
    if (this.asking === undefined) void this.alone(() => this.askOnce());
  }

  /** One conversation with the store at a time. */
  private alone(work: () => Promise<void>): Promise<void> {
    this.asking = work().finally(() => {
      this.asking = undefined;
      if (this.waiting.length > 0) this.ask();
    });
    return this.asking;
  }

  private async askOnce(): Promise<void> {
    const now = this.options.clock();
    const batch = this.waiting;
    this.waiting = [];
    // Who comes again so soon gets what lasts for the time of a lease; who comes now and then one permit.
    this.size = now < this.until + LEASE_MS ? this.largest() : 1;
    try {
      const granted = await this.exchange((left) => batch.length + this.more(batch.length, left), 0);
      this.share(batch, granted);
    } catch (error) {
      this.known = false;
      for (const { reject } of batch) reject(error);
    }
  }

  /** What a caller at the full rate uses up in the time of a lease. */
  private largest(): number {
    return Math.max(1, Math.floor((this.options.limit.rate * LEASE_MS) / 1000));
  }

  private more(wanted: number, left: number): number {
    const room = Math.floor((left - wanted) / LEASE_SHARE);
    return Math.max(0, Math.min(this.size - Math.max(1, wanted) - this.covered(this.options.clock()), room));
  }

  private share(batch: readonly Waiting[], { granted, tat, remaining, wait }: Granted): void {
    const now = this.options.clock();
    const kept = this.covered(now);
    this.tat = tat;
    this.left = remaining;
    const served = Math.min(batch.length, granted + kept);
    this.held = kept + granted - served;
    this.lease = this.held;
    this.until = now + LEASE_MS;
    if (served < batch.length) {
      this.refusedFor = wait / 1_000_000;
      this.refusedUntil = now + Math.min(REFUSED_MS, wait / 1000);
    }
    batch.slice(0, served).forEach(({ resolve }) => resolve({ allowed: true, remaining: remaining + this.held, wait: 0 }));
    batch.slice(served).forEach(({ resolve }) => resolve({ allowed: false, remaining: 0, wait: this.refusedFor }));
    if (this.held > 0) this.giveBackLater();
  }

  /** Takes what is wanted of what is left, in one write: whoever loses to another looks again. */
  private async exchange(wanted: (left: number) => number, back: number): Promise<Granted> {
    const { key, limit, store, clock } = this.options;
    let fresh = !this.known;
    for (let n = 0; n < TRIES; n++) {
      if (fresh) this.seen = await store.get(key);
      this.known = true;
      const now = clock();
      const tat = this.seen === undefined ? undefined : givenBack(Number(this.seen.value), limit, back);
      const { remaining: left } = gcra(tat, now * 1000, limit, 0);
      const granted = gcra(tat, now * 1000, limit, wanted(left));
      if (granted.granted === 0 && back === 0) {
        // What was seen before may be out of date: somebody may have given back.
        if (fresh) return granted;
        fresh = true;
        continue;
      }
      const ttl = granted.tat / 1000 - now + KEPT_BEHIND_MS;
      const written = await store.swap(key, this.seen, granted.tat.toFixed(3), Math.max(KEPT_BEHIND_MS, ttl));
      if (written !== undefined) {
        this.seen = written;
        return granted;
      }
      fresh = true;
    }
    throw new Fault(VOLATILE_FAULTS.unavailable, { retryable: true, message: 'others were faster every time' });
  }

  private giveBackLater(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.asking === undefined) this.giveBack().catch(() => undefined);
    }, LEASE_MS * 0.8);
    this.timer.unref();
  }

  /** What is not given back in time is lost to its count for as long as it stands for: a tenth of a second of the rate at most. */
  private async giveBack(): Promise<void> {
    const now = this.options.clock();
    const back = this.covered(now);
    this.held = 0;
    // A count that is full but for the lease has filled up by itself.
    if (back < 1 || givenBack(this.tat, this.options.limit, back) <= now * 1000) return;
    await this.alone(async () => {
      const { tat, remaining } = await this.exchange(() => 0, back);
      this.tat = tat;
      this.left = remaining;
    });
  }
}
