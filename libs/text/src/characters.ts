/** What a code point is to the word scanner. */
export const OTHER = 0;
export const LETTER = 1;
export const DIGIT = 2;
/** Han and kana: written without spaces, indexed as bigrams. */
export const CJK = 3;
/** Hangul: written with spaces, but indexed as bigrams because particles stick to the words. */
export const HANGUL = 4;
/** Thai, Lao, Khmer, Myanmar: written without spaces, split by dictionary. */
export const UNSPACED = 5;

export type CharacterClass = 0 | 1 | 2 | 3 | 4 | 5;

const cjk = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]/u;
const unspaced = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

function classify(character: string): CharacterClass {
  if (/\p{Nd}/u.test(character)) return DIGIT;
  if (!/[\p{L}\p{M}\p{N}_]/u.test(character)) return OTHER;
  if (cjk.test(character)) return CJK;
  if (/\p{Script=Hangul}/u.test(character)) return HANGUL;
  return unspaced.test(character) ? UNSPACED : LETTER;
}

const UNKNOWN = 255;
const known = new Uint8Array(0x10000).fill(UNKNOWN);

/** Class of a code point; those of the basic plane are remembered. */
export function classOf(codePoint: number): CharacterClass {
  if (codePoint > 0xffff) return classify(String.fromCodePoint(codePoint));
  const remembered = known[codePoint];
  if (remembered !== undefined && remembered !== UNKNOWN) return remembered as CharacterClass;
  const found = classify(String.fromCharCode(codePoint));
  known[codePoint] = found;
  return found;
}
