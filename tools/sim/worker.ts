import { parentPort } from 'node:worker_threads';
import type { Plant } from './plants.ts';
import { simulate } from './simulation.ts';
import { NOTHING, sum, tallyOf } from './tally.ts';

/** Seeds from the first on, and the bug put in. */
export interface Batch {
  readonly first: number;
  readonly seeds: number;
  readonly plant: Plant | undefined;
}

// Faults are made by the thousand, and nobody reads where.
Error.stackTraceLimit = 0;

parentPort?.on('message', ({ first, seeds, plant }: Batch) => {
  void run(first, seeds, plant).then((tally) => parentPort?.postMessage(tally));
});

async function run(first: number, seeds: number, plant: Plant | undefined) {
  let tally = NOTHING;
  for (let seed = first; seed < first + seeds; seed++)
    tally = sum(tally, tallyOf(await simulate(seed, plant === undefined ? {} : { plant })));
  return tally;
}
