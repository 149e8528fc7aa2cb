import type { ScoredSentence } from './score-sentences.ts';

/** Carbonell and Goldstein, "The Use of MMR" (1998): score minus what was said already. */
const REDUNDANCY = 0.15;
/** Sentences that share more of their terms than this say the same thing (overlapping chunks hold the same sentence twice). */
const SAME = 0.85;
/** A further sentence must speak of this share of what the first speaks of. */
const NOISE = 0.3;

/** Share of the smaller set that is in the other, 0 to 1. */
export function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const term of small) if (large.has(term)) shared += 1;
  return small.size === 0 ? 0 : shared / small.size;
}

const similarity = (a: ScoredSentence, b: ScoredSentence): number =>
  a.candidate.text === b.candidate.text ? 1 : overlap(a.candidate.terms, b.candidate.terms);

/** The best sentences for a list of at most `most`, the best first, without repetitions. */
export function pickSentences(scored: readonly ScoredSentence[], most: number): ScoredSentence[] {
  const picked: ScoredSentence[] = [];
  let rest = scored.map((sentence) => ({ sentence, said: 0 }));
  while (picked.length < most && rest.length > 0) {
    const best = rest.reduce((a, b) => (b.sentence.score - REDUNDANCY * b.said > a.sentence.score - REDUNDANCY * a.said ? b : a)).sentence;
    picked.push(best);
    const least = NOISE * (picked[0]?.near ?? 0);
    rest = rest
      .map(({ sentence, said }) => ({ sentence, said: Math.max(said, similarity(sentence, best)) }))
      .filter(({ sentence, said }) => sentence !== best && said < SAME && sentence.near >= least);
  }
  return picked;
}
