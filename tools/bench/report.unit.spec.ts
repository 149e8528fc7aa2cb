import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cell, failedOfOurs, load, only, type Ratio, ratiosOf, result, type Row, rowsOf, system } from './test/bench-cells.ts';

const { reportText } = await load<{ reportText(report: object): string }>('table.mjs');
const { chartOf } = await load<{ chartOf(report: object): string }>('chart.mjs');

describe('the rows', () => {
  it('are medians over the rounds with their spread', () => {
    const seen = [500, 700, 100].map((runs, round) => cell('octobus', round, 32, result(runs, 4000 / runs)));
    const [row] = rowsOf([system('octobus', true)], only('services', [32]), seen);
    expect(row).toMatchObject({
      system: 'octobus',
      clients: 32,
      mode: 'services',
      durability: 'fsync',
      runsPerSecond: 500,
      p50Ms: 8,
      p99Ms: 24,
      stealPct: 0.5,
      stealHigh: false,
      rounds: 3,
      runs: 10_400,
      spread: { runsPerSecond: [100, 700], p50Ms: [5.714, 40] },
      version: '1.2.3',
      setup: 'as documented',
    });
    expect(row).not.toHaveProperty('absent');
  });

  it('name what is absent with its reason and invent no figure', () => {
    const seen = [cell('octobus', 0, 1, result(90, 10)), cell('swift', 0, 1, 'npm install failed')];
    const rows = rowsOf([system('octobus', true), system('swift', false)], only('services', [1]), seen);
    expect(rows[1]).toMatchObject({ absent: 'npm install failed', runsPerSecond: null, p50Ms: null, stealPct: null, rounds: 0 });
    expect(ratiosOf(rows)).toEqual([]);
    expect(failedOfOurs(rows)).toEqual([]);
  });

  it('flag the steal of any round, and add up errors', () => {
    const seen = [
      cell('octobus', 0, 1, result(90, 10, { stealPct: 12.5, errors: { failed: 2 } })),
      cell('octobus', 1, 1, result(90, 10, { errors: { failed: 1, defect: 1 } })),
      cell('octobus', 2, 1, result(90, 10)),
    ];
    const rows = rowsOf([system('octobus', true)], only('services', [1]), seen);
    expect(rows[0]).toMatchObject({ stealPct: 0.5, stealHighestPct: 12.5, stealHigh: true, errors: { failed: 3, defect: 1 } });
    expect(failedOfOurs(rows)).toHaveLength(1);
  });

  it('count a system of ours that completed nothing as failed, and one that lacks a mode as whole', () => {
    const none = rowsOf([system('octobus', true)], only('services', [1]), [cell('octobus', 0, 1, result(0, 0, { errors: { defect: 9 } }))]);
    expect(none[0]).toMatchObject({ absent: 'no run completed (defect)' });
    expect(failedOfOurs(none)).toHaveLength(1);
    const lacking = rowsOf([system('octobus', true)], only('services', [1]), [cell('octobus', 0, 1, 'it has no mode services')]);
    expect(failedOfOurs(lacking)).toEqual([]);
  });
});

const report = (rows: readonly Row[]): { rows: readonly Row[]; ratios: readonly Ratio[] } & Readonly<Record<string, unknown>> => ({
  machine: { cpuModel: 'Abacus <9> & "more"', cpus: 2, kernel: 'Linux 6', memoryGb: 4, filesystem: 'ext4', fsyncMs: 0.05 },
  rows,
  ratios: ratiosOf(rows),
  workload: 'five-step',
  at: '2026-11-21T10:00:00.000Z',
});

const mixed = rowsOf(
  [system('octobus', true), system('swift', false), system('late', false)],
  { modes: ['services', 'journalled'], clients: [1, 32] },
  [
    cell('octobus', 0, 1, result(200, 5)),
    cell('octobus', 0, 32, result(600, 50)),
    cell('octobus', 0, 1, result(400, 2), 'journalled'),
    cell('octobus', 0, 32, result(900, 30), 'journalled'),
    cell('swift', 0, 1, result(100, 10)),
    cell('swift', 0, 32, result(300, 100)),
    cell('swift', 0, 1, result(125, 8), 'journalled'),
    cell('swift', 0, 32, result(500, 60), 'journalled'),
  ],
);

