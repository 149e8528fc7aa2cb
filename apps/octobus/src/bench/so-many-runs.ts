import { isFault } from '@octobus/kernel';
import type { Door } from './door.ts';

export interface RunsDone {
  readonly completed: number;
  /** Runs that went wrong, by fault code or end state. */
  readonly errors: Readonly<Record<string, number>>;
}

/** Exactly so many runs, at most `clients` at once. Throws the signal's reason. */
export async function soManyRuns(door: Door, runs: number, clients: number, signal: AbortSignal): Promise<RunsDone> {
  const errors: Record<string, number> = {};
  let begun = 0;
  let completed = 0;
  const client = async (): Promise<void> => {
    while (begun < runs && !signal.aborted) {
      begun++;
      const state = await door.run().catch((error: unknown) => (isFault(error) ? error.code : 'defect'));
      if (state === 'completed') completed++;
      else errors[state] = (errors[state] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: Math.min(clients, runs) }, client));
  signal.throwIfAborted();
  return { completed, errors };
}
