import { showsType } from './answer-type.ts';
import type { Candidate } from './candidates.ts';
import { shareOf } from './question.ts';
import type { Question } from './question.ts';

export interface ScoredSentence {
  readonly candidate: Candidate;
  /** Share of the question that the sentence itself speaks of, 0 to 1. */
  readonly own: number;
  /** The same with the sentences beside it and the headings above it. */
  readonly near: number;
  /** The same with the whole passage. */
  readonly evidence: number;
  /** Evidence with what makes a sentence a good answer; only for comparing sentences of one list. */
  readonly score: number;
}

/**
 * Weights, found on the development sets. The share of xquad's gold answers (en, de, zh, ar) within three sentences changes by less than a point
 * when any one of them is halved or doubled.
 */
const WEIGHTS = {
  /** Terms that only the sentence before has, or only the one behind: pronouns point there. */
  before: 0.2,
  behind: 0.1,
  headings: 0.5,
  passage: 0.6,
  /** Lost by the last passage against the first. */
  rank: 0.4,
  answerType: 0.15,
  /** All pairs of neighbouring words of the question. */
  pairs: 0.3,
  codeOrTable: 0.15,
  fragment: 0.2,
  question: 0.5,
} as const;
const FRAGMENT_TERMS = 4;
const ASKS = /[?？؟]["'”’»)]?$/;

const neighbour = (candidates: readonly Candidate[], index: number, passage: number): Candidate | undefined =>
  candidates[index]?.passage === passage ? candidates[index] : undefined;

/** How much of the question each passage speaks of, by its place in the list. */
function passageShares(question: Question, candidates: readonly Candidate[], passages: number): number[] {
  const has = Array.from({ length: passages }, () => new Set<string>());
  for (const { passage, terms, above } of candidates) {
    for (const term of question.shares.keys()) if (terms.has(term) || above.has(term)) has[passage]?.add(term);
  }
  return has.map((found) => shareOf(question, (term) => found.has(term)));
}

function fitness(candidate: Candidate, question: Question): number {
  let fit = 0;
  if (question.type !== undefined && showsType(candidate.text, question.type)) fit += WEIGHTS.answerType;
  if (question.pairs.size > 0)
    fit += (WEIGHTS.pairs * [...question.pairs].filter((pair) => candidate.pairs.has(pair)).length) / question.pairs.size;
  if (candidate.kind === 'code' || candidate.kind === 'table') fit -= WEIGHTS.codeOrTable;
  if (candidate.terms.size < FRAGMENT_TERMS) fit -= WEIGHTS.fragment;
  if (ASKS.test(candidate.text.slice(-3))) fit -= WEIGHTS.question;
  return fit;
}

/** Scores every sentence for a question; the order of the list is kept. */
export function scoreSentences(question: Question, candidates: readonly Candidate[], passages: number): ScoredSentence[] {
  const ofPassage = passageShares(question, candidates, passages);
  return candidates.map((candidate, index) => {
    const before = neighbour(candidates, index - 1, candidate.passage);
    const behind = neighbour(candidates, index + 1, candidate.passage);
    const only = (terms: ReadonlySet<string> | undefined): number =>
      terms === undefined ? 0 : shareOf(question, (term) => terms.has(term) && !candidate.terms.has(term));
    const own = shareOf(question, (term) => candidate.terms.has(term));
    const near =
      own + WEIGHTS.before * only(before?.terms) + WEIGHTS.behind * only(behind?.terms) + WEIGHTS.headings * only(candidate.above);
    const evidence = near + WEIGHTS.passage * (ofPassage[candidate.passage] ?? 0);
    const rank = (WEIGHTS.rank * candidate.passage) / Math.max(1, passages);
    return { candidate, own, near, evidence, score: evidence - rank + fitness(candidate, question) };
  });
}