describe('the ratios', () => {
  it('hold each of ours against the best peer in the same mode, and in any where that is another', () => {
    const [same, any] = ['same mode', 'any mode'];
    expect(ratiosOf(mixed)).toEqual([
      expect.objectContaining({ among: same, mode: 'services', metric: 'runsPerSecond', clients: 32, ratio: 2, goal: 1.1, met: true }),
      expect.objectContaining({ among: any, mode: 'services', metric: 'runsPerSecond', clients: 32, ratio: 1.2, goal: 1.1, met: true }),
      expect.objectContaining({ among: same, mode: 'journalled', metric: 'runsPerSecond', clients: 32, ratio: 1.8, goal: 1.5, met: true }),
      expect.objectContaining({ among: same, mode: 'services', metric: 'p50Ms', clients: 1, ratio: 0.5, goal: 0.5, met: true }),
      expect.objectContaining({ among: any, mode: 'services', metric: 'p50Ms', clients: 1, ratio: 0.63, goal: 0.5, met: false }),
      expect.objectContaining({ among: same, mode: 'journalled', metric: 'p50Ms', clients: 1, ratio: 0.25, goal: 0.5, met: true }),
    ]);
    expect(ratiosOf(mixed)[1]).toMatchObject({ peer: { system: 'swift', mode: 'journalled', value: 500 } });
  });
});

describe('the table', () => {
  it('has a line a row, what is absent, how it was set up, and the ratios', () => {
    const text = reportText(report(mixed));
    expect(text).toMatch(/^octobus +services +32 +fsync +600\.0 +\(600\.0-600\.0\) +50\.00 +150\.00/m);
    expect(text).toContain('absent: late services: it was not measured');
    expect(text).toContain('swift 1.2.3 (fsync): as documented');
    expect(text).toContain(
      "octobus services: runs/s, 32 clients: 600 runs/s is 1.2x the best peer's in any mode, swift journalled (fsync) 500 runs/s; goal >= 1.1: met",
    );
  });

  it('says so when no peer was measured', () => {
    const rows = rowsOf([system('octobus', true)], only('services', [1]), [cell('octobus', 0, 1, result(90, 10))]);
    expect(reportText(report(rows))).toContain('no peer was measured: no ratio');
  });
});

function expectWellFormed(xml: string): void {
  const open: string[] = [];
  for (const part of xml.split(/(<[^>]*>)/)) {
    const tag = /^<(\/?)([a-z]+)((?: [\w:-]+="[^"<]*")*)(\/?)>$/.exec(part);
    if (tag === null) expect(part).toMatch(/^[^<>&]*(?:&(?:amp|lt|gt|quot|#39);[^<>&]*)*$/);
    else if (tag[1] === '/') expect(open.pop()).toBe(tag[2]);
    else if (tag[4] === '') open.push(tag[2] ?? '');
  }
  expect(open).toEqual([]);
}

describe('the chart', () => {
  it('is well-formed, with a title and a description that tell the figures', () => {
    const svg = chartOf(report(mixed));
    expectWellFormed(svg);
    expect(svg).toContain('role="img" aria-labelledby="title desc"');
    expect(svg).toMatch(/<title id="title">five-step runs a second/);
    expect(svg).toMatch(/<desc id="desc">.*octobus services, 32 clients, fsync: 600 runs\/s, p50 50 ms\./);
    expect(svg.match(/<rect x=/g)).toHaveLength(8);
  });

  it('stays well-formed whatever a system is called, and when nothing was measured', () => {
    expectWellFormed(chartOf(report([])));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (name) => {
        const rows = rowsOf([system(name, false)], only('services', [1]), [cell(name, 0, 1, result(90, 10))]);
        expectWellFormed(chartOf(report(rows)));
      }),
    );
  });
});
