import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

const load = async <T>(module: string): Promise<T> => (await import(new URL(module, import.meta.url).href)) as T;

interface System {
  readonly name: string;
  readonly durability: string;
  readonly ours: boolean;
  readonly modes: readonly string[];
  readonly workloads: readonly string[];
}
interface Result {
  readonly runs: number;
  readonly runsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly stealPct?: number;
  readonly cpuMsPerRun?: number;
}
interface Cell {
  readonly system: string;
  readonly round: number;
  readonly mode: string;
  readonly clients: number;
  readonly facts?: { readonly version: string; readonly durability: string; readonly setup: string };
  readonly result?: Result;
  readonly failure?: string;
}
type Row = Readonly<Record<string, unknown>> & { readonly system: string; readonly mode: string; readonly clients: number };
type Ratio = Readonly<Record<string, unknown>>;
type Bounds = Readonly<Record<string, { readonly runs: { readonly floor: number }; readonly cpu: { readonly ceiling: number } }>>;
type Ratios = Readonly<Record<string, { readonly runs: number; readonly cpu: number | undefined }>>;

const { median, spread, rounded } = await load<{
  median(values: readonly number[]): number | undefined;
  spread(values: readonly number[]): readonly [number, number] | undefined;
  rounded(value: unknown, digits: number): number | null;
}>('./statistics.mjs');
const { orderOf } = await load<{ orderOf<T>(systems: readonly T[], round: number): readonly T[] }>('./schedule.mjs');
const { readFlags } = await load<{ readFlags(args: readonly string[]): Readonly<Record<string, unknown>> }>('./flags.mjs');
const { rowsOf, ratiosOf, failedOfOurs } = await load<{
  rowsOf(systems: readonly System[], options: object, seen: readonly Cell[]): readonly Row[];
  ratiosOf(rows: readonly Row[]): readonly Ratio[];
  failedOfOurs(rows: readonly Row[]): readonly Row[];
}>('./rows.mjs');
const { reportText } = await load<{ reportText(report: object): string }>('./table.mjs');
const { chartOf } = await load<{ chartOf(report: object): string }>('./chart.mjs');
const { parseStat, treeOf } = await load<{
  parseStat(text: string): { readonly parent: number; readonly ticks: number } | undefined;
  treeOf(roots: readonly number[], table: ReadonlyMap<number, { readonly parent: number }>): readonly number[];
}>('./processes.mjs');
const { filesystemOf } = await load<{ filesystemOf(path: string, mounts: string): string }>('./machine.mjs');
const { measureCalmly } = await load<{
  measureCalmly<T extends { readonly stealPct?: number }>(measure: () => Promise<T>, onRepeat: () => void): Promise<T>;
}>('./measure.mjs');
const { ourSystems, peerSystems, lacks } = await load<{
  ourSystems(options: {
    readonly flushed: boolean;
    readonly doors: readonly string[];
    readonly logStreams?: readonly number[];
  }): readonly System[];
  peerSystems(wanted: readonly string[] | 'all', folder: string): readonly System[];
  lacks(system: Pick<System, 'modes' | 'workloads'>, workload: string, mode: string): string | undefined;
}>('./systems.mjs');
const { beyond, boundsFrom, ratiosByMode } = await load<{
  beyond(bounds: Bounds, ratios: Ratios): readonly string[];
  boundsFrom(rounds: readonly Ratios[]): Bounds;
  ratiosByMode(rows: readonly Row[]): Ratios;
}>('./floors.mjs');

const folder = mkdtempSync(join(tmpdir(), 'octobus-bench-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a median', () => {
  it('has as many values above as below', () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 1 }), (values) => {
        const middle = median(values) ?? Number.NaN;
        expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(values.length / 2);
        expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(values.length / 2);
        const [least, most] = spread(values) ?? [Number.NaN, Number.NaN];
        expect(least <= middle && middle <= most).toBe(true);
      }),
    ));

  it('of nothing is nothing', () => {
    expect(median([])).toBeUndefined();
    expect(spread([])).toBeUndefined();
    expect([rounded(undefined, 1), rounded(Number.NaN, 1), rounded(-Infinity, 1)]).toEqual([null, null, null]);
    expect(rounded(12.345, 2)).toBe(12.35);
  });
});

describe('the order of a round', () => {
  it('has every system once, and over as many rounds as systems each begins once', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(40), (count, cycle) => {
        const systems = Array.from({ length: count }, (_, i) => i);
        const rounds = systems.map((i) => orderOf(systems, cycle * count + i));
        for (const order of rounds) expect(order.toSorted((a, b) => a - b)).toEqual(systems);
        expect(rounds.map(([first]) => first).toSorted((a = 0, b = 0) => a - b)).toEqual(systems);
      }),
    ));
});

describe('the flags', () => {
  it('have the defaults of the help', () => {
    expect(readFlags([])).toMatchObject({
      workload: 'five-step',
      modes: ['services', 'journalled', 'grouped'],
      logStreams: [1, 4],
      doors: ['nats'],
      clients: [1, 32],
      peers: 'all',
      rounds: 3,
      seconds: 8,
      warmup: 3,
      json: false,
      flushed: false,
    });
  });

  it('take lists of clients and peers, each value once', () => {
    expect(readFlags(['--clients', '32,1,32', '--peers', 'restate,dbos', '--mode', 'journalled'])).toMatchObject({
      clients: [1, 32],
      peers: ['restate', 'dbos'],
      modes: ['journalled'],
    });
    expect(readFlags(['--peers', 'none', '--log-streams', '8,1,8'])).toMatchObject({ peers: [], logStreams: [1, 8] });
  });

  it.each([
    [['--workload', 'six-step']],
    [['--mode', 'constructor']],
    [['--log-streams', '3']],
    [['--clients', '0']],
    [['--clients', '1,x']],
    [['--rounds', '0']],
    [['--seconds', '1e3']],
    [['--nonsense']],
    [['five-step']],
  ])('refuse %j as wrong usage', (args) => {
    const refused = (): unknown => {
      try {
        return readFlags(args);
      } catch (error) {
        return error;
      }
    };
    expect(refused()).toMatchObject({ name: 'Trouble', exitCode: 64 });
  });
});

