import { setTimeout as delay } from 'node:timers/promises';
import { isFault } from '@octobus/kernel';
import { readCpuTicks, stealPercent } from './cpu-steal.ts';
import type { Door } from './door.ts';

export interface LoopOptions {
  readonly clients: number;
  readonly warmupMs: number;
  readonly measureMs: number;
  readonly signal: AbortSignal;
}

export interface LoopResult {
  /** Milliseconds of each run that completed within the measured time. */
  readonly latencies: readonly number[];
  readonly seconds: number;
  /** Runs that went wrong within the measured time, by fault code or end state. */
  readonly errors: Readonly<Record<string, number>>;
  readonly stealPercent: number | undefined;
  /** Milliseconds of the longest run that began within the measured time and ended after it; 0: none did. One that hangs shows here and nowhere else. */
  readonly overrunMs: number;
}

const AFTER_ERROR_MS = 20;

/** Each client submits its next run when its last one has ended. Runs that end in the warm-up or after the measured time don't count. */
export async function closedLoop(door: Door, { clients, warmupMs, measureMs, signal }: LoopOptions): Promise<LoopResult> {
  const latencies: number[] = [];
  const errors: Record<string, number> = {};
  let overrunMs = 0;
  const from = performance.now() + warmupMs;
  const to = from + measureMs;
  const counts = (at: number): boolean => at >= from && at < to;
  const client = async (): Promise<void> => {
    while (!signal.aborted && performance.now() < to) {
      const began = performance.now();
      const state = await door.run().catch((error: unknown) => (isFault(error) ? error.code : 'defect'));
      const at = performance.now();
      if (began >= from && at >= to) overrunMs = Math.max(overrunMs, Math.round(at - began));
      if (state === 'completed') {
        if (counts(at)) latencies.push(at - began);
        continue;
      }
      if (counts(at)) errors[state] = (errors[state] ?? 0) + 1;
      await delay(AFTER_ERROR_MS);
    }
  };
  const [steal] = await Promise.all([stealOver(warmupMs, measureMs, signal), ...Array.from({ length: clients }, client)]);
  signal.throwIfAborted();
  return { latencies, seconds: measureMs / 1000, errors, stealPercent: steal, overrunMs };
}

async function stealOver(warmupMs: number, measureMs: number, signal: AbortSignal): Promise<number | undefined> {
  const pause = (ms: number): Promise<void> => delay(ms, undefined, { signal }).catch(() => undefined);
  await pause(warmupMs);
  const before = readCpuTicks();
  await pause(measureMs);
  return stealPercent(before, readCpuTicks());
}
