import { Fault, isFault } from '@octobus/kernel';
import type { Chance } from './chance.ts';
import type { Traffic } from './faults.ts';
import type { Process } from './process.ts';

/** As the adapters have it, milliseconds: one try, and the pauses between two. */
const TIMEOUT_MS = 2_000;
const PAUSE = { firstMs: 20, mostMs: 640 } as const;

/**
 * One request and its answer. `work` runs at the server, perhaps after the caller has given up, and perhaps twice; undefined: nobody is there, and the caller
 * hears nothing. A fault that it throws is the answer.
 */
export function ask<T>(process: Process, traffic: Traffic, code: string, work: () => { readonly answer: T } | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const endTimeout = process.after(TIMEOUT_MS, () => reject(new Fault(code, { retryable: true, message: 'no answer in time' })));
    const answer = (act: () => void): void =>
      process.hear(traffic, () => {
        endTimeout();
        act();
      });
    process.send(traffic, () => {
      try {
        const done = work();
        if (done !== undefined) answer(() => resolve(done.answer));
      } catch (error) {
        answer(() => reject(error instanceof Error ? error : new Error('a server failed', { cause: error })));
      }
    });
  });
}

/** Runs it again, up to so many times, while it fails by retryable faults, with the adapters' pauses. */
export async function retrying<T>(process: Process, chance: Chance, tries: number, work: () => Promise<T>): Promise<T> {
  for (let n = 1; ; n++) {
    try {
      return await work();
    } catch (error) {
      if (!isFault(error) || !error.retryable || n >= tries) throw error;
      await process.pause(chance.next() * Math.min(PAUSE.mostMs, (PAUSE.firstMs / 2) * 2 ** n));
    }
  }
}
