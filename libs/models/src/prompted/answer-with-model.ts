import type { JsonSchema, ModelAnswer, ModelProvider, ModelRequest } from '../model-provider.ts';
import { answerFromPassages } from '../offline/answer-from-passages.ts';
import type { ExtractOptions } from '../offline/answer-from-passages.ts';
import type { CitedSentence, Passage } from '../offline/passage.ts';
import { blockRule, checkBoundary, dataBlock } from './data-blocks.ts';
import type { Boundary } from './data-blocks.ts';
import { truncationOf } from './outcome.ts';
import type { Provenance, RulesReason } from './outcome.ts';
import { readerOf } from './read-json.ts';

export interface CallOptions {
  readonly boundary: Boundary;
  readonly model?: string | undefined;
  /** Default 1,000. */
  readonly maxOutputTokens?: number | undefined;
  readonly abort?: AbortSignal | undefined;
  readonly traceparent?: string | undefined;
}

export interface ModelledAnswer extends Provenance {
  readonly found: boolean;
  readonly sentences: readonly CitedSentence[];
  /** Absent when a model answered. */
  readonly confidence?: number;
  /** Sentences of the model that cited nothing that exists. */
  readonly dropped: number;
}

interface WireAnswer {
  readonly found: boolean;
  readonly sentences: readonly { readonly text: string; readonly citations: readonly number[] }[];
}

const MOST_PASSAGES = 20;
const LONGEST_PASSAGE = 6_000;
const LONGEST_GOAL = 20_000;

const object = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
/** Plain enough for every server's structured output: no bounds, no patterns. */
const ANSWER_SCHEMA = object({
  found: { type: 'boolean' },
  sentences: { type: 'array', items: object({ text: { type: 'string' }, citations: { type: 'array', items: { type: 'integer' } } }) },
});
const BOUNDED_SCHEMA = object({
  found: { type: 'boolean' },
  sentences: {
    type: 'array',
    maxItems: 100,
    items: object({ text: { type: 'string', maxLength: 8_000 }, citations: { type: 'array', maxItems: 100, items: { type: 'integer' } } }),
  },
});

let reader: ((text: string) => WireAnswer | undefined) | undefined;
const read = (text: string): WireAnswer | undefined => (reader ??= readerOf<WireAnswer>(BOUNDED_SCHEMA))(text);

const systemPrompt = (boundary: Boundary): string =>
  [
    'You answer a question from numbered passages of documents, and from nothing else.',
    blockRule(boundary),
    'Every sentence of your answer must follow from the passages it cites; cite them by number. If the passages do not hold the answer, set "found" to false and give no sentences; do not guess.',
    'Answer briefly, in the language of the question.',
    'Reply with one JSON object and nothing else: {"found": boolean, "sentences": [{"text": string, "citations": [number]}]}',
  ].join('\n');

function passageBlock(passage: Passage, index: number, boundary: Boundary): string {
  const title = [passage.name, passage.heading].filter((part) => part !== undefined && part !== '').join(' > ');
  return dataBlock(
    boundary,
    `passage ${index + 1}`,
    `${title === '' ? '' : `(${title.slice(0, 300)})\n`}${passage.text.slice(0, LONGEST_PASSAGE)}`,
  );
}

/** The request that `answerWithModel` makes: question and passages stand in data positions only. */
export function answerRequest(question: string, passages: readonly Passage[], options: CallOptions): ModelRequest {
  const boundary = checkBoundary(options.boundary);
  const shown = passages.slice(0, MOST_PASSAGES).map((passage, index) => passageBlock(passage, index, boundary));
  const text = [...shown, dataBlock(boundary, 'question', question.slice(0, LONGEST_GOAL)), 'Answer the question as JSON.'].join('\n\n');
  return {
    model: options.model,
    system: systemPrompt(boundary),
    messages: [{ role: 'user', text }],
    maxOutputTokens: options.maxOutputTokens ?? 1_000,
    temperature: 0,
    responseSchema: ANSWER_SCHEMA,
    abort: options.abort,
    traceparent: options.traceparent,
  };
}

/** What a model's text says as an answer to `passages` passages, or why it can't be used. Citations that don't exist are dropped, and sentences without any left. */
export function readAnswer(call: ModelAnswer, passages: number): { readonly unusable: RulesReason } | Omit<ModelledAnswer, 'source'> {
  const cut = truncationOf(call);
  if (cut !== undefined) return { unusable: cut };
  const wire = read(call.text);
  if (wire === undefined) return { unusable: 'not-the-format' };
  if (!wire.found) return { found: false, sentences: [], dropped: 0 };
  const exists = (at: number): boolean => at >= 1 && at <= Math.min(passages, MOST_PASSAGES);
  const said = wire.sentences
    .map(({ text, citations }) => ({ text: text.trim(), citations: [...new Set(citations.filter(exists))] }))
    .filter(({ text }) => text !== '');
  const cited = said.filter(({ citations }) => citations.length > 0);
  return cited.length === 0 ? { unusable: 'uncited' } : { found: true, sentences: cited, dropped: said.length - cited.length };
}

/**
 * Answers a question from passages, with a model when the provider has one. The rules answer instead (and `reason` says why) when it is offline
 * or the model's text can't be used. Faults of the provider pass through. A provider that journals or pays can be handed in like any other.
 */
export async function answerWithModel(
  provider: ModelProvider,
  question: string,
  passages: readonly Passage[],
  options: CallOptions & ExtractOptions,
): Promise<ModelledAnswer> {
  const byRules = (reason: RulesReason, call?: ModelAnswer): ModelledAnswer => ({
    ...answerFromPassages(question, passages, options),
    source: 'rules',
    reason,
    dropped: 0,
    ...(call === undefined ? {} : { call }),
  });
  if (provider.offline) return byRules('offline');
  if (passages.length === 0) return byRules('nothing-found');
  const call = await provider.generate(answerRequest(question, passages, options));
  const answer = readAnswer(call, passages.length);
  return 'unusable' in answer ? byRules(answer.unusable, call) : { ...answer, source: 'model', call };
}
