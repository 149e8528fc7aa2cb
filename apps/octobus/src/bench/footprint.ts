import { conditionLines, type Conditions, rounded } from './conditions.ts';
import type { RowCounts } from './read-model-rows.ts';
import { errorsText } from './report.ts';
import type { StreamSize } from './stack-access.ts';

/** Appends that a linear run may make: one into INGRESS, accepted, each step and each outcome, the end (architecture decision: one decision = one append). */
export const mostAppends = (steps: number): number => 3 + 2 * steps;

type Sizes = Readonly<Record<string, number>>;

/** What a stack holds at one moment. */
export interface Holdings {
  readonly streams: Readonly<Record<string, StreamSize>>;
  /** Those of them that the log is spread over. */
  readonly log: readonly string[];
  readonly rows: RowCounts;
  /** Bytes on disk by entry of the state folder. */
  readonly disk: Sizes;
  readonly pssBytes: number | undefined;
}

export interface Footprint {
  /** Appends to all streams, of which `events` to the log. */
  readonly appends: number;
  readonly events: number;
  /** Bytes that the log says it holds. */
  readonly eventBytes: number;
  readonly rows: Readonly<Partial<RowCounts>>;
  /** Bytes on disk by entry of the state folder. */
  readonly diskBytes: Sizes;
}

/** Sums of some streams. */
export const totalOf = (streams: Holdings['streams'], names: readonly string[]): StreamSize => ({
  messages: names.reduce((sum, name) => sum + (streams[name]?.messages ?? 0), 0),
  lastSequence: names.reduce((sum, name) => sum + (streams[name]?.lastSequence ?? 0), 0),
  bytes: names.reduce((sum, name) => sum + (streams[name]?.bytes ?? 0), 0),
});

/** Growth between two moments, a run. */
export function footprintOf(before: Holdings, after: Holdings, runs: number): Footprint {
  const aRun = (n: number): number => rounded(n / Math.max(runs, 1), 2);
  const grown = <K extends string>(old: Readonly<Partial<Record<K, number>>>, now: Readonly<Record<K, number>>): [K, number][] =>
    (Object.entries(now) as [K, number][]).map(([name, n]) => [name, aRun(n - (old[name] ?? 0))]);
  const grownBy = (names: readonly string[], what: keyof StreamSize): number =>
    totalOf(after.streams, names)[what] - totalOf(before.streams, names)[what];
  return {
    appends: aRun(grownBy(Object.keys(after.streams), 'lastSequence')),
    events: aRun(grownBy(after.log, 'lastSequence')),
    eventBytes: aRun(grownBy(after.log, 'bytes')),
    rows: Object.fromEntries(grown(before.rows, after.rows).filter(([, n]) => n !== 0)) as Partial<RowCounts>,
    diskBytes: Object.fromEntries(grown(before.disk, after.disk).filter(([, n]) => n !== 0)),
  };
}

export interface FootprintReport extends Conditions {
  readonly steps: number;
  readonly runs: number;
  readonly seconds: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly aRun: Footprint;
  readonly mostAppends: number;
  /** No run made more appends than it may, on average. */
  readonly withinAppends: boolean;
  /** Proportional set size of all processes of the stack. */
  readonly memoryBytes: { readonly before: number | null; readonly after: number | null };
}

export function footprintText(report: FootprintReport): string {
  const { aRun, memoryBytes } = report;
  const verdict = report.withinAppends ? 'as it may be' : `MORE than the ${report.mostAppends} it may be`;
  return [
    `${report.runs} runs of ${report.steps} no-op steps one after another, in ${report.seconds} s; ${errorsText(report.errors)}`,
    `  a run: ${aRun.appends} appends (${verdict}), ${aRun.events} events of ${aRun.eventBytes} bytes in all`,
    `  on disk a run: ${listed(aRun.diskBytes, (bytes) => `${rounded(bytes / 1024, 2)} kB`)}`,
    `  rows a run: ${listed(aRun.rows, String)}`,
    `  memory (PSS): ${megabytes(memoryBytes.before)} before, ${megabytes(memoryBytes.after)} after`,
    ...conditionLines(report),
  ].join('\n');
}

const listed = (sizes: Sizes, text: (n: number) => string): string =>
  Object.entries(sizes)
    .map(([name, n]) => `${name} ${text(n)}`)
    .join(', ') || 'nothing';

export const megabytes = (bytes: number | null): string => (bytes === null ? 'unknown here' : `${Math.round(bytes / 1_048_576)} MB`);
