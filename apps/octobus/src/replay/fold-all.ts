import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { logStreams } from '@octobus/contracts';
import { Fault } from '@octobus/kernel';
import { logStreamCountIn } from '../bench/stack-access.ts';
import { type FoldedShare, foldShares } from './fold-share.ts';
import { type Share, sharesOf } from './shares.ts';
import { joinedCounts } from './task-fold.ts';

export interface FoldedLog extends FoldedShare {
  readonly seconds: number;
  readonly threads: number;
}

/** Reads every event of the stack in this state folder and folds every task, in as many threads as bring something. */
export async function foldAll(folder: string, processors = availableParallelism()): Promise<FoldedLog> {
  const streams = logStreams(await logStreamCountIn(folder)).map(({ name }) => name);
  const threads = sharesOf(streams, processors);
  const began = performance.now();
  const [only] = threads;
  const folded =
    threads.length === 1 && only !== undefined
      ? [await foldShares(folder, only)]
      : await Promise.all(threads.map((shares) => inThread(folder, shares)));
  return {
    ...joinedCounts(folded),
    ignored: folded.reduce((sum, { ignored }) => sum + ignored, 0),
    firstIgnored: folded.flatMap(({ firstIgnored }) => firstIgnored),
    seconds: (performance.now() - began) / 1000,
    threads: threads.length,
  };
}

/** Most of what a batch leaves behind is garbage by the next one. */
const YOUNG_MB = 64;

interface Told {
  readonly folded?: FoldedShare;
  readonly fault?: { readonly code: string; readonly retryable: boolean; readonly message: string };
}

function inThread(folder: string, shares: readonly Share[]): Promise<FoldedShare> {
  return new Promise((resolve, reject) => {
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MB };
    const thread = new Worker(new URL('./fold-thread.js', import.meta.url), { workerData: { folder, shares }, resourceLimits });
    thread.once('message', ({ folded, fault }: Told) => {
      if (folded !== undefined) resolve(folded);
      else
        reject(new Fault(fault?.code ?? 'defect', { retryable: fault?.retryable === true, message: fault?.message ?? 'a thread failed' }));
    });
    thread.once('error', reject);
    thread.once('exit', () => reject(new Error('a thread ended without an answer')));
  });
}
