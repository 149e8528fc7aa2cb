// Figures of the claim check on labelled claims (a directory with judge/judge.jsonl; absent: skipped). Run after the build.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkClaim } from '../../apps/arm-judge/dist/claim-check/index.js';

const LABELS = ['supported', 'contradicted', 'not-in-source'];
const KINDS = [
  'verbatim',
  'list-partial',
  'paraphrase',
  'translation',
  'inference',
  'negation',
  'number-swap',
  'date-swap',
  'unit-swap',
  'entity-swap',
  'overclaim',
  'added-detail',
];
/** Kinds whose rows must not pass as supported, kinds whose rows must never be refused. */
const FOUND = { negation: 90, 'number-swap': 90, 'date-swap': 90, 'unit-swap': 90 };
const KEPT = { verbatim: 100, 'list-partial': 100 };

const share = (list, holds) => (list.length === 0 ? 0 : Math.round((1000 * list.filter(holds).length) / list.length) / 10);
const row = (metric, list, holds, target) => ({
  set: 'judge',
  metric,
  value: share(list, holds),
  n: list.length,
  ...(target === undefined ? {} : { target }),
});

function read(dataDir) {
  const file = join(dataDir, 'judge', 'judge.jsonl');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line));
}

const isRight = (item) => item.verdict === item.label;
const passes = (item) => item.verdict === 'supported';
const isFound = (item) => item.verdict !== 'supported';

function ofKind(items, kind) {
  const rows = items.filter((item) => item.kind === kind);
  if (rows.length === 0) return [];
  const exact = row(`${kind}: label right, %`, rows, isRight);
  if (kind in FOUND) return [exact, row(`${kind}: found, %`, rows, isFound, FOUND[kind])];
  if (kind in KEPT) return [exact, row(`${kind}: not rejected, %`, rows, passes, KEPT[kind])];
  return [exact];
}

/** Label accuracy in per cent: total, for each label, for each kind; and the kinds that must be found or kept. */
export async function evalJudge(dataDir) {
  const items = read(dataDir).map((item) => ({ ...item, verdict: checkClaim(item.claim, item.source).label }));
  if (items.length === 0) return { rows: [] };
  const others = [...new Set(items.map(({ kind }) => kind))].filter((kind) => !KINDS.includes(kind));
  return {
    rows: [
      row('label right, %', items, isRight),
      ...LABELS.map((label) =>
        row(
          `${label}: label right, %`,
          items.filter((item) => item.label === label),
          isRight,
        ),
      ),
      ...[...KINDS, ...others].flatMap((kind) => ofKind(items, kind)),
      row(
        'negations, numbers, dates, units: found, %',
        items.filter(({ kind }) => kind in FOUND),
        isFound,
        90,
      ),
    ],
  };
}
