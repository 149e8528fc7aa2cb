import { candidatesOf } from './candidates.ts';
import { echoOf } from './echo.ts';
import type { CitedSentence, ExtractedAnswer, Passage } from './passage.ts';
import { pickSentences } from './pick-sentences.ts';
import { weigh } from './question.ts';
import { scoreSentences } from './score-sentences.ts';
import type { ScoredSentence } from './score-sentences.ts';

export interface ExtractOptions {
  /** Default 3. */
  readonly maxSentences?: number | undefined;
  /** How sure the search is that the passages answer the question: 0 to 1, 0.5 = its own border between yes and no. */
  readonly retrievalConfidence?: number | undefined;
}

/** An answer is given from this confidence on; below it the documents don't answer the question. */
export const FOUND_FROM = 0.5;
/** Without a word from the search: evidence at which an answer is as likely as not, and how fast it gets surer from there. */
const EVEN_EVIDENCE = 0.6;
const STEEPNESS = 6;
/** With it: the share of the question in one sentence that leaves the search's confidence as it is; more makes surer, in logits. */
const EVEN_SHARE = 0.2;
/** Nobody is so sure that a sentence couldn't change it. */
const SUREST = 0.999;

const logistic = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** Chosen on wiki_longform with and without xquad's questions; the search knows the whole index, we only the passages shown, so its word counts most. */
function confidenceOf(best: ScoredSentence, retrieval: number | undefined): number {
  if (retrieval === undefined || Number.isNaN(retrieval)) return logistic(STEEPNESS * (best.evidence - EVEN_EVIDENCE));
  const sure = Math.min(SUREST, Math.max(1 - SUREST, retrieval));
  return logistic(Math.log(sure / (1 - sure)) + best.own - EVEN_SHARE);
}

function cited({ candidate }: ScoredSentence): CitedSentence {
  const { text, passage, start, end } = candidate;
  return { text, citations: [passage + 1], span: { start, end } };
}

/**
 * Answers a question with sentences taken word for word from the passages, best first, each cited to its passage. `found` is false, and the
 * list empty, when the passages don't seem to hold an answer. Pure, and linear in the length of the passages.
 */
export function answerFromPassages(question: string, passages: readonly Passage[], options: ExtractOptions = {}): ExtractedAnswer {
  const isEcho = echoOf(question);
  const candidates = candidatesOf(passages).filter(({ text }) => !isEcho(text));
  const scored = scoreSentences(weigh(question, candidates), candidates, passages.length).filter(({ evidence }) => evidence > 0);
  const picked = pickSentences(scored, options.maxSentences ?? 3);
  const best = picked[0];
  if (best === undefined) return { found: false, sentences: [], confidence: 0 };
  const confidence = confidenceOf(best, options.retrievalConfidence);
  const found = confidence >= FOUND_FROM;
  return { found, sentences: found ? picked.map(cited) : [], confidence };
}
