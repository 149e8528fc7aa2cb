import type { Word } from '../words.ts';

/** Buckets that features are hashed into; a power of two. */
export const buckets = 1 << 18;

/** A word, or a stretch of a run of an unspaced script. */
export interface Piece {
  /** Index of its word. */
  readonly word: number;
  /** Half-open stretch of the word's text. */
  readonly from: number;
  readonly to: number;
  /** Where it starts, in words (two characters of an unspaced script count as one). */
  readonly at: number;
}

const longestStretch = 24;

/** `starts`: where every word starts, as `mentionsOf` counts. */
export function piecesOf(words: readonly Word[], starts: readonly number[]): Piece[] {
  const pieces: Piece[] = [];
  words.forEach(({ text, unspaced }, word) => {
    const at = starts[word] ?? 0;
    if (!unspaced) pieces.push({ word, from: 0, to: text.length, at });
    else {
      for (let from = 0; from < text.length; from += longestStretch)
        pieces.push({ word, from, to: Math.min(text.length, from + longestStretch), at: at + (from >> 1) });
    }
  });
  return pieces;
}

const prime = 0x9e3779b1;
const start = 0x811c9dc5;
const edge = 0x5e;

const mixed = (hash: number, code: number): number => {
  const next = Math.imul(hash ^ code, prime);
  return next ^ (next >>> 15);
};

const bucketOf = (hash: number): number => (hash ^ (hash >>> 13)) & (buckets - 1);

export function hashOf(text: string, seed = start): number {
  let hash = seed;
  for (let i = 0; i < text.length; i += 1) hash = mixed(hash, text.charCodeAt(i));
  return hash;
}

/** Most features that one piece has: its word, its pair or opening, and n-grams; of very long words the rest is left out. */
export const mostFeatures = 256;

const wordSeed = 0x1234567;
const pairSeed = 0x7654321;
const openingSeed = 0x2468ace;

/** n-grams of three to five characters of `^word$`, the word, the pair it makes with the word before it, and that it opens a sentence. */
function spacedFeatures(word: Word, previous: Word | undefined, out: Int32Array): number {
  const { text } = word;
  const whole = hashOf(text, wordSeed);
  let count = 0;
  out[count++] = bucketOf(whole);
  if (word.first) out[count++] = bucketOf(mixed(whole, openingSeed));
  else if (previous !== undefined) out[count++] = bucketOf(mixed(hashOf(previous.unspaced ? '' : previous.text, pairSeed), whole));
  const length = text.length + 2;
  const codeAt = (i: number): number => (i === 0 || i === length - 1 ? edge : text.charCodeAt(i - 1));
  for (let from = 0; from + 3 <= length && count + 3 <= mostFeatures; from += 1) {
    let hash = mixed(mixed(start, codeAt(from)), codeAt(from + 1));
    const last = Math.min(length, from + 5);
    for (let at = from + 2; at < last; at += 1) {
      hash = mixed(hash, codeAt(at));
      out[count++] = bucketOf(hash);
    }
  }
  return count;
}

/** n-grams of one to five characters that start in the stretch. */
function unspacedFeatures(text: string, from: number, to: number, out: Int32Array): number {
  let count = 0;
  for (let i = from; i < to; i += 1) {
    let hash = start;
    const last = Math.min(text.length, i + 5);
    for (let at = i; at < last; at += 1) {
      hash = mixed(hash, text.charCodeAt(at));
      out[count++] = bucketOf(hash);
    }
  }
  return count;
}

/** Writes the buckets of a piece's features to `out` (room for `mostFeatures`) and gives their number. */
export function featuresOf(words: readonly Word[], piece: Piece, out: Int32Array): number {
  const word = words[piece.word];
  if (word === undefined) return 0;
  return word.unspaced ? unspacedFeatures(word.text, piece.from, piece.to, out) : spacedFeatures(word, words[piece.word - 1], out);
}

/** Bucket of a rule's signal. */
export const signalBucket = (signal: string): number => bucketOf(hashOf(signal, pairSeed ^ openingSeed));
