import { idf } from './bm25.ts';
import { countTerms, indexTerms } from './index-terms.ts';
import { isQuestionTerm } from './question-words.ts';
import type { Evidence, QueryTerm, SearchResult } from './search-index.ts';

/** Below this confidence the documents are taken not to answer: "not found in these documents". Chosen so that about one in ten answerable questions of wiki_longform is refused. */
export const ANSWERABLE_FROM = 0.5;

/** How slowly repetitions count here: more slowly than in the ranking, because a passage about the matter repeats its words. */
const K1 = 4;
/** Unknown words that every question is given beside its own, so that a single word found by chance is no proof. */
const SMOOTHING = 1.25;

/** Weights of the logistic formula in `answerable`, fitted with equal weight on eleven pairs of questions (answerable, not answerable) over seven corpora in four languages, then rounded. */
const WEIGHTS = { bias: 4.7, match: 3.1, lead: 0.4, coverage: 2.3, bigrams: 1.8, arabic: 0.9 };

/** Passages without any of the words that are imagined beside the real ones: in a small index it would else count against a word that it occurs at all. */
const BACKGROUND = 100;

/** What of a question's terms counts: not the words that only put the question, unless there are no others. */
interface Asked {
  readonly terms: readonly QueryTerm[];
  readonly places: readonly number[];
  readonly idfSum: number;
}

function asked({ terms, passages }: Evidence): Asked {
  const all = terms.map((_, place) => place);
  const telling = all.filter((place) => !isQuestionTerm(terms[place]?.term ?? ''));
  const places = telling.length > 0 ? telling : all;
  const kept = places.flatMap((place) => terms[place] ?? []).map((term) => ({ ...term, idf: idf(passages + BACKGROUND, term.passages) }));
  return { terms: kept, places, idfSum: kept.reduce((sum, term) => sum + term.idf, 0) };
}

/** Sum over the terms of idf(t) * f / (f + K1 * relative length). */
function matched(terms: readonly QueryTerm[], frequency: (term: QueryTerm, index: number) => number, relativeLength: number): number {
  return terms.reduce((sum, term, index) => {
    const found = frequency(term, index);
    return found === 0 ? sum : sum + (term.idf * found) / (found + K1 * relativeLength);
  }, 0);
}

/** How fully and how densely the best passage speaks of what was asked, 0..1; being in the title or a heading counts once. */
function match(evidence: Evidence, question: Asked): number {
  const [top] = evidence.best;
  if (top === undefined) return 0;
  const { chunk, title = '' } = top.hit;
  const inText = countTerms(indexTerms(chunk.text));
  const inTitles = new Set(indexTerms(`${title}\n${chunk.heading ?? ''}`));
  const frequency = ({ term }: QueryTerm): number => (inText.get(term) ?? 0) + (inTitles.has(term) ? 1 : 0);
  return matched(question.terms, frequency, top.relativeLength) / (question.idfSum + SMOOTHING * idf(evidence.passages + BACKGROUND, 0));
}

/** How far the best passage stands out from the other nine, 0..1. */
function lead(evidence: Evidence, question: Asked): number {
  const scores = evidence.best.map(({ frequencies, relativeLength }) =>
    matched(question.terms, (_, index) => frequencies[question.places[index] ?? -1] ?? 0, relativeLength),
  );
  const [first = 0, ...others] = scores;
  return first === 0 ? 0 : 1 - others.reduce((sum, score) => sum + score, 0) / 9 / first;
}

function share(question: Asked, has: (place: number, term: string) => boolean): number {
  if (question.idfSum === 0) return 0;
  const sum = question.terms.reduce((total, { term, idf }, index) => total + (has(question.places[index] ?? -1, term) ? idf : 0), 0);
  return sum / question.idfSum;
}

const bigram = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/**
 * Confidence that the passages found answer the question, 0..1; compare with `ANSWERABLE_FROM`. A logistic function of five figures:
 * 1 / (1 + exp(-(bias + match * ln(0.03 + m) + lead * l + coverage * c + bigrams * s + arabic * a))), where
 * m = sum of idf(t) * f / (f + 4 * relative length) over the question's terms in the best passage / (sum of their idf + 1.25 * idf of an unknown word),
 * l = 1 - mean of that sum over places 2-10 / that sum at place 1 (titles weighed as in the ranking), c = share of the idf that the best passage covers,
 * s = share of the idf in Chinese, Japanese or Korean bigrams, of which those across two words seldom recur, a = share of it in Arabic words, whose inner inflection is not undone.
 * It knows words, not meaning: a passage that has all the words and not the answer passes. An answer from a model has to be judged against its sources all the same.
 */
export function answerable({ evidence }: Pick<SearchResult, 'evidence'>): number {
  const question = asked(evidence);
  const [top] = evidence.best;
  if (top === undefined) return 0;
  const coverage = share(question, (place) => (top.frequencies[place] ?? 0) > 0);
  const bigrams = share(question, (_, term) => bigram.test(term));
  const arabic = share(question, (_, term) => /^\p{Script=Arabic}/u.test(term));
  const logit =
    WEIGHTS.bias +
    WEIGHTS.match * Math.log(0.03 + match(evidence, question)) +
    WEIGHTS.lead * lead(evidence, question) +
    WEIGHTS.coverage * coverage +
    WEIGHTS.bigrams * bigrams +
    WEIGHTS.arabic * arabic;
  return 1 / (1 + Math.exp(-logit));
}
