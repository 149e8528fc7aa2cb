import { answerTerms, wordPairs } from './answer-terms.ts';
import { answerTypeOf } from './answer-type.ts';
import type { AnswerType } from './answer-type.ts';
import type { Candidate } from './candidates.ts';

/** A question as the scorer sees it: its distinct terms, each with its share of the whole; the shares sum to 1. */
export interface Question {
  readonly shares: ReadonlyMap<string, number>;
  readonly type: AnswerType | undefined;
  /** Pairs of neighbouring words, little ones too. */
  readonly pairs: ReadonlySet<string>;
}

/** Longer questions are cut; a goal is at most a few sentences. */
const LONGEST_QUESTION = 4_000;
const MOST_TERMS = 64;
/** Added to every idf: within the few passages found, the topic's own word is in nearly every sentence and would count for nothing. */
const BASE = 1.5;

/** Weighs the terms of a question by their idf over the candidate sentences: ln(1 + (N - n + 0.5) / (n + 0.5)). */
export function weigh(question: string, candidates: readonly Candidate[]): Question {
  const text = question.slice(0, LONGEST_QUESTION);
  const asked = [...answerTerms(text)].slice(0, MOST_TERMS);
  const weights = asked.map((term) => {
    const withTerm = candidates.reduce((count, candidate) => count + (candidate.terms.has(term) ? 1 : 0), 0);
    return BASE + Math.log(1 + (candidates.length - withTerm + 0.5) / (withTerm + 0.5));
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
  return {
    shares: new Map(asked.map((term, index) => [term, (weights[index] ?? 0) / total])),
    type: answerTypeOf(text),
    pairs: new Set([...wordPairs(text)].slice(0, MOST_TERMS)),
  };
}

/** The share of the question, 0 to 1, whose terms satisfy `has`. */
export function shareOf(question: Question, has: (term: string) => boolean): number {
  let sum = 0;
  for (const [term, share] of question.shares) if (has(term)) sum += share;
  return sum;
}
