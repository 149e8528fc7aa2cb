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

/** Row of a feature: its number in the list and what it says, spread over all rows. */
function rowOf(feature: number, hash: number): number {
  const salted = mix(hash, feature + 1) + imul(feature + 1, 0x9e3779b1);
  const once = imul(salted ^ (salted >>> 15), 0x2c1b3c6d);
  return (once ^ (once >>> 13)) >>> (32 - featureBits);
}

const both = (a: number, b: number): number => mix(mix(0x1b873593, a), b);

function wordAt({ words, count }: Tokens, at: number): number {
  return at < 0 || at >= count ? outside : (words[at] ?? outside);
}

/** Form of a word with which sign it is. */
function formAt({ shapes, words, count }: Tokens, at: number): number {
  if (at < 0 || at >= count) return 31;
  const form = shapes[at] ?? 31;
  return form === shape.sign ? 13 + ((words[at] ?? 0) & 15) : form;
}

/** Fills `out` (`common`: 1 for words that are ordinary when written small) with the rows of the features of word `i`; `featureCount` of them. */
export function featuresOf(tokens: Tokens, common: Uint8Array, i: number, previous: number, before: number, out: Int32Array): void {
  const [w0, w1, w2] = [wordAt(tokens, i), wordAt(tokens, i + 1), wordAt(tokens, i + 2)];
  const [wb, wbb] = [wordAt(tokens, i - 1), wordAt(tokens, i - 2)];
  const [s0, s1, s2] = [formAt(tokens, i), formAt(tokens, i + 1), formAt(tokens, i + 2)];
  const [sb, sbb] = [formAt(tokens, i - 1), formAt(tokens, i - 2)];
  const [c0, c1, cb] = [common[i] ?? 0, common[i + 1] ?? 0, common[i - 1] ?? 0];
  const pair = tagPair(previous, before);
  out[0] = rowOf(0, pair);
  out[1] = rowOf(1, w0);
  out[2] = rowOf(2, wb);
  out[3] = rowOf(3, w1);
  out[4] = rowOf(4, wbb);
  out[5] = rowOf(5, w2);
  out[6] = rowOf(6, (sb * 32 + s0) * 32 + s1);
  out[7] = rowOf(7, (s0 * 32 + s1) * 32 + s2);
  out[8] = rowOf(8, both(suffixOf(tokens, i, 3), s0));
  out[9] = rowOf(9, both(suffixOf(tokens, i, 2), s0));
  out[10] = rowOf(10, both(prefixOf(tokens, i, 3), s0));
  out[11] = rowOf(11, previous * 32 + s0);
  out[12] = rowOf(12, both(wb, previous));
  out[13] = rowOf(13, both(wb, s0));
  out[14] = rowOf(14, both(w1, s0));
  out[15] = rowOf(15, both(wbb, wb));
  out[16] = rowOf(16, both(w1, w2));
  out[17] = rowOf(17, (pair * 32 + s0) * 32 + s1);
  out[18] = rowOf(18, both(w0, previous));
  out[19] = rowOf(19, ((sbb * 32 + sb) * 32 + s0) * 8 + previous);
  out[20] = rowOf(20, both(suffixOf(tokens, i, 4), s0));
  out[21] = rowOf(21, both(wb, (s0 * 32 + s1) * 8 + previous));
  out[22] = rowOf(22, both(both(wbb, wb), s0));
  out[23] = rowOf(23, (c0 * 32 + s0) * 32 + sb);
  out[24] = rowOf(24, ((c0 * 2 + c1) * 32 + s0) * 32 + s1);
  out[25] = rowOf(25, (c0 * 2 + cb) * 8 + previous);
}
