import type { Instant } from '@octobus/kernel';

/** Scopes remembered; of an older closing only the log knows. */
const MOST = 10_000;

/**
 * Closings as they are heard on the live feed, so that whoever takes a fresh dispatch needn't ask the log whether its attempt was closed meanwhile.
 * A closing that comes later, or is missed, costs work and not correctness: the log refuses every append to a closed attempt.
 */
export class Closings {
  private readonly closed = new Set<string>();
  private since: number = Number.POSITIVE_INFINITY;

  /** From now on nothing is missed. */
  hearsSince(at: Instant): void {
    this.since = at;
  }

  hears(scope: string): void {
    this.closed.add(scope);
    if (this.closed.size > MOST) this.closed.delete(this.closed.values().next().value ?? '');
  }

  /** Whether a scope that began at a time (milliseconds since 1970) has been closed; undefined: that was before this began to listen. */
  of(scope: string, begun: number): boolean | undefined {
    if (this.closed.has(scope)) return true;
    return begun > this.since ? false : undefined;
  }
}
