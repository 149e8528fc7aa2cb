/** Shorter questions are phrases that an answer may well contain. */
const LEAST_WORDS = 4;
/** In writing without spaces. */
const LEAST_CHARACTERS = 8;
const MOST_QUESTIONS = 8;

const bare = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

const isLong = (question: string): boolean =>
  question.split(' ').length >= LEAST_WORDS || (/\p{Lo}/u.test(question) && question.length >= LEAST_CHARACTERS);

/**
 * Tells sentences that only put the question again (an example in a guide, a heading of an FAQ): they match better than any answer and say
 * nothing. Compared by letters and digits; the questions of `goal` are its pieces before a question mark.
 */
export function echoOf(goal: string): (sentence: string) => boolean {
  const pieces = goal
    .slice(0, 4_000)
    .split(/[?？؟]/u, MOST_QUESTIONS + 1)
    .slice(0, -1);
  const questions = pieces.map((piece) => bare(piece.split(/[.!。！\n]/u).at(-1) ?? '')).filter(isLong);
  return (sentence) => {
    if (questions.length === 0) return false;
    const said = bare(sentence);
    return questions.some((question) => said.includes(question));
  };
}
