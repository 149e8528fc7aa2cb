import type { Word } from '../words.ts';
import type { Piece } from './features.ts';

/** Longest stretch that counts as one sentence, in words. */
const longestSentence = 24;
/** Lengths of the windows that slide over a text whatever its sentences are, in pieces. */
const slidingLengths = [6, 12] as const;
/** Most sentences, and most words, of a window. */
const mostSentences = 12;
const mostWords = 128;

/** Half-open window over pieces. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** Indexes of pieces at which a window may start or end: sentence openings, and a cut in what is longer than a sentence. */
export function boundariesOf(words: readonly Word[], pieces: readonly Piece[]): number[] {
  const boundaries: number[] = [];
  let last = -longestSentence;
  pieces.forEach((piece, i) => {
    const opens = piece.from === 0 && words[piece.word]?.first === true;
    if (!opens && i > 0 && piece.at - last < longestSentence) return;
    boundaries.push(i);
    last = piece.at;
  });
  boundaries.push(pieces.length);
  return boundaries;
}

/** A window's evidence for its length: what is said in many words weighs as much as the root of their number. */
const damped = (sum: number, words: number): number => sum / Math.sqrt(words + 4);

/**
 * The window of whole sentences with the strongest evidence. A text that is appended or prepended takes no window away, so it can't lower
 * the result. `sums`: evidence up to each piece; `end`: number of words of the text. At most twelve windows a sentence.
 */
export function strongestWindow(
  pieces: readonly Piece[],
  boundaries: readonly number[],
  sums: Float64Array,
  end: number,
): { window: Window; evidence: number } {
  let best: Window = { from: 0, to: pieces.length };
  let evidence = -Infinity;
  const wordAt = (piece: number): number => pieces[piece]?.at ?? end;
  for (let i = 0; i + 1 < boundaries.length; i += 1) {
    const from = boundaries[i] ?? 0;
    for (let j = i + 1; j < boundaries.length && j <= i + mostSentences; j += 1) {
      const to = boundaries[j] ?? 0;
      const length = wordAt(to) - wordAt(from);
      if (length > mostWords && j > i + 1) break;
      const value = damped((sums[to] ?? 0) - (sums[from] ?? 0), length);
      if (value > evidence) [best, evidence] = [{ from, to }, value];
    }
  }
  for (const length of slidingLengths) {
    for (let from = 0; from + length < pieces.length; from += 1) {
      const to = from + length;
      const value = damped((sums[to] ?? 0) - (sums[from] ?? 0), wordAt(to) - wordAt(from));
      if (value > evidence) [best, evidence] = [{ from, to }, value];
    }
  }
  return { window: best, evidence: evidence === -Infinity ? 0 : evidence };
}
