import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { PLANTS, type Plant } from './plants.ts';

export interface Options {
  readonly help: boolean;
  readonly first: number;
  readonly seeds: number;
  readonly workers: number;
  readonly traced: boolean;
  readonly json: boolean;
  readonly plant: Plant | undefined;
}

export const HELP = `npm run sim -- [options]   Octobus on a simulated log, clock and network: one seed is one course of tasks and faults

  --seeds N     so many seeds (default: 200, with --seed 1)
  --seed S      the first of them (default: 1)
  --trace       what happened, line by line; a seed that fails shows it in any case
  --plant BUG   with a bug put in, to see it found: ${PLANTS.join(', ')}
  --workers N   threads (default: one a CPU)
  --json        one line of JSON on standard output

Exit codes: 0; 1 when a promise was broken or a kind of fault never happened in 100 seeds or more; 64 wrong usage.
`;

export class Usage extends Error {}

const FLAGS = {
  seeds: { type: 'string' },
  seed: { type: 'string' },
  trace: { type: 'boolean', default: false },
  plant: { type: 'string' },
  workers: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export function readOptions(args: readonly string[]): Options {
  const { seeds, seed, trace, plant, workers, json, help } = parsed(args);
  return {
    help,
    first: whole('--seed', seed, 1, 0),
    seeds: whole('--seeds', seeds, seed === undefined ? 200 : 1, 1),
    workers: whole('--workers', workers, availableParallelism(), 1),
    traced: trace,
    json,
    plant: plantNamed(plant),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS }).values;
  } catch (error) {
    throw new Usage(error instanceof Error ? error.message : String(error));
  }
}

function whole(flag: string, given: string | undefined, otherwise: number, least: number): number {
  const n = given === undefined ? otherwise : Number(given);
  if (!Number.isSafeInteger(n) || n < least) throw new Usage(`${flag} takes a whole number from ${least}`);
  return n;
}

function plantNamed(given: string | undefined): Plant | undefined {
  const plant = PLANTS.find((one) => one === given);
  if (given !== undefined && plant === undefined) throw new Usage(`--plant takes one of: ${PLANTS.join(', ')}`);
  return plant;
}
