import type { Writable } from 'node:stream';

const ENDINGS = ['drain', 'close', 'error'] as const;

/** Resolves when what was written is taken, so that more may follow; a reader that has gone takes everything. Leaves no listener behind. */
export const taken = (output: Writable): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      for (const name of ENDINGS) output.off(name, done);
      resolve();
    };
    if (output.destroyed || !output.writableNeedDrain) return resolve();
    for (const name of ENDINGS) output.on(name, done);
  });
