import { FAULTS, type FaultKind } from './faults.ts';
import type { Course } from './simulation.ts';
import type { Violation } from './task-invariants.ts';

export interface FailedSeed {
  readonly seed: number;
  readonly fingerprint: string;
  readonly violations: readonly Violation[];
}

/** How often a kind of fault took effect, and in how many seeds. */
export interface Coverage {
  readonly hits: number;
  readonly seeds: number;
}

/** Many courses in one. Plain data: it goes from thread to thread. */
export interface Tally {
  readonly seeds: number;
  readonly tasks: number;
  readonly leastTasks: number;
  readonly leastFaults: number;
  readonly logged: number;
  readonly events: number;
  readonly firings: number;
  readonly simulatedMs: number;
  readonly faults: Readonly<Record<FaultKind, Coverage>>;
  readonly ends: Readonly<Record<string, number>>;
  readonly failed: readonly FailedSeed[];
}

const each = <K extends string, V>(keys: readonly K[], value: (key: K) => V): Record<K, V> =>
  Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<K, V>;

export const NOTHING: Tally = {
  seeds: 0,
  tasks: 0,
  leastTasks: Number.MAX_SAFE_INTEGER,
  leastFaults: Number.MAX_SAFE_INTEGER,
  logged: 0,
  events: 0,
  firings: 0,
  simulatedMs: 0,
  faults: each(FAULTS, () => ({ hits: 0, seeds: 0 })),
  ends: {},
  failed: [],
};

export const tallyOf = (course: Course): Tally => ({
  seeds: 1,
  tasks: course.tasks,
  leastTasks: course.tasks,
  leastFaults: [...course.faults.values()].reduce((sum, n) => sum + n, 0),
  logged: course.logged,
  events: course.events,
  firings: course.firings,
  simulatedMs: course.took,
  faults: each(FAULTS, (kind) => ({ hits: course.faults.get(kind) ?? 0, seeds: course.faults.has(kind) ? 1 : 0 })),
  ends: Object.fromEntries(course.ends),
  failed: course.violations.length === 0 ? [] : [{ seed: course.seed, fingerprint: course.fingerprint, violations: course.violations }],
});

export const sum = (a: Tally, b: Tally): Tally => ({
  seeds: a.seeds + b.seeds,
  tasks: a.tasks + b.tasks,
  leastTasks: Math.min(a.leastTasks, b.leastTasks),
  leastFaults: Math.min(a.leastFaults, b.leastFaults),
  logged: a.logged + b.logged,
  events: a.events + b.events,
  firings: a.firings + b.firings,
  simulatedMs: a.simulatedMs + b.simulatedMs,
  faults: each(FAULTS, (kind) => ({
    hits: a.faults[kind].hits + b.faults[kind].hits,
    seeds: a.faults[kind].seeds + b.faults[kind].seeds,
  })),
  ends: each([...new Set([...Object.keys(a.ends), ...Object.keys(b.ends)])], (end) => (a.ends[end] ?? 0) + (b.ends[end] ?? 0)),
  failed: [...a.failed, ...b.failed].toSorted((x, y) => x.seed - y.seed),
});

/** Kinds of faults that never took effect. */
export const uncovered = ({ faults }: Tally): readonly FaultKind[] => FAULTS.filter((kind) => faults[kind].hits === 0);
