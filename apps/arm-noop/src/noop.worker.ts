import type { Json, StepResult, StepRun, Worker } from '@octobus/arm';
import { Fault, NO_MONEY } from '@octobus/kernel';
import { setTimeout as wait } from 'node:timers/promises';

/** What the arguments may ask for; everything else is only handed back. */
interface NoopArguments {
  /** Milliseconds to take, at most ten minutes. */
  readonly sleepMs: number;
  /** Journalled sub-steps to run one after another, at most 100. */
  readonly substeps: number;
  /** The sub-steps say that they have no effect: they may be recorded together. */
  readonly pure: boolean;
  /** Calls with an effect that must not happen twice, at most 20. */
  readonly once: number;
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
    once: number('once', 20),
    fail: typeof fail === 'string' ? fail.slice(0, 40) : undefined,
  };
}

/** What a `once` call does outside: it tells that it was made, each time that it is. */
export type Effect = (call: { readonly task: string; readonly step: string; readonly call: number }) => void;

/** Returns its arguments; for tests, benchmarks and demonstrations. */
export const noopWorker = (effect: Effect = () => undefined): Worker => ({
  arm: 'noop',
  async perform(step: StepRun): Promise<StepResult> {
    const wanted = read(step.arguments);
    if (wanted.sleepMs > 0) await wait(wanted.sleepMs, undefined, { signal: step.signal });
    const mayAct = wanted.pure ? 'none' : 'any';
    for (let k = 1; k <= wanted.substeps; k++) await step.run(`substep-${k}`, () => Promise.resolve({ k }), { effect: mayAct });
    for (let k = 1; k <= wanted.once; k++) {
      await step.call({ ...CALL, name: `once-${k}` }, () => {
        effect({ task: step.task, step: step.step, call: k });
        return Promise.resolve({ value: k, usage: {} });
      });
    }
    if (wanted.fail !== undefined)
      throw new Fault('noop-asked-to-fail', { retryable: false, message: 'the arguments asked for a failure' });
    return { parts: [{ name: 'echo', origin: 'ORIGIN_TOOL', mediaType: 'application/json', json: step.arguments as never }] };
  },
});

const CALL = { kind: 'tool', priceVersion: 'none', worstCase: NO_MONEY, effect: 'once' } as const;
