import type { Chance } from './chance.ts';

/** What a message between a process and a server is about. */
export type Traffic = 'append' | 'read' | 'pull' | 'delivery' | 'ack' | 'command' | 'live' | 'sql';

/** Faults of messages hit some of those that pass while they last; the others hit a process, a server or the replica that is read. */
export const FAULTS = [
  'drop',
  'duplicate',
  'delay',
  'reorder',
  'ack-lost',
  'closing-missed',
  'crash',
  'zombie',
  'partition',
  'server-crash',
  'database-crash',
  'lagging-replica',
  'timer-late',
  'timer-twice',
  'timer-overdue',
] as const;
export type FaultKind = (typeof FAULTS)[number];

export interface PlannedFault {
  readonly kind: FaultKind;
  /** Milliseconds since the beginning, and how long it lasts. */
  readonly at: number;
  readonly forMs: number;
  /** Chance of each message that passes, and how many it hits at most. */
  readonly odds: number;
  readonly most: number;
}

/** When the last fault ends at the latest, milliseconds. */
export const FAULTS_END_MS = 10_000;
export const LEAST_FAULTS = 5;

const LASTS: Readonly<Record<FaultKind, readonly [number, number]>> = {
  drop: [200, 3_000],
  duplicate: [200, 3_000],
  delay: [200, 3_000],
  reorder: [200, 3_000],
  'ack-lost': [200, 3_000],
  'closing-missed': [1_000, 6_000],
  crash: [100, 3_000],
  zombie: [1_000, 7_000],
  partition: [300, 6_000],
  'server-crash': [100, 2_000],
  'database-crash': [100, 2_000],
  'lagging-replica': [500, 5_000],
  'timer-late': [1_000, 6_000],
  'timer-twice': [1_000, 6_000],
  'timer-overdue': [500, 5_000],
};

/** Swarm testing: each seed has its own mixture of kinds, some of them not at all, so that none hides what another would show. */
export function planFaults(chance: Chance): readonly PlannedFault[] {
  const kinds = FAULTS.filter(() => chance.hit(0.6));
  const choice = kinds.length < 3 ? FAULTS : kinds;
  return Array.from({ length: chance.whole(LEAST_FAULTS + 3, 18) }, () => {
    const kind = chance.pick(choice);
    const at = chance.between(5, 5_500);
    const [least, most] = LASTS[kind];
    const forMs = Math.min(chance.between(least, most), FAULTS_END_MS - at);
    return { kind, at, forMs, odds: chance.pick([0.05, 0.2, 0.6]), most: chance.whole(1, 12) };
  });
}

/** What becomes of one message: how late each copy of it is, milliseconds; none: it is lost. */
export type Fate = readonly number[];

/** Messages are so long under way without a fault, milliseconds, and overtake each other within that. */
const LEAST_MS = 0.1;
export const USUAL_MS = 3;

/** They are few. */
const LEAST_ODDS_OF_TIMERS = 0.5;

interface Rule {
  readonly kind: FaultKind;
  readonly until: number;
  readonly odds: number;
  left: number;
}

/** The faults of messages that are at work, and the count of all that have taken effect. */
export class FaultsAtWork {
  readonly counts = new Map<FaultKind, number>();
  private rules: Rule[] = [];
  private readonly chance: Chance;

  constructor(chance: Chance) {
    this.chance = chance;
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, n) => sum + n, 0);
  }

  count(kind: FaultKind): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }

  begin({ kind, odds, most }: PlannedFault, until: number): void {
    this.rules.push({ kind, until, odds, left: most });
  }

  fate(traffic: Traffic, now: number): Fate {
    const late = LEAST_MS + this.chance.next() ** 3 * (USUAL_MS - LEAST_MS);
    if (this.rules.length === 0) return [late];
    const rule = this.rules.find((one) => one.left > 0 && now < one.until && concerns(one.kind, traffic) && this.chance.hit(one.odds));
    if (rule === undefined) {
      this.rules = this.rules.filter((one) => one.left > 0 && now < one.until);
      return [late];
    }
    rule.left--;
    this.count(rule.kind);
    return this.changed(rule.kind, late);
  }

  /** Whether a fault of timers hits the one that is set or fires now. */
  strikesTimer(kind: FaultKind, now: number): boolean {
    const rule = this.rules.find((one) => one.kind === kind && one.left > 0 && now < one.until);
    if (rule === undefined || !this.chance.hit(Math.max(rule.odds, LEAST_ODDS_OF_TIMERS))) return false;
    rule.left--;
    this.count(kind);
    return true;
  }

  private changed(kind: FaultKind, late: number): Fate {
    switch (kind) {
      case 'duplicate':
        return [late, late + this.chance.between(0, this.chance.pick([3, 300, 4_000]))];
      case 'delay':
        return [late + this.chance.between(2_100, 9_000)];
      case 'reorder':
        return [late + this.chance.between(5, 400)];
      default:
        return [];
    }
  }
}

function concerns(kind: FaultKind, traffic: Traffic): boolean {
  if (isOfTimers(kind)) return false;
  if (kind === 'ack-lost') return traffic === 'ack';
  if (kind === 'closing-missed') return traffic === 'live';
  return true;
}

/** Faults that hit messages: they are rules while they last. */
export const isOfMessages = (kind: FaultKind): boolean =>
  ['drop', 'duplicate', 'delay', 'reorder', 'ack-lost', 'closing-missed'].includes(kind);

/** Faults that hit timers, which are rules, too: they come late, or twice, or the server is down when they are due. */
export const isOfTimers = (kind: FaultKind): boolean => ['timer-late', 'timer-twice', 'timer-overdue'].includes(kind);
