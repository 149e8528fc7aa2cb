import { type ContentPartJson, type ContentSlotJson, type EventOf, clearSlot, partNamed } from '@octobus/contracts';
import { type Fault, isFault } from '@octobus/kernel';
import { failureIn, finalFault } from './calls.ts';
import type { Json } from './step-run.ts';

export type Note = EventOf<'task.step-noted.v1'>['data'];

/** How a sub-step ended: with a value, or with a fault that trying again can't change. */
export type Settled<T> = { readonly value: T } | { readonly fault: Fault };

/** A sub-step that has ended. */
export interface SubStep {
  readonly name: string;
  readonly settled: Settled<Json>;
}

/** Throws what trying again may change. */
export async function settle<T>(work: () => Promise<T>): Promise<Settled<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    if (isFault(error) && !error.retryable) return { fault: error };
    throw error;
  }
}

/** Sub-steps `k`, `k + 1`, ... as one event: names in the clear, of the first in `name` and of the others in `also`; results as parts of one slot. */
export function noteOf(k: number, ended: readonly SubStep[]): Note {
  const [name = '', ...also] = ended.map((one) => one.name);
  const content = clearSlot(ended.map(({ settled }, i) => partOf(settled, i)));
  return also.length === 0 ? { k, name, content } : { k, name, also, content };
}

/** The sub-steps of one event, in order. */
export const subStepsOf = (note: Note): readonly SubStep[] =>
  [note.name ?? '', ...(note.also ?? [])].map((name, i) => ({ name, settled: settledIn(note.content, i) }));

/** `value` and `failure` of the first, `value-2` and `failure-2` of the second, and so on. */
const partName = (what: 'value' | 'failure', i: number): string => (i === 0 ? what : `${what}-${i + 1}`);

const partOf = (settled: Settled<Json>, i: number): ContentPartJson => ({
  name: partName('value' in settled ? 'value' : 'failure', i),
  origin: 'ORIGIN_TOOL',
  mediaType: 'application/json',
  json: ('value' in settled ? settled.value : failureIn(settled.fault)) as never,
});

function settledIn(content: ContentSlotJson | undefined, i: number): Settled<Json> {
  const failure = partNamed(content, partName('failure', i))?.json as Parameters<typeof finalFault>[0];
  const fault = finalFault(failure);
  return fault === undefined ? { value: (partNamed(content, partName('value', i))?.json ?? null) as Json } : { fault };
}