describe('the systems', () => {
  it('are Octobus as asked for, by durability and door', () => {
    const names = (flushed: boolean, doors: readonly string[]): readonly string[] => ourSystems({ flushed, doors }).map(({ name }) => name);
    expect(names(false, ['nats'])).toEqual(['octobus']);
    expect(names(true, ['nats', 'rest'])).toEqual(['octobus', 'octobus-flushed', 'octobus-rest', 'octobus-flushed-rest']);
    const spread = ourSystems({ flushed: true, doors: ['nats'], logStreams: [1, 4] });
    expect(spread.map(({ name }) => name)).toEqual(['octobus', 'octobus-4-streams', 'octobus-flushed', 'octobus-flushed-4-streams']);
  });

  it('are the peers that are there, and an unknown one is wrong usage', () => {
    mkdirSync(join(folder, 'peers', 'swift'), { recursive: true });
    writeFileSync(join(folder, 'peers', 'swift', 'peer.json'), '{"modes":["journalled"],"workloads":["five-step"]}');
    writeFileSync(join(folder, 'peers', 'notes.txt'), '');
    const [swift] = peerSystems('all', join(folder, 'peers'));
    expect(swift).toMatchObject({ name: 'swift', ours: false, durability: 'unknown' });
    expect(() => peerSystems(['slow'], join(folder, 'peers'))).toThrow('There is no peer "slow"; there are: swift.');
    expect(swift && lacks(swift, 'five-step', 'journalled')).toBeUndefined();
    expect(swift && lacks(swift, 'five-step', 'services')).toBe('it has no mode services');
    expect(swift && lacks(swift, 'fan-out', 'journalled')).toBe('it has no workload fan-out');
  });
});

const system = (name: string, ours: boolean): System => ({
  name,
  ours,
  durability: 'fsync',
  modes: ['services', 'journalled'],
  workloads: ['five-step'],
});
const facts = { version: '1.2.3', durability: 'fsync', setup: 'as documented' };
const result = (runsPerSecond: number, p50Ms: number, more: Partial<Result> = {}): Result => ({
  runs: runsPerSecond * 8,
  runsPerSecond,
  p50Ms,
  p99Ms: p50Ms * 3,
  errors: {},
  stealPct: 0.5,
  cpuMsPerRun: 1,
  ...more,
});
const cell = (name: string, round: number, clients: number, found: Result | string, mode = 'services'): Cell => ({
  system: name,
  round,
  mode,
  clients,
  ...(typeof found === 'string' ? { failure: found } : { facts, result: found }),
});
const only = (mode: string, clients: readonly number[]): object => ({ modes: [mode], clients });

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

/** Every tag is closed in order, every attribute is quoted, and no `<` or bare `&` stands in text. */
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

describe('the processes of a system', () => {
  it('are read off the kernel, names with spaces and parentheses included', () => {
    const stat = '41 (a) b (c)) S 7 41 41 0 -1 4194560 1 2 3 4 10 20 30 40 20 0 1 0 99';
    expect(parseStat(stat)).toEqual({ parent: 7, ticks: 100 });
    expect(parseStat('')).toBeUndefined();
  });

  it('are the roots and all below them, each once', () => {
    const table = new Map([1, 2, 3, 4, 5].map((pid) => [pid, { parent: pid >> 1 }]));
    expect(treeOf([2, 4], table)).toEqual([2, 4, 5]);
    expect(treeOf([9], table)).toEqual([]);
  });
});

describe('the file system of a path', () => {
  it('is that of the deepest mount point above it', () => {
    const mounts = '/dev/a / ext4 rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n/dev/b /tmp/deep xfs rw 0 0\n';
    expect(filesystemOf('/tmp/deep/er', mounts)).toBe('xfs');
    expect(filesystemOf('/tmpfoo', mounts)).toBe('ext4');
    expect(filesystemOf('/tmp', mounts)).toBe('tmpfs');
    expect(filesystemOf('/tmp', '')).toBe('unknown file system');
  });
});

describe('a measurement under steal', () => {
  const given = (steals: readonly number[]): { measure(): Promise<{ stealPct: number }>; taken(): number } => {
    let next = 0;
    return { measure: () => Promise.resolve({ stealPct: steals[next++] ?? Number.NaN }), taken: () => next };
  };

  it('is repeated until it is calm', async () => {
    const { measure, taken } = given([30, 4]);
    expect(await measureCalmly(measure, () => undefined)).toEqual({ stealPct: 4 });
    expect(taken()).toBe(2);
  });

  it('is repeated twice at most, and the calmest counts', async () => {
    const { measure, taken } = given([30, 15, 20]);
    expect(await measureCalmly(measure, () => undefined)).toEqual({ stealPct: 15 });
    expect(taken()).toBe(3);
  });
});

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
