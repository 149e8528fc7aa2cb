import { existsSync, mkdtempSync, readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Fault } from '@octobus/kernel';
import { type Run, claimRun, findRun } from '@octobus/stack';

/** Sure to be claimed by whoever made it, or to be left behind. */
const CLAIMED_AFTER_MS = 10_000;

/**
 * Works in a fresh folder beside a store, which is removed again. `run` keeps what is started there on record, so that whoever comes after a crash can end
 * it: a server is no part of the process group of its parent, and outlives it.
 */
export async function withLookFolder<T>(storePath: string, work: (folder: string, run: Run) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(dirname(storePath), `${basename(storePath)}.look-`));
  try {
    const claim = await claimRun(folder);
    if (claim.alreadyRunning) throw new Fault('already-running', { retryable: true, message: `somebody else uses ${folder}` });
    try {
      return await work(folder, claim.run);
    } finally {
      claim.run.release();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Ends and removes what a look that was killed has left beside this store; looks under way are left alone. Names of what was removed. */
export async function removeLeftLooks(dataDir: string): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const folder of lookFolders(dataDir)) {
    if (findRun(folder) !== undefined || isFresh(folder)) continue;
    const claim = await claimRun(folder);
    if (claim.alreadyRunning) continue;
    claim.run.release();
    await rm(folder, { recursive: true, force: true });
    removed.push(folder);
  }
  return removed;
}

const isFresh = (folder: string): boolean =>
  !existsSync(join(folder, 'run.json')) && Date.now() - statSync(folder).ctimeMs < CLAIMED_AFTER_MS;

function lookFolders(dataDir: string): readonly string[] {
  const parent = dirname(dataDir);
  if (!existsSync(parent)) return [];
  const entries = readdirSync(parent, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const names = entries
    .map(({ name }) => name)
    .filter((name) => name.startsWith(`${basename(dataDir)}.`) && /\.look-[0-9A-Za-z]{6}$/.test(name));
  return names.map((name) => join(parent, name));
}
