import { describe, expect, it } from '@jest/globals';
import { LEAST_FAULTS } from './faults.ts';
import { simulate } from './simulation.ts';
import { NOTHING, sum, tallyOf, uncovered } from './tally.ts';
import { LEAST_TASKS } from './workload.ts';

const SEEDS = 200;

describe('the simulation', () => {
  it(`keeps every promise in ${SEEDS} seeds, each with its tasks and faults, every kind of fault among them`, async () => {
    let tally = NOTHING;
    for (let seed = 1; seed <= SEEDS; seed++) tally = sum(tally, tallyOf(await simulate(seed)));
    expect(tally.failed).toEqual([]);
    expect(tally.leastTasks).toBeGreaterThanOrEqual(LEAST_TASKS);
    expect(tally.leastFaults).toBeGreaterThanOrEqual(LEAST_FAULTS);
    expect(uncovered(tally)).toEqual([]);
    expect(tally.firings).toBeGreaterThan(SEEDS);
    const ends = ['task.cancelled.v1', 'task.completed.v1', 'task.expired.v1', 'task.failed.v1', 'task.rejected.v1'];
    expect(Object.keys(tally.ends).toSorted()).toEqual(ends);
  }, 240_000);
});
