import { setTimeout as delay } from 'node:timers/promises';
import { readCpuTicks, stealPercent } from '../../apps/octobus/dist/bench/cpu-steal.js';
import { latencyOf } from '../../apps/octobus/dist/bench/latency.js';
import { HIGH_STEAL_PERCENT } from '../../apps/octobus/dist/bench/report.js';
import { cpuMsOf, memoryMbOf } from './processes.mjs';

/** After the measured time the runs under way may still end, and a run may take half a minute. */
const MORE_MS = 45_000;
const REPEATS = 2;

/** One measurement of a system that runs; the order is the `measure` of the contract, `pids` the processes whose CPU and memory count. */
export async function measureOnce(system, order, pids, signal) {
  const { warmupMs, measureMs } = order;
  const over = new AbortController();
  const answer = system.ask({ do: 'measure', ...order }, warmupMs + measureMs + MORE_MS, signal).finally(() => over.abort());
  const [used, answered] = await Promise.all([usedBetween(warmupMs, measureMs, pids, over.signal), answer]);
  const { latencies, seconds, errors } = checked(answered);
  const { p50, p99 } = latencyOf(latencies);
  const runs = latencies.length;
  return {
    runs,
    runsPerSecond: runs / seconds,
    p50Ms: p50,
    p99Ms: p99,
    errors,
    stealPct: used.stealPct,
    cpuMsPerRun: used.cpuMs === undefined || runs === 0 ? undefined : used.cpuMs / runs,
    memoryMb: used.memoryMb,
  };
}

/**
 * CPU, memory and steal over the time that is measured. The system keeps that time by a clock of its own: an answer that comes before our clock's
 * end is its end, and one in the warm-up leaves nothing to tell.
 */
async function usedBetween(warmupMs, measureMs, pids, signal) {
  const until = (at) => delay(Math.max(0, at - performance.now()), undefined, { signal }).catch(() => undefined);
  const from = performance.now() + warmupMs;
  await until(from);
  if (signal.aborted) return {};
  const before = { ticks: readCpuTicks(), cpu: cpuMsOf(pids) };
  await until(from + measureMs);
  const cpu = cpuMsOf(pids);
  return {
    stealPct: stealPercent(before.ticks, readCpuTicks()),
    cpuMs: cpu === undefined || before.cpu === undefined ? undefined : cpu - before.cpu,
    memoryMb: memoryMbOf(pids),
  };
}

function checked({ latencies, seconds, errors }) {
  const fine = Array.isArray(latencies) && latencies.every((ms) => Number.isFinite(ms) && ms >= 0) && seconds > 0;
  if (!fine) throw new Error('its answer to "measure" has no latencies and seconds');
  return { latencies, seconds, errors: errors ?? {} };
}

export const stolen = ({ stealPct }) => (stealPct ?? 0) > HIGH_STEAL_PERCENT;

/** Measures again, at most so many times, while the host gave more than 10 % of the CPU to others; answers the one with the least steal. */
export async function measureCalmly(measure, onRepeat, repeats = REPEATS) {
  let best = await measure();
  for (let again = 0; again < repeats && stolen(best); again++) {
    onRepeat(best);
    const next = await measure();
    if ((next.stealPct ?? 0) < (best.stealPct ?? 0)) best = next;
  }
  return best;
}
