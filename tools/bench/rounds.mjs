import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toolEnvironment } from '../bootstrap/run.mjs';
import { installPeer } from './install.mjs';
import { measureCalmly, measureOnce, stolen } from './measure.mjs';
import { orderOf } from './schedule.mjs';
import { SystemProcess } from './system-process.mjs';
import { lacks, modesOf } from './systems.mjs';

const START_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 20_000;
const LOAD = fileURLToPath(new URL('../../apps/octobus/dist/bench/closed-loop.js', import.meta.url));

/**
 * Runs the rounds: in each, every system in turn is started fresh, measured for every mode and number of clients, and stopped. Answers what was
 * seen, one entry a measurement, start failure or missing row. The signal ends it; everything started is stopped before it throws.
 */
export async function runRounds(systems, options, context) {
  const seen = [];
  const homes = new Map();
  for (let round = 0; round < options.rounds; round++) {
    for (const system of orderOf(systems, round)) {
      context.signal.throwIfAborted();
      seen.push(...(await turnOf(system, round, options, { ...context, homes })));
    }
  }
  return seen;
}

/** One system in one round: a list of `{ system, round, mode, clients, facts, result }` or, where it failed, `failure` for `result`. */
async function turnOf(system, round, options, context) {
  const modes = modesOf(system, options.modes);
  const cells = modes.flatMap((mode) => options.clients.map((clients) => ({ system: system.name, round, mode, clients })));
  const missing = (cell) => lacks(system, options.workload, cell.mode);
  const absent = cells.filter(missing).map((cell) => ({ ...cell, failure: missing(cell) }));
  const wanted = cells.filter((cell) => missing(cell) === undefined);
  if (wanted.length === 0) return absent;
  context.say(`${options.rounds === 1 ? '' : `round ${round + 1}/${options.rounds}  `}${system.name}`);
  try {
    return [...absent, ...(await withSystem(system, round, context, (running) => measureAll(running, wanted, options, context)))];
  } catch (error) {
    context.signal.throwIfAborted();
    context.say(`  ${system.name} is absent: ${error.message}`);
    return [...absent, ...wanted.map((cell) => ({ ...cell, failure: error.message }))];
  }
}

/** Starts the system, works with it, and stops it and all it needs, whatever comes. */
async function withSystem(system, round, context, work) {
  const { scratch, say, signal } = context;
  const home = await homeOf(system, context);
  const dir = join(scratch, `${round + 1}-${system.name}`);
  mkdirSync(dir, { recursive: true });
  const postgres = system.needs.includes('postgres') ? await context.postgres.open(signal) : undefined;
  const child = new SystemProcess({
    main: join(home, 'main.mjs'),
    cwd: home,
    env: environmentOf(system),
    logFile: join(dir, 'system.log'),
  });
  try {
    const order = { do: 'start', dir, load: LOAD, ...(postgres === undefined ? {} : { postgres: postgres.url }), ...system.start };
    const facts = await child.ask(order, START_WITHIN_MS, signal);
    return await work({ system, child, facts, pids: [...(facts.pids ?? []), ...(postgres === undefined ? [] : [postgres.pid])] });
  } finally {
    await child.end(STOP_WITHIN_MS);
    await postgres?.close();
    removeFolder(dir, say);
  }
}

/** Where its main.mjs is: ours in this folder, a peer's in the cache, installed once a run. A peer that couldn't be installed isn't tried again. */
async function homeOf(system, { homes, say }) {
  if (system.ours) return system.folder;
  if (!homes.has(system.name)) homes.set(system.name, installPeer(system, say));
  return homes.get(system.name);
}

async function measureAll({ system, child, facts, pids }, cells, options, context) {
  const found = [];
  for (const cell of cells) {
    const { mode, clients } = cell;
    const order = { workload: options.workload, mode, clients, warmupMs: options.warmup * 1000, measureMs: options.seconds * 1000 };
    const kept = { version: facts.version, durability: facts.durability ?? system.durability, setup: facts.setup };
    try {
      const result = await measureCalmly(
        () => measureOnce(child, order, pids, context.signal),
        ({ stealPct }) => context.say(`  ${stealPct} % of the CPU was given to others: measured again`),
        options.repeats,
      );
      context.say(`  ${lineOf(cell, result)}`);
      found.push({ ...cell, facts: kept, result });
    } catch (error) {
      context.signal.throwIfAborted();
      context.say(`  ${mode}, ${clients} clients: ${error.message}`);
      found.push({ ...cell, facts: kept, failure: error.message });
    }
  }
  return found;
}

function lineOf({ mode, clients }, result) {
  const steal = result.stealPct === undefined ? 'unknown' : `${result.stealPct} %`;
  const wrong = Object.entries(result.errors).map(([code, count]) => `   ${count} x ${code}`);
  return `${mode.padEnd(10)} ${String(clients).padStart(4)} clients  ${result.runsPerSecond.toFixed(1).padStart(8)} runs/s   p50 ${result.p50Ms.toFixed(1)} ms   steal ${steal}${stolen(result) ? ' (too high)' : ''}${wrong.join('')}`;
}

/** Where another stack or database is, is none of a system's business; of Octobus' settings only Octobus hears. */
function environmentOf({ ours }) {
  const foreign = ours ? /^(?:PG[A-Z]+|DATABASE_URL|NATS_URL)$/ : /^(?:PG[A-Z]+|DATABASE_URL|NATS_URL|OCTO_\w+)$/;
  return Object.fromEntries(Object.entries(toolEnvironment()).filter(([name]) => !foreign.test(name) && name !== 'NODE_OPTIONS'));
}

function removeFolder(path, say) {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  } catch (error) {
    say(`  ${path} couldn't be removed: ${error.message}`);
  }
}
