import type { ModelAnswer } from '../model-provider.ts';

/** Who made a result: a model, or the rules that also work offline. */
export type Source = 'model' | 'rules';

/** Why the rules answered although a model could have been, or was, asked. */
export type RulesReason = 'offline' | 'cut-off' | 'filtered' | 'not-the-format' | 'uncited' | 'not-a-plan' | 'nothing-found';

/** What is the same for every result a model may have had a part in. */
export interface Provenance {
  readonly source: Source;
  readonly reason?: RulesReason;
  /** The call that was made and has to be paid, also when its text wasn't used. */
  readonly call?: ModelAnswer;
}

/** Why a finished call can't hold a complete text; undefined when it can. */
export function truncationOf(call: ModelAnswer): RulesReason | undefined {
  if (call.finishReason === 'length') return 'cut-off';
  return call.finishReason === 'content-filter' ? 'filtered' : undefined;
}
