import { Worker } from 'node:worker_threads';
import type { Plant } from './plants.ts';
import { NOTHING, type Tally, sum } from './tally.ts';
import type { Batch } from './worker.ts';

const BATCH = 25;
/** Young objects die young: room for those of a whole seed. */
const YOUNG_MB = 64;

/** Seeds in turns on several threads. */
export async function simulateMany(first: number, seeds: number, plant: Plant | undefined, threads: number): Promise<Tally> {
  const batches: Batch[] = [];
  for (let seed = first; seed < first + seeds; seed += BATCH)
    batches.push({ first: seed, seeds: Math.min(BATCH, first + seeds - seed), plant });
  const waiting = batches.values();
  const tallies = await Promise.all(Array.from({ length: Math.min(threads, batches.length) }, () => work(waiting)));
  return tallies.reduce(sum, NOTHING);
}

async function work(waiting: Iterator<Batch>): Promise<Tally> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
  let tally = NOTHING;
  try {
    for (let next = waiting.next(); next.done !== true; next = waiting.next()) tally = sum(tally, await answer(worker, next.value));
  } finally {
    await worker.terminate();
  }
  return tally;
}

const answer = (worker: Worker, batch: Batch): Promise<Tally> =>
  new Promise((resolve, reject) => {
    worker.once('message', (tally: Tally) => {
      worker.off('error', reject);
      resolve(tally);
    });
    worker.once('error', reject);
    worker.postMessage(batch);
  });
