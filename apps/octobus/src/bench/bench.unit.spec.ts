import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Fault } from '@octobus/kernel';
import { checkCommand } from '@octobus/contracts';
import { planProblems } from '@octobus/task';
import { closedLoop } from './closed-loop.ts';
import { parseCpuTicks, stealPercent } from './cpu-steal.ts';
import type { Door } from './door.ts';
import { latencyOf, percentile } from './latency.ts';
import { type BenchSetting, reportOf, reportText } from './report.ts';
import { submissionOf } from './workload.ts';

const ascending = fc
  .array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 })
  .map((values) => values.toSorted((a, b) => a - b));

describe('percentiles', () => {
  it('are values that were measured, and at least that part of all values do not exceed them', () =>
    fc.assert(
      fc.property(ascending, fc.double({ min: 0.01, max: 1, noNaN: true }), (sorted, p) => {
        const value = percentile(sorted, p);
        expect(sorted).toContain(value);
        expect(sorted.filter((one) => one <= value).length / sorted.length).toBeGreaterThanOrEqual(p - 1e-9);
      }),
    ));

  it('follow the nearest rank', () => {
    expect(percentile([15, 20, 35, 40, 50], 0.3)).toBe(20);
    expect(latencyOf([4, 1, 3, 2])).toEqual({ p50: 2, p90: 4, p99: 4, max: 4 });
    expect(latencyOf([])).toEqual({ p50: 0, p90: 0, p99: 0, max: 0 });
  });
});

describe('CPU steal', () => {
  const stat = (user: number, idle: number, steal: number): string => `cpu  ${user} 0 10 ${idle} 5 0 1 ${steal} 7 0\ncpu0 1 2 3\n`;

  it('is the part of all time that the host gave to others', () => {
    expect(stealPercent(parseCpuTicks(stat(100, 500, 20)), parseCpuTicks(stat(150, 540, 30)))).toBe(10);
  });

  it('does not count the time of guests twice', () => {
    expect(parseCpuTicks('cpu 1 1 1 1 1 1 1 1 100 100')).toEqual({ stolen: 1, all: 8 });
  });

  it('is unknown where the kernel does not say', () => {
    expect(parseCpuTicks('')).toBeUndefined();
    expect(parseCpuTicks('cpu 1 2 3')).toBeUndefined();
    expect(stealPercent(undefined, parseCpuTicks(stat(1, 1, 1)))).toBeUndefined();
  });
});

describe('the plan of a run', () => {
  it('is a chain that both doors accept', () => {
    for (const workload of [
      { steps: 1, substeps: false },
      { steps: 200, substeps: false },
      { steps: 100, substeps: true },
    ]) {
      const checked = checkCommand('submit', submissionOf(workload));
      if ('problems' in checked) throw new Error(JSON.stringify(checked.problems));
      expect(planProblems(checked.value.plan?.steps ?? [])).toEqual([]);
      expect(checked.value.plan?.steps).toHaveLength(workload.substeps ? 1 : workload.steps);
    }
  });
});

describe('the closed loop', () => {
  const never = new AbortController().signal;
  const doorOf = (run: () => Promise<string>): Door => ({ run, close: async () => undefined });

  it('has exactly one run of each client under way', async () => {
    let inside = 0;
    let most = 0;
    const door = doorOf(async () => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside--;
      return 'completed';
    });
    const result = await closedLoop(door, { clients: 5, warmupMs: 0, measureMs: 400, signal: never });
    expect(most).toBe(5);
    expect(result.latencies.length).toBeGreaterThan(0);
    expect(result.errors).toEqual({});
  });

  it('counts what fails by its code and goes on', async () => {
    let runs = 0;
    const door = doorOf(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      if (++runs === 1) throw new Fault('ingress-full', { retryable: true, message: 'full' });
      return runs === 2 ? 'failed' : 'completed';
    });
    const result = await closedLoop(door, { clients: 1, warmupMs: 0, measureMs: 600, signal: never });
    expect(result.errors).toEqual({ 'ingress-full': 1, failed: 1 });
    expect(result.latencies.length).toBeGreaterThan(0);
  });

  it('does not count runs of the warm-up', async () => {
    const began = performance.now();
    const ends: number[] = [];
    const door = doorOf(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      ends.push(performance.now() - began);
      return 'completed';
    });
    const result = await closedLoop(door, { clients: 1, warmupMs: 60, measureMs: 60, signal: never });
    expect(ends.filter((at) => at < 55).length).toBeGreaterThan(0);
    expect(result.latencies.length).toBeLessThanOrEqual(ends.filter((at) => at >= 60).length);
  });

  it('tells of a run that hung beyond the measured time, which no latency shows', async () => {
    let runs = 0;
    const door = doorOf(async () => {
      await new Promise((resolve) => (++runs === 3 ? setTimeout(resolve, 500) : setImmediate(resolve)));
      return 'completed';
    });
    const result = await closedLoop(door, { clients: 1, warmupMs: 0, measureMs: 300, signal: never });
    expect(result.overrunMs).toBeGreaterThan(100);
    expect(result.latencies.length).toBeLessThanOrEqual(2);
  });

  it('ends with the reason of the signal', async () => {
    const stop = new AbortController();
    const door = doorOf(async () => {
      stop.abort(new Fault('interrupted', { retryable: true, message: 'interrupted' }));
      return 'completed';
    });
    await expect(closedLoop(door, { clients: 2, warmupMs: 0, measureMs: 60_000, signal: stop.signal })).rejects.toMatchObject({
      code: 'interrupted',
    });
  });
});

describe('the report', () => {
  const setting: BenchSetting = {
    steps: 5,
    substeps: false,
    door: 'nats',
    clients: 32,
    warmupSeconds: 3,
    durability: 'fsync',
    stack: 'running',
    node: '24.21.0',
    cpus: 2,
    loadBefore: 0.4,
  };
  const round = { latencies: [10, 20, 30], seconds: 2, errors: {}, stealPercent: 3.2, overrunMs: 0 };

  it('names rate, latency, durability and steal', () => {
    const text = reportText(reportOf(setting, round));
    expect(text).toContain('1.5 runs/s   p50 20.0 ms');
    expect(text).toContain('fsync before every ack');
    expect(text).toContain('CPU steal: 3.2 %');
    expect(text).toContain('load 0.4 before');
    expect(text).not.toContain('repeat');
  });

  it('flags a round whose steal makes it worthless', () => {
    const report = reportOf(setting, { ...round, stealPercent: 10.1 });
    expect(report.stealHigh).toBe(true);
    expect(reportText(report)).toContain('repeat this round');
  });

  it('says when the longest run is not among those it counts', () => {
    expect(reportText(reportOf(setting, { ...round, overrunMs: 5_000 }))).toContain('one that ended after the time took 5000 ms');
    expect(reportText(reportOf(setting, { ...round, overrunMs: 30 }))).not.toContain('ended after');
  });

  it('never calls an unknown steal none', () => {
    const report = reportOf(setting, { ...round, stealPercent: undefined });
    expect(report.stealPercent).toBeNull();
    expect(reportText(report)).toContain('CPU steal: unknown here');
  });
});
