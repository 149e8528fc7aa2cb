import { answerFromPassages } from './answer-from-passages.ts';
import type { ExtractedAnswer, Passage } from './passage.ts';

/** One question with what was found for it. */
export interface AnswerPart {
  readonly question: string;
  readonly passages: readonly Passage[];
  readonly retrievalConfidence?: number | undefined;
}

export interface AnswerInParts extends ExtractedAnswer {
  /** The passages of all parts, each once; citations count in this list. */
  readonly passages: readonly Passage[];
  /** Questions that their passages don't answer. */
  readonly missing: readonly string[];
}

/** Lists the passages of all parts, each id once, in order of first appearance. */
function merge(parts: readonly AnswerPart[]): readonly Passage[] {
  const seen = new Map<string, Passage>();
  for (const passage of parts.flatMap((part) => part.passages)) if (!seen.has(passage.id)) seen.set(passage.id, passage);
  return [...seen.values()];
}

/**
 * Answers several questions one after another, as `answerFromPassages` does one; `maxSentences` (default 3) is for each of them. `found` when at
 * least one is answered; the confidence is that of the surest answer. A sentence that answers two questions is said once.
 */
export function answerInParts(parts: readonly AnswerPart[], options: { readonly maxSentences?: number | undefined } = {}): AnswerInParts {
  const passages = merge(parts);
  const place = new Map(passages.map((passage, index) => [passage.id, index + 1]));
  const answers = parts.map((part) => ({
    part,
    answer: answerFromPassages(part.question, part.passages, { ...options, retrievalConfidence: part.retrievalConfidence }),
  }));
  const said = new Set<string>();
  const sentences = answers.flatMap(({ part, answer }) =>
    answer.sentences
      .filter(({ text }) => !said.has(text) && said.add(text).size > 0)
      .map((sentence) => ({ ...sentence, citations: sentence.citations.map((at) => place.get(part.passages[at - 1]?.id ?? '') ?? 0) })),
  );
  return {
    found: answers.some(({ answer }) => answer.found),
    sentences,
    confidence: Math.max(0, ...answers.map(({ answer }) => answer.confidence)),
    passages,
    missing: answers.filter(({ answer }) => !answer.found).map(({ part }) => part.question),
  };
}
