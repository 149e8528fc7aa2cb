/** A module of the bench, which is plain JavaScript, with the types that a spec says it has. */
export const load = async <T>(module: string): Promise<T> => (await import(new URL(`../${module}`, import.meta.url).href)) as T;

export interface System {
  readonly name: string;
  readonly durability: string;
  readonly ours: boolean;
  readonly modes: readonly string[];
  readonly workloads: readonly string[];
}
export interface Result {
  readonly runs: number;
  readonly runsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly stealPct?: number;
  readonly cpuMsPerRun?: number;
}
export interface Cell {
  readonly system: string;
  readonly round: number;
  readonly mode: string;
  readonly clients: number;
  readonly facts?: { readonly version: string; readonly durability: string; readonly setup: string };
  readonly result?: Result;
  readonly failure?: string;
}
export type Row = Readonly<Record<string, unknown>> & { readonly system: string; readonly mode: string; readonly clients: number };
export type Ratio = Readonly<Record<string, unknown>>;
export type Bounds = Readonly<Record<string, { readonly runs: { readonly floor: number }; readonly cpu: { readonly ceiling: number } }>>;
export type Ratios = Readonly<Record<string, { readonly runs: number; readonly cpu: number | undefined }>>;

export const { rowsOf, ratiosOf, failedOfOurs } = await load<{
  rowsOf(systems: readonly System[], options: object, seen: readonly Cell[]): readonly Row[];
  ratiosOf(rows: readonly Row[]): readonly Ratio[];
  failedOfOurs(rows: readonly Row[]): readonly Row[];
}>('rows.mjs');

export const system = (name: string, ours: boolean): System => ({
  name,
  ours,
  durability: 'fsync',
  modes: ['services', 'journalled'],
  workloads: ['five-step'],
});
const facts = { version: '1.2.3', durability: 'fsync', setup: 'as documented' };
export const result = (runsPerSecond: number, p50Ms: number, more: Partial<Result> = {}): Result => ({
  runs: runsPerSecond * 8,
  runsPerSecond,
  p50Ms,
  p99Ms: p50Ms * 3,
  errors: {},
  stealPct: 0.5,
  cpuMsPerRun: 1,
  ...more,
});
export const cell = (name: string, round: number, clients: number, found: Result | string, mode = 'services'): Cell => ({
  system: name,
  round,
  mode,
  clients,
  ...(typeof found === 'string' ? { failure: found } : { facts, result: found }),
});
export const only = (mode: string, clients: readonly number[]): object => ({ modes: [mode], clients });
