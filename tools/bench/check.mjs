// Whether the hot path has become much slower: ratios to a bare append loop on the same nats-server and disk, in the same run. `npm run bench:check`.
// node tools/bench/check.mjs [--update]   two of three rounds must be within the bounds of floors.json; --update measures and writes them.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportAndExit } from '../bootstrap/guard.mjs';
import { say, Trouble } from '../bootstrap/say.mjs';
import { bench } from './bench.mjs';
import { USAGE } from './flags.mjs';
import { beyond, boundsFrom, ratiosByMode } from './floors.mjs';
import { interruption } from './interruption.mjs';
import { rounded } from './statistics.mjs';
import { appendLoop, ourSystems } from './systems.mjs';

const FLOORS = join(import.meta.dirname, 'floors.json');
const OPTIONS = { workload: 'five-step', modes: ['services', 'journalled'], clients: [32], rounds: 1, seconds: 3, warmup: 1.5, repeats: 0 };
const ROUNDS = 3;
const ENOUGH = 2;
const HELP = `npm run bench:check [-- --update]   Octobus against a bare append loop, about 40 s

Two of three rounds must be within the bounds of tools/bench/floors.json; else exit code 1 and a sentence. --update measures three rounds and
writes the bounds anew: with the cause in the commit.
`;

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  reportAndExit(error);
}

async function main(args) {
  if (args.includes('--help')) {
    process.stdout.write(HELP);
    return 0;
  }
  const unknown = args.find((arg) => arg !== '--update');
  if (unknown !== undefined) throw new Trouble(`There is no option ${unknown}; there are --update and --help.`, USAGE);
  const signal = interruption();
  return args.includes('--update') ? update(signal) : check(signal);
}

/** Ends as soon as the third round can't change the verdict. */
async function check(signal) {
  const { bounds } = JSON.parse(readFileSync(FLOORS, 'utf8'));
  const verdicts = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { ratios } = await measureRound(round, signal);
    say(`  ${text(ratios)}`);
    verdicts.push(beyond(bounds, ratios));
    const good = verdicts.filter((sentences) => sentences.length === 0).length;
    if (good >= ENOUGH) {
      process.stdout.write(`within the bounds: ${text(ratios)}\n`);
      return 0;
    }
    if (verdicts.length - good >= ENOUGH) break;
  }
  const sentences = verdicts.findLast((found) => found.length > 0);
  process.stderr.write(`The hot path is slower than it was: ${sentences.join('; ')} (bounds: tools/bench/floors.json).\n`);
  return 1;
}

async function update(signal) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push(await measureRound(round, signal));
    say(`  ${text(rounds[round].ratios)}`);
  }
  const { machine, versions, at, rows } = rounds.at(-1);
  const figures = rows.filter((row) => row.absent === undefined);
  const floors = {
    how: `npm run bench:check -- --update: medians of ${ROUNDS} rounds, ${OPTIONS.seconds} s after ${OPTIONS.warmup} s of warm-up, ${OPTIONS.clients[0]} clients; bounds with the margins of floors.mjs`,
    at,
    machine,
    versions,
    lastRound: figures.map(({ system, mode, runsPerSecond, cpuMsPerRun, stealPct }) => ({
      system,
      mode,
      runsPerSecond,
      cpuMsPerRun,
      stealPct,
    })),
    bounds: boundsFrom(rounds.map(({ ratios }) => ratios)),
  };
  writeFileSync(FLOORS, `${JSON.stringify(floors, undefined, 2)}\n`);
  process.stdout.write(`written: tools/bench/floors.json\n`);
  return 0;
}

/** The systems take turns in being first. */
async function measureRound(round, signal) {
  const systems = [...ourSystems({ flushed: false, doors: ['nats'] }), appendLoop()];
  const report = await bench(round % 2 === 0 ? systems : systems.toReversed(), OPTIONS, { say, signal });
  return { ...report, ratios: ratiosOf(report.rows) };
}

function ratiosOf(rows) {
  try {
    return ratiosByMode(rows);
  } catch (error) {
    throw new Trouble(`Nothing can be compared: ${error.message}.`);
  }
}

function text(ratios) {
  return Object.entries(ratios)
    .map(
      ([mode, { runs, cpu }]) =>
        `octobus ${mode} ${rounded(runs, 3)} of the append loop's runs/s, ${rounded(cpu, 2) ?? '?'} times its CPU a run`,
    )
    .join('; ');
}
