import { Fault } from '@octobus/kernel';

/** Most that wait or are at work, of one caller and of all callers of a tenant. */
export interface TurnLimits {
  readonly perCaller: number;
  readonly perTenant: number;
}

/** One piece of work of a tenant at a time, in order; no caller can keep others waiting behind more than its share, no tenant others at all. */
export class FairTurns {
  private readonly limits: TurnLimits;
  private readonly turns = new Map<string, Promise<unknown>>();
  private readonly counts = new Map<string, number>();

  constructor(limits: TurnLimits) {
    this.limits = limits;
  }

  /** Faults: `overloaded` (retryable) beyond the limits; those of the work. */
  async run<T>(tenant: string, caller: string, work: () => Promise<T>): Promise<T> {
    // Neither a tenant nor a caller has a line break.
    const [ofTenant, ofCaller] = [tenant, `${tenant}\n${caller}`];
    if (this.count(ofCaller) >= this.limits.perCaller) throw overloaded('this caller');
    if (this.count(ofTenant) >= this.limits.perTenant) throw overloaded('this tenant');
    for (const key of [ofTenant, ofCaller]) this.counts.set(key, this.count(key) + 1);
    const turn = (this.turns.get(tenant) ?? Promise.resolve()).catch(() => undefined).then(work);
    this.turns.set(tenant, turn);
    try {
      return await turn;
    } finally {
      if (this.turns.get(tenant) === turn) this.turns.delete(tenant);
      for (const key of [ofTenant, ofCaller]) this.leave(key);
    }
  }

  private count(key: string): number {
    return this.counts.get(key) ?? 0;
  }

  private leave(key: string): void {
    const left = this.count(key) - 1;
    if (left > 0) this.counts.set(key, left);
    else this.counts.delete(key);
  }
}

const overloaded = (who: string): Fault =>
  new Fault('overloaded', { retryable: true, message: `too many questions of ${who} at a time: wait for an answer before asking again` });
