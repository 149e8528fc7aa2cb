import { HIGH_STEAL_PERCENT } from '../../apps/octobus/dist/bench/report.js';
import { median, rounded, spread } from './statistics.mjs';
import { modesOf } from './systems.mjs';

/** One row a system, mode and number of clients, in the order of their first measurement in a first round: medians over the rounds, with spread. */
export function rowsOf(systems, { modes, clients }, seen) {
  return systems.flatMap((system) =>
    modesOf(system, modes).flatMap((mode) =>
      clients.map((count) => {
        const cells = seen.filter((cell) => cell.system === system.name && cell.mode === mode && cell.clients === count);
        return rowOf(system, { mode, clients: count }, cells);
      }),
    ),
  );
}

function rowOf({ name, durability, ours }, { mode, clients }, cells) {
  const results = cells.map((cell) => cell.result).filter((result) => result !== undefined && result.runs > 0);
  const facts = cells.find((cell) => cell.facts !== undefined)?.facts ?? {};
  const failures = [...new Set(cells.map(failureOf).filter((failure) => failure !== undefined))];
  const of = (field, digits) => rounded(median(results.map((result) => result[field]).filter(isNumber)), digits);
  const range = (field, digits) =>
    spread(results.map((result) => result[field]).filter(isNumber))?.map((value) => rounded(value, digits)) ?? null;
  const highest = rounded(Math.max(...results.map((result) => result.stealPct).filter(isNumber)), 1);
  return {
    system: name,
    clients,
    mode,
    durability: facts.durability ?? durability,
    runsPerSecond: of('runsPerSecond', 1),
    p50Ms: of('p50Ms', 3),
    p99Ms: of('p99Ms', 3),
    stealPct: of('stealPct', 1),
    stealHighestPct: highest,
    stealHigh: (highest ?? 0) > HIGH_STEAL_PERCENT,
    cpuMsPerRun: of('cpuMsPerRun', 3),
    memoryMb: of('memoryMb', 0),
    spread: {
      runsPerSecond: range('runsPerSecond', 1),
      p50Ms: range('p50Ms', 3),
      p99Ms: range('p99Ms', 3),
      cpuMsPerRun: range('cpuMsPerRun', 3),
    },
    rounds: results.length,
    runs: results.reduce((sum, { runs }) => sum + runs, 0),
    errors: sumOf(cells.map((cell) => cell.result?.errors ?? {})),
    ours,
    version: facts.version ?? null,
    setup: facts.setup ?? null,
    ...(failures.length > 0 ? { failures } : {}),
    ...(results.length === 0 ? { absent: failures[0] ?? 'it was not measured' } : {}),
  };
}

/** Why a measurement gave nothing; undefined when it gave something. */
function failureOf({ failure, result }) {
  if (failure !== undefined || result === undefined) return failure;
  if (result.runs > 0) return undefined;
  const codes = Object.keys(result.errors);
  return codes.length === 0 ? 'no run ended within the measured time' : `no run completed (${codes.join(', ')})`;
}

const isNumber = (value) => typeof value === 'number' && Number.isFinite(value);

function sumOf(counts) {
  const sums = {};
  for (const [code, count] of counts.flatMap(Object.entries)) sums[code] = (sums[code] ?? 0) + count;
  return sums;
}

/** What issue 5 asks of each ratio: at least this, and at most this where `atMost`. */
const GOALS = {
  services: { metric: 'runsPerSecond', mode: 'services', goal: 1.1 },
  journalled: { metric: 'runsPerSecond', mode: 'journalled', goal: 1.5 },
  grouped: { metric: 'runsPerSecond', mode: 'grouped', goal: 1.5 },
  p50: { metric: 'p50Ms', goal: 0.5, atMost: true },
};

/**
 * Ours against the best peer, like with like (`among: same mode`) and against the best in any mode (`among: any mode`, where that is another): runs a
 * second at the most clients, and p50 of one client (the smaller the better). Only where both were measured.
 * `{ name, system, mode, clients, value, among, peer: { system, mode, durability, value }, ratio, goal, met }`.
 */
export function ratiosOf(rows) {
  const measured = rows.filter((row) => row.absent === undefined);
  const most = Math.max(...measured.map(({ clients }) => clients));
  const fastest = measured.filter(({ clients }) => clients === most);
  const single = measured.filter(({ clients }) => clients === 1);
  return [
    ...against(fastest, GOALS.services),
    ...against(fastest, GOALS.journalled),
    ...against(fastest, GOALS.grouped),
    ...against(single, { ...GOALS.p50, mode: 'services' }),
    ...against(single, { ...GOALS.p50, mode: 'journalled' }),
    ...against(single, { ...GOALS.p50, mode: 'grouped' }),
  ];
}

function against(rows, { metric, mode, goal, atMost = false }) {
  const peers = rows.filter((row) => !row.ours).toSorted((a, b) => (atMost ? a[metric] - b[metric] : b[metric] - a[metric]));
  const like = peers.find((row) => row.mode === mode);
  const rivals = [
    { peer: like, among: 'same mode' },
    { peer: peers[0] === like ? undefined : peers[0], among: 'any mode' },
  ];
  return rivals.flatMap((rival) => (rival.peer === undefined ? [] : compared(rows, { metric, mode, goal, atMost }, rival)));
}

function compared(rows, { metric, mode, goal, atMost }, { peer, among }) {
  return rows
    .filter((row) => row.ours && row.mode === mode)
    .map((row) => {
      const ratio = row[metric] / peer[metric];
      return {
        name: `${row.system} ${mode} / best peer in ${among}, ${metric}`,
        among,
        system: row.system,
        durability: row.durability,
        mode,
        clients: row.clients,
        metric,
        value: row[metric],
        peer: { system: peer.system, mode: peer.mode, durability: peer.durability, value: peer[metric] },
        ratio: rounded(ratio, 2),
        goal,
        met: atMost ? ratio <= goal : ratio >= goal,
      };
    });
}

/** Ours that gave nothing, or gave errors. */
export const failedOfOurs = (rows) =>
  rows.filter((row) => row.ours && (row.failures !== undefined || Object.keys(row.errors).length > 0) && !isMissingByNature(row));

/** What a system doesn't have by its nature is no failure of it. */
const isMissingByNature = ({ failures = [] }) => failures.length > 0 && failures.every((failure) => failure.startsWith('it has no '));
