import { parentPort, workerData } from 'node:worker_threads';
import { isFault } from '@octobus/kernel';
import { foldShares } from './fold-share.ts';
import type { Share } from './shares.ts';

/** A thread of `foldAll`: folds its shares and answers with the counts, or with a fault as data. */
const { folder, shares } = workerData as { readonly folder: string; readonly shares: readonly Share[] };
try {
  parentPort?.postMessage({ folded: await foldShares(folder, shares) });
} catch (error) {
  if (!isFault(error)) throw error;
  parentPort?.postMessage({ fault: { code: error.code, retryable: error.retryable, message: error.message } });
}
