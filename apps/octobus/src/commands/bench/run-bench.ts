import { type Place, type PlaceWish, withPlace } from '../../bench/place.ts';
import { interruptible, unlessAborted } from '../../isolated/interruption.ts';
import type { Io } from '../../io.ts';
import type { ClientContext } from '../task.ts';

export interface Benchmark<R> {
  readonly where: PlaceWish;
  /** Given up after this, start and stop of an isolated stack included. */
  readonly withinMs: number;
  measure(place: Place, signal: AbortSignal, io: Io): Promise<R>;
  text(report: R): string;
  /** Exit code 0. */
  passed(report: R): boolean;
}

/** For the start and the stop of a stack, and what a benchmark does around the time it measures. */
export const AROUND_MS = 120_000;

/** Measures, writes the report, and sets the exit code. What was started is stopped whatever comes. */
export async function runBench<R>({ io, exit }: ClientContext, benchmark: Benchmark<R>): Promise<void> {
  const report = await interruptible(benchmark.withinMs, (signal) =>
    withPlace(io(), benchmark.where, signal, (place) => unlessAborted(signal, benchmark.measure(place, signal, io()))),
  );
  io().result(report, () => benchmark.text(report));
  exit(benchmark.passed(report) ? 0 : 1);
}

export const ISOLATED = ['--isolated', 'a stack of its own even if one runs here'] as const;
