// `npm run eval -- --data DIR [--only retrieval,judge,...] [--write] [--json]`: figures of the pure parts on labelled data, beside their targets.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { evalAnswers } from './answers.mjs';
import { evalGuardrails } from './guardrails.mjs';
import { evalJudge } from './judge.mjs';
import { writeQuality } from './quality.mjs';
import { evalRetrieval } from './retrieval.mjs';

const suites = { retrieval: evalRetrieval, answers: evalAnswers, judge: evalJudge, guardrails: evalGuardrails };

function option(name) {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}

function fail(message) {
  process.stderr.write(`eval: ${message}\n`);
  process.exit(2);
}

const percent = (value) => (Math.abs(value) <= 1 ? value.toFixed(3) : value.toFixed(2));

/** A target is a number (at least, or at most with `atMost`) or a text like ">= .82". */
function goalOf({ target, atMost }) {
  if (target === undefined || target === null) return undefined;
  if (typeof target === 'number') return { sign: atMost ? '<=' : '>=', bound: target };
  const [, sign = '>=', bound] = /^(>=|<=|=)?\s*([\d.]+)$/.exec(target) ?? fail(`a target that can't be read: ${target}`);
  return { sign, bound: Number(bound) };
}

function met(row) {
  const goal = goalOf(row);
  if (goal === undefined) return true;
  if (goal.sign === '=') return row.value === goal.bound;
  return goal.sign === '<=' ? row.value <= goal.bound : row.value >= goal.bound;
}

function line(row) {
  const goal = goalOf(row);
  const verdict = goal === undefined ? '' : `${goal.sign} ${percent(goal.bound)}  ${met(row) ? 'met' : 'MISSED'}`;
  const interval = row.interval === undefined ? '' : ` [${row.interval.map(percent).join(', ')}]`;
  return `  ${String(row.set).padEnd(28)} ${String(row.metric).padEnd(56)} ${percent(Number(row.value)).padStart(8)}${interval}  n=${String(row.n ?? '').padEnd(6)} ${verdict}`.trimEnd();
}

if (process.argv.includes('--help')) {
  process.stdout.write(
    'usage: npm run eval -- --data DIR [--only retrieval,answers,judge,guardrails] [--write] [--json]\n--write: docs/quality.md from the figures of guardrails. DIR holds the labelled data; without it nothing can be measured.\n',
  );
  process.exit(0);
}
const data = option('--data') ?? process.env.OCTO_EVAL_DATA;
if (data === undefined) {
  process.stderr.write('eval: skipped: no labelled data given (--data DIR)\n');
  process.exit(0);
}
if (!existsSync(join(data, 'README.md'))) fail(`${data} holds no labelled data`);
const wanted = option('--only')?.split(',') ?? Object.keys(suites);
const json = process.argv.includes('--json');
const rows = [];
for (const name of wanted) {
  const run = suites[name] ?? fail(`there is no suite "${name}"; there are ${Object.keys(suites).join(', ')}`);
  const began = performance.now();
  const result = await run(data);
  if (!json) process.stdout.write(`${name} (${((performance.now() - began) / 1000).toFixed(1)} s)\n${result.rows.map(line).join('\n')}\n`);
  for (const skipped of result.skipped ?? []) process.stderr.write(`eval: ${name}: skipped: ${skipped}\n`);
  rows.push(...result.rows.map((row) => ({ suite: name, ...row })));
}
if (process.argv.includes('--write') && wanted.includes('guardrails')) writeQuality(rows.filter(({ suite }) => suite === 'guardrails'));
const missed = rows.filter((row) => !met(row));
if (json) process.stdout.write(`${JSON.stringify({ rows, missed: missed.length })}\n`);
else
  process.stdout.write(`${rows.filter((row) => goalOf(row) !== undefined).length - missed.length} targets met, ${missed.length} missed\n`);
process.exit(missed.length === 0 ? 0 : 1);
