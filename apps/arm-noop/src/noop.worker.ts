import type { Json, StepResult, StepRun, Worker } from '@octobus/arm';
import { Fault } from '@octobus/kernel';
import { setTimeout as wait } from 'node:timers/promises';

/** What the arguments may ask for; everything else is only handed back. */
interface NoopArguments {
  /** Milliseconds to take, at most ten minutes. */
  readonly sleepMs: number;
  /** Journalled sub-steps to run one after another, at most 100. */
  readonly substeps: number;
  /** The sub-steps say that they have no effect: they may be recorded together. */
  readonly pure: boolean;
  /** Code of a failure to end with. */
  readonly fail: string | undefined;
}

function read(json: Json): NoopArguments {
  const given = (json !== null && typeof json === 'object' && !Array.isArray(json) ? json : {}) as Record<string, Json>;
  const number = (name: string, most: number): number => {
    const value = given[name];
    return typeof value === 'number' && value > 0 ? Math.min(most, Math.floor(value)) : 0;
  };
  const fail = given['fail'];
  return {
    sleepMs: number('sleepMs', 600_000),
    substeps: number('substeps', 100),
    pure: given['pure'] === true,
    fail: typeof fail === 'string' ? fail.slice(0, 40) : undefined,
  };
}

/** Returns its arguments; for tests, benchmarks and demonstrations. */
export const noopWorker: Worker = {
  arm: 'noop',
  async perform(step: StepRun): Promise<StepResult> {
    const wanted = read(step.arguments);
    if (wanted.sleepMs > 0) await wait(wanted.sleepMs, undefined, { signal: step.signal });
    const effect = wanted.pure ? 'none' : 'any';
    for (let k = 1; k <= wanted.substeps; k++) await step.run(`substep-${k}`, () => Promise.resolve({ k }), { effect });
    if (wanted.fail !== undefined)
      throw new Fault('noop-asked-to-fail', { retryable: false, message: 'the arguments asked for a failure' });
    return { parts: [{ name: 'echo', origin: 'ORIGIN_TOOL', mediaType: 'application/json', json: step.arguments as never }] };
  },
};
