import { describe, expect, it } from '@jest/globals';
import { latencyOf } from '../latency.ts';
import { type GrowthPoint, type GrowthReport, aTaskOf, growthText, isFlat } from './growth-report.ts';
import { type Round, compare, rateOf } from './runs.ts';

const round = (runsPerSecond: number, p50Ms: number, errors: Readonly<Record<string, number>> = {}): Round => ({
  runsPerSecond,
  p50Ms,
  cpuUsPerEvent: 500,
  stealPercent: 0,
  errors,
});

const reads = { load: latencyOf([1]), get: latencyOf([2]), list: latencyOf([3]) };
const point = (events: number, more: Partial<GrowthPoint> = {}): GrowthPoint => ({
  events,
  tasks: events / 10,
  filledPerSecond: 10_000,
  natsStartMs: 100,
  natsPssBytes: { started: 10_000_000 + 300 * events, afterRuns: 2e9 },
  stackStartSeconds: 4,
  projection: { events, seconds: 2, cpuUsPerEvent: { services: 40 } },
  diskBytes: { nats: 1_000 * events, postgres: 50_000_000 + 800 * events },
  runs: [compare(1, rateOf([round(95, 10)]), rateOf([round(100, 10)]))],
  reads: { grown: reads, small: reads },
  ...more,
});

describe('growth', () => {
  it('is flat while runs a second and p50 are within a fifth of those with a small log', () => {
    expect([isFlat(0.8, 1.2), isFlat(1.5, 0.5)]).toEqual([true, true]);
    expect([isFlat(0.79, 1), isFlat(1, 1.21)]).toEqual([false, false]);
  });

  it('holds each round against the one beside it: a bad time for both, or one bad round, changes nothing', () => {
    const grown = rateOf([round(100, 10), round(10, 95), round(98, 11), round(1, 900), round(99, 10)]);
    const small = rateOf([round(101, 10), round(10, 100), round(100, 10), round(100, 10), round(99, 10)]);
    expect(compare(32, grown, small)).toMatchObject({ clients: 32, rateRatio: 0.99, p50Ratio: 1, cpuRatio: 1, flat: true });
  });

  it('is not flat when nothing ran, and says what went wrong', () => {
    const broken = rateOf([round(0, 0, { 'run-too-late': 2 }), round(0, 0, { 'run-too-late': 1 })]);
    const compared = compare(1, broken, rateOf([round(100, 10)]));
    expect([compared.flat, broken.errors]).toEqual([false, { 'run-too-late': 3 }]);
    expect(compare(1, broken, broken).flat).toBe(false);
  });

  it('tells what a task takes by the difference between the sizes, so that what is there without tasks does not count', () => {
    expect(aTaskOf([point(10_000), point(100_000), point(1_000_000)])).toEqual({
      natsPssBytes: 3_000,
      natsDiskBytes: 10_000,
      postgresDiskBytes: 8_000,
    });
    expect(aTaskOf([point(10_000)])).toBeNull();
    const unknown = point(1_000_000, { natsPssBytes: { started: null, afterRuns: null } });
    expect(aTaskOf([point(10_000), unknown])?.natsPssBytes).toBeNull();
  });

  it('is told in words, with what is not flat', () => {
    const slow = compare(32, rateOf([round(50, 30)]), rateOf([round(100, 10)]));
    const report: GrowthReport = {
      durability: 'fsync',
      node: '24.0.0',
      nats: '2.15.1',
      cpus: 2,
      steps: 5,
      eventsPerTask: 10,
      points: [point(10_000), point(1_000_000, { runs: [slow], projection: { events: 0, seconds: 0, cpuUsPerEvent: null } })],
      aTask: aTaskOf([point(10_000), point(1_000_000)]),
      flat: false,
    };
    const text = growthText(report);
    expect(text).toContain('1,000,000 events, 100,000 tasks');
    expect(text).toContain('had nothing to fold');
    expect(text).toContain('5,000/s (CPU an event: services 40 us)');
    expect(text).toContain('0.50 and 3.00; CPU an event 500 us, 1.00  NOT flat');
    expect(text).toContain('A task takes 3000 bytes');
  });
});
