import type { Latency } from '../latency.ts';
import type { Projection } from './projection.ts';
import type { Reads } from './reads.ts';

/** Figures within this of the small log's count as flat. */
export const FLAT_WITHIN = 0.2;

/** Runs of one stack with so many clients: the median of its rounds. */
export interface Rate {
  readonly runsPerSecond: number;
  readonly p50Ms: number;
  /** CPU time of the whole stack for one event, in microseconds: says more than the clock on a machine that does other things, too. */
  readonly cpuUsPerEvent: number;
  readonly rounds: readonly {
    readonly runsPerSecond: number;
    readonly p50Ms: number;
    readonly cpuUsPerEvent: number | null;
    readonly stealPercent: number | null;
  }[];
  readonly errors: Readonly<Record<string, number>>;
}

/** The grown log beside a small one, rounds by turns. */
export interface Compared {
  readonly clients: number;
  readonly grown: Rate;
  readonly small: Rate;
  /** Grown by small, the median of pairs of rounds: 1 is the same, below 1 slower. */
  readonly rateRatio: number;
  /** Above 1: slower. */
  readonly p50Ratio: number;
  /** Of CPU time for an event; above 1: more. */
  readonly cpuRatio: number;
  readonly flat: boolean;
}

export interface GrowthPoint {
  /** In the log when the runs began. */
  readonly events: number;
  /** As many as have so many events. */
  readonly tasks: number;
  /** Without fsync, by the account that owns the stream. */
  readonly filledPerSecond: number | null;
  /** Until JetStream answers, from a clean stop. */
  readonly natsStartMs: number;
  /** nats-server after that start, and after the runs. */
  readonly natsPssBytes: { readonly started: number | null; readonly afterRuns: number | null };
  readonly stackStartSeconds: number;
  readonly projection: Projection;
  readonly diskBytes: { readonly nats: number; readonly postgres: number };
  readonly runs: readonly Compared[];
  readonly reads: { readonly grown: Reads; readonly small: Reads };
}

export interface GrowthReport {
  readonly durability: string;
  readonly node: string;
  readonly nats: string;
  readonly cpus: number;
  readonly steps: number;
  readonly eventsPerTask: number;
  readonly points: readonly GrowthPoint[];
  /** Between the first size and the last; null with one size. */
  readonly aTask: { readonly natsPssBytes: number | null; readonly natsDiskBytes: number; readonly postgresDiskBytes: number } | null;
  /** Runs a second and p50 of every size within a fifth of the small log's. */
  readonly flat: boolean;
}

export const isFlat = (rateRatio: number, p50Ratio: number): boolean => rateRatio >= 1 - FLAT_WITHIN && p50Ratio <= 1 + FLAT_WITHIN;

/** What a task takes for good, by the difference between two sizes. */
export function aTaskOf(points: readonly GrowthPoint[]): GrowthReport['aTask'] {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || last.tasks <= first.tasks) return null;
  const aTask = (of: (point: GrowthPoint) => number): number => Math.round((of(last) - of(first)) / (last.tasks - first.tasks));
  const known = first.natsPssBytes.started !== null && last.natsPssBytes.started !== null;
  return {
    natsPssBytes: known ? aTask(({ natsPssBytes }) => natsPssBytes.started ?? 0) : null,
    natsDiskBytes: aTask(({ diskBytes }) => diskBytes.nats),
    postgresDiskBytes: aTask(({ diskBytes }) => diskBytes.postgres),
  };
}

export function growthText(report: GrowthReport): string {
  const { aTask, eventsPerTask } = report;
  return [
    `Tasks of ${report.steps} no-op steps, ${eventsPerTask} events each; ${report.durability}, nats-server ${report.nats}, node ${report.node}, ${report.cpus} CPUs`,
    ...report.points.flatMap(pointLines),
    ...(aTask === null ? [] : [aTaskLine(aTask)]),
    `${report.flat ? 'Flat' : 'NOT flat'}: runs a second and p50 of every size ${report.flat ? 'are' : 'are not all'} within ${FLAT_WITHIN * 100} % of those with a small log`,
  ].join('\n');
}

function pointLines(point: GrowthPoint): readonly string[] {
  const { projection, natsPssBytes, diskBytes, reads } = point;
  return [
    `${count(point.events)} events, ${count(point.tasks)} tasks`,
    `  starts: nats-server ${Math.round(point.natsStartMs)} ms, the stack ${point.stackStartSeconds.toFixed(1)} s; read models: ${projectionText(projection)}`,
    `  nats-server ${megabytes(natsPssBytes.started)} started, ${megabytes(natsPssBytes.afterRuns)} after the runs; on disk: log ${megabytes(diskBytes.nats)}, Postgres ${megabytes(diskBytes.postgres)}`,
    ...point.runs.map(comparedLine),
    `  reads, p50 (small log): load ${times(reads.grown.load, reads.small.load)}, get ${times(reads.grown.get, reads.small.get)}, list ${times(reads.grown.list, reads.small.list)}`,
  ];
}

const comparedLine = ({ clients, grown, small, rateRatio, p50Ratio, cpuRatio, flat }: Compared): string =>
  `  ${clients} client${clients === 1 ? '' : 's'}: ${grown.runsPerSecond.toFixed(1)} runs/s, p50 ${grown.p50Ms.toFixed(1)} ms; small log ${small.runsPerSecond.toFixed(1)} and ${small.p50Ms.toFixed(1)} ms: ${rateRatio.toFixed(2)} and ${p50Ratio.toFixed(2)}; CPU an event ${grown.cpuUsPerEvent} us, ${cpuRatio.toFixed(2)}${flat ? '' : '  NOT flat'}${errorText(grown, small)}`;

function errorText(...rates: readonly Rate[]): string {
  const failed = rates.flatMap(({ errors }) => Object.entries(errors)).map(([code, n]) => `${n} x ${code}`);
  return failed.length === 0 ? '' : `  errors: ${failed.join(', ')}`;
}

function projectionText({ events, seconds, cpuUsPerEvent }: Projection): string {
  if (events === 0) return 'had nothing to fold';
  const cpu = Object.entries(cpuUsPerEvent ?? {}).map(([part, us]) => `${part} ${us} us`);
  return `${count(events)} events in ${seconds.toFixed(1)} s, ${count(Math.round(events / seconds))}/s (CPU an event: ${cpu.join(', ') || 'unknown'})`;
}

const aTaskLine = ({ natsPssBytes, natsDiskBytes, postgresDiskBytes }: NonNullable<GrowthReport['aTask']>): string =>
  `A task takes ${natsPssBytes === null ? 'unknown' : natsPssBytes} bytes of nats-server's memory, ${natsDiskBytes} bytes of log on disk, ${postgresDiskBytes} bytes in Postgres`;

const times = (grown: Latency, small: Latency): string => `${grown.p50.toFixed(2)} ms (${small.p50.toFixed(2)})`;
const count = (n: number): string => n.toLocaleString('en-US');
const megabytes = (bytes: number | null): string => (bytes === null ? 'unknown' : `${Math.round(bytes / 1_048_576)} MB`);
