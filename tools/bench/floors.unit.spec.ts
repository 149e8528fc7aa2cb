import { describe, expect, it } from '@jest/globals';
import { type Bounds, cell, load, only, type Ratios, result, type Row, rowsOf, system } from './test/bench-cells.ts';

const { beyond, boundsFrom, ratiosByMode } = await load<{
  beyond(bounds: Bounds, ratios: Ratios): readonly string[];
  boundsFrom(rounds: readonly Ratios[]): Bounds;
  ratiosByMode(rows: readonly Row[]): Ratios;
}>('floors.mjs');

describe('the guard of the hot path', () => {
  const rows = rowsOf([system('octobus', true), system('append-loop', true)], { modes: ['services', 'journalled'], clients: [32] }, [
    cell('octobus', 0, 32, result(200, 5, { cpuMsPerRun: 6 })),
    cell('octobus', 0, 32, result(300, 5, { cpuMsPerRun: 4 }), 'journalled'),
    cell('append-loop', 0, 32, result(400, 5, { cpuMsPerRun: 2 })),
    cell('append-loop', 0, 32, 'it has no mode journalled', 'journalled'),
  ]);

  it('holds Octobus against the append loop of the same round', () => {
    expect(ratiosByMode(rows)).toEqual({ services: { runs: 0.5, cpu: 3 }, journalled: { runs: 0.75, cpu: 2 } });
  });

  it('passes what was measured, and says what became slower or dearer', () => {
    const ratios = ratiosByMode(rows);
    const bounds = boundsFrom([ratios]);
    expect(beyond(bounds, ratios)).toEqual([]);
    expect(beyond(bounds, { ...ratios, services: { runs: 0.1, cpu: 3 } })).toEqual([
      "octobus services makes 0.1 of the append loop's runs/s, less than 0.2",
    ]);
    expect(beyond(bounds, { ...ratios, journalled: { runs: 0.75, cpu: 3.1 } })).toEqual([
      "octobus journalled takes 3.1 times the append loop's CPU a run, more than 3",
    ]);
    expect(beyond(bounds, { services: { runs: 0.5, cpu: undefined } })).toEqual(['octobus journalled was not measured']);
  });

  it('compares nothing when a row is absent', () => {
    const broken = rowsOf([system('octobus', true)], only('services', [32]), [cell('octobus', 0, 32, 'octobus dev ended')]);
    expect(() => ratiosByMode(broken)).toThrow('octobus services gave nothing: octobus dev ended');
  });
});
