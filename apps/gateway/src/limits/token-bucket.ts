/** A bucket a caller: `rate` tokens a second, at most `burst`. Bounded: the least recently used callers are forgotten, which only refills them. */
export class TokenBuckets {
  private readonly buckets = new Map<string, { tokens: number; at: number }>();
  private readonly rate: number;
  private readonly burst: number;
  private readonly clock: () => number;
  private readonly most: number;

  constructor(rate: number, burst: number, clock: () => number, most = 10_000) {
    this.rate = rate;
    this.burst = burst;
    this.clock = clock;
    this.most = most;
  }

  /** 0 when there is a token, else the seconds until there is one; takes none. */
  wait(caller: string): number {
    const bucket = this.buckets.get(caller);
    if (bucket === undefined) return 0;
    const tokens = Math.min(this.burst, bucket.tokens + ((this.clock() - bucket.at) / 1000) * this.rate);
    return tokens < 1 ? Math.max(0.001, (1 - tokens) / this.rate) : 0;
  }

  /** 0 when a token was taken, else the seconds until there is one. */
  take(caller: string): number {
    const now = this.clock();
    const bucket = this.buckets.get(caller) ?? { tokens: this.burst, at: now };
    bucket.tokens = Math.min(this.burst, bucket.tokens + ((now - bucket.at) / 1000) * this.rate);
    bucket.at = now;
    this.buckets.delete(caller);
    this.buckets.set(caller, bucket);
    if (this.buckets.size > this.most) this.buckets.delete(this.buckets.keys().next().value as string);
    if (bucket.tokens < 1) return Math.max(0.001, (1 - bucket.tokens) / this.rate);
    bucket.tokens -= 1;
    return 0;
  }
}
