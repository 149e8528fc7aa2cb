import { mix, prefixOf, shape, suffixOf, type Tokens } from './tokens.ts';

/** Taken once: looking a global up costs more than these do. */
const { imul } = Math;

/** What a word can be; the place in the list is the number in the weights. */
export const labels = ['none', 'person', 'place', 'organization', 'address', 'title'] as const;

export const featureBits = 16;
export const featureCount = 26;

/** Beyond either end of the text. */
const outside = 0x5bd1e995 | 0;

/** Tags of the two words before, as one small number. */
export const tagPair = (previous: number, before: number): number => previous * labels.length + before;

const spread = (hash: number): number => {
  const once = imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (once ^ (once >>> 13)) >>> (32 - featureBits);
};

/** Fills `out` (`common`: 1 for words that are ordinary when written small) with the numbers of the features of word `i`; `featureCount` of them. */
export function featuresOf(tokens: Tokens, common: Uint8Array, i: number, previous: number, before: number, out: Int32Array): void {
  const { words, shapes, count } = tokens;
  const word = (at: number): number => (at < 0 || at >= count ? outside : (words[at] ?? outside));
  const form = (at: number): number => (at < 0 || at >= count ? 31 : shapes[at] === shape.sign ? 13 + (word(at) & 15) : (shapes[at] ?? 31));
  const [w0, w1, w2, wb, wbb] = [word(i), word(i + 1), word(i + 2), word(i - 1), word(i - 2)];
  const [s0, s1, s2, sb, sbb] = [form(i), form(i + 1), form(i + 2), form(i - 1), form(i - 2)];
  let n = 0;
  const add = (hash: number): void => {
    out[n] = spread(mix(hash, n + 1) + imul(n + 1, 0x9e3779b1));
    n += 1;
  };
  const both = (a: number, b: number): number => mix(mix(0x1b873593, a), b);
  add(tagPair(previous, before));
  add(w0);
  add(wb);
  add(w1);
  add(wbb);
  add(w2);
  add((sb * 32 + s0) * 32 + s1);
  add((s0 * 32 + s1) * 32 + s2);
  add(both(suffixOf(tokens, i, 3), s0));
  add(both(suffixOf(tokens, i, 2), s0));
  add(both(prefixOf(tokens, i, 3), s0));
  add(previous * 32 + s0);
  add(both(wb, previous));
  add(both(wb, s0));
  add(both(w1, s0));
  add(both(wbb, wb));
  add(both(w1, w2));
  add((tagPair(previous, before) * 32 + s0) * 32 + s1);
  add(both(w0, previous));
  add(((sbb * 32 + sb) * 32 + s0) * 8 + previous);
  add(both(suffixOf(tokens, i, 4), s0));
  add(both(wb, (s0 * 32 + s1) * 8 + previous));
  add(both(both(wbb, wb), s0));
  add(((common[i] ?? 0) * 32 + s0) * 32 + sb);
  add((((common[i] ?? 0) * 2 + (common[i + 1] ?? 0)) * 32 + s0) * 32 + s1);
  add(((common[i] ?? 0) * 2 + (common[i - 1] ?? 0)) * 8 + previous);
}
