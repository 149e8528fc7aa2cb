import type { ContentPartJson } from '@octobus/contracts';
import type { Json, StepRun } from '../step-run.ts';

export interface GivenStep {
  readonly instruction?: string;
  readonly arguments?: Json;
  readonly documentIds?: readonly string[];
  /** Outputs of earlier steps, by their name. */
  readonly inputs?: Readonly<Record<string, readonly ContentPartJson[]>>;
  readonly signal?: AbortSignal;
}

export interface StepOfTest extends StepRun {
  /** Names of the sub-steps and calls that were made, in order. */
  readonly made: readonly string[];
}

/** A step for the test of a worker: nothing was journalled before, nothing is charged. */
export function stepOf(given: GivenStep = {}): StepOfTest {
  const made: string[] = [];
  const inputs = Object.entries(given.inputs ?? {}).map(([step, parts]) => ({ step, parts }));
  return {
    made,
    tenant: 'acme',
    task: '0192f0c1-2d3e-7a4b-8c5d-6e7f8091a2b3',
    step: 's1',
    attempt: 1,
    agent: 'test@1',
    instruction: given.instruction ?? '',
    arguments: given.arguments ?? null,
    grant: { budget: undefined, documentIds: given.documentIds ?? [], expiresAt: undefined, timeout: undefined },
    signal: given.signal ?? new AbortController().signal,
    traceparent: undefined,
    inputs: () => Promise.resolve(inputs),
    run: (name, work) => {
      made.push(name);
      return work();
    },
    call: async (call, work) => {
      made.push(call.name);
      return (await work()).value;
    },
  };
}
