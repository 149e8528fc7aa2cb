import { type Instant, formatInstant, instantOf } from '@octobus/kernel';

export type RefusalCode = 'unauthenticated' | 'rate-limited' | 'forbidden';

/** Calls of one source that were refused for one reason in one minute. */
export interface RefusalCount {
  readonly tenant: string;
  readonly code: RefusalCode;
  readonly source: string;
  /** RFC 3339, the beginning of the minute. */
  readonly minute: string;
  readonly count: number;
}

const MINUTE_MS = 60_000;
/** Sources told apart in one minute; all further ones are counted together: a flood from many addresses costs no more memory and no more events. */
export const MOST_SOURCES = 256;
export const OTHERS = 'others';
/** Minutes that wait to be told; the oldest is let go of. */
const MOST_MINUTES = 10;

type Counts = Map<string, RefusalCount>;

/** Counts refusals a source and minute. A minute is handed out when it is over, again until it was told. */
export class CountedRefusals {
  private readonly minutes = new Map<number, Counts>();
  private readonly clock: () => Instant;
  private readonly platform: string;
  /** Counts that were let go of, because nobody could be told of them for too long. */
  lost = 0;

  /** `platform`: the tenant for sources that belong to none, and for all others. */
  constructor(clock: () => Instant, platform: string) {
    this.clock = clock;
    this.platform = platform;
  }

  add(tenant: string, code: RefusalCode, source: string): void {
    const minute = Math.floor(this.clock() / MINUTE_MS) * MINUTE_MS;
    const counts = this.minutes.get(minute) ?? new Map<string, RefusalCount>();
    this.minutes.set(minute, counts);
    const key = `${code}\n${tenant}\n${source}`;
    if (counts.has(key) || counts.size < MOST_SOURCES) this.count(counts, key, { tenant, code, source, minute });
    else this.count(counts, `${code}\n${OTHERS}`, { tenant: this.platform, code, source: OTHERS, minute });
    for (const oldest of this.minutes.keys()) {
      if (this.minutes.size <= MOST_MINUTES) break;
      this.lost += [...(this.minutes.get(oldest)?.values() ?? [])].reduce((sum, { count }) => sum + count, 0);
      this.minutes.delete(oldest);
    }
  }

  /** Minutes that are over; with `all`, the one under way, too, after which it must not be counted on. */
  due(all = false): readonly RefusalCount[] {
    const now = this.clock();
    return [...this.minutes].flatMap(([minute, counts]) => (all || minute + MINUTE_MS <= now ? [...counts.values()] : []));
  }

  /** One of `due` was told and need not be again. */
  told(count: RefusalCount): void {
    const at = Date.parse(count.minute);
    const counts = this.minutes.get(at);
    for (const [key, held] of counts ?? []) if (held === count) counts?.delete(key);
    if (counts?.size === 0) this.minutes.delete(at);
  }

  private count(counts: Counts, key: string, about: { tenant: string; code: RefusalCode; source: string; minute: number }): void {
    const minute = formatInstant(instantOf(about.minute));
    counts.set(key, { ...about, minute, count: (counts.get(key)?.count ?? 0) + 1 });
  }
}
