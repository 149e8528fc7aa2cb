/** Taken once: looking a global up costs more than these do. */
const { imul, min, max } = Math;

/** Words, numbers, line ends and single signs of a text, as columns: a text of a megabyte has too many for objects. */
export interface Tokens {
  readonly count: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Hash of the lower case word. */
  readonly words: Int32Array;
  readonly shapes: Uint8Array;
  readonly text: string;
}

/** Forms of a word. Digits: 5 for one to 10 for six and more. Caseless: small letters in a text that has no capital at all. */
export const shape = { lower: 0, title: 1, upper: 2, initial: 3, mixed: 4, digits: 5, caseless: 11, lineEnd: 12, sign: 13 } as const;

const tableSize = 0x600;
const lowered = Uint16Array.from({ length: tableSize }, (_, code) => String.fromCharCode(code).toLowerCase().charCodeAt(0));
const letters = Uint8Array.from({ length: tableSize }, (_, code) => (/[\p{L}\p{M}]/u.test(String.fromCharCode(code)) ? 1 : 0));

const isLetter = (code: number): boolean =>
  code < tableSize ? letters[code] === 1 : code < 0x2000 || (code >= 0x2c00 && code < 0x3000) || (code > 0x3004 && code < 0xff00);
const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const lower = (code: number): number => (code < tableSize ? (lowered[code] ?? code) : code);

export const mix = (hash: number, value: number): number => imul(hash ^ value, 0x01000193);
const seed = 0x811c9dc5 | 0;

export const hashOfWord = (word: string): number => hashOf(word, 0, word.length);

function hashOf(text: string, from: number, to: number): number {
  let hash = seed;
  for (let i = from; i < to; i += 1) hash = mix(hash, lower(text.charCodeAt(i)));
  return hash;
}

function wordShape(text: string, from: number, to: number): number {
  let capitals = 0;
  for (let i = from; i < to; i += 1) if (lower(text.charCodeAt(i)) !== text.charCodeAt(i)) capitals += 1;
  if (capitals === 0) return shape.lower;
  if (to - from === 1) return shape.initial;
  if (capitals === to - from) return shape.upper;
  return capitals === 1 && lower(text.charCodeAt(from)) !== text.charCodeAt(from) ? shape.title : shape.mixed;
}

/** Longest run that is one token; a longer one is several. */
const maxToken = 40;

function endOf(text: string, at: number, belongs: (code: number) => boolean): number {
  let end = at + 1;
  while (end < text.length && end - at < maxToken && belongs(text.charCodeAt(end))) end += 1;
  return end;
}

function hasCapitals(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (lower(code) !== code) return true;
  }
  return false;
}

function shapeOf(text: string, from: number, to: number): number {
  const code = text.charCodeAt(from);
  if (isLetter(code)) return wordShape(text, from, to);
  if (isDigit(code)) return shape.digits + min(6, to - from) - 1;
  return code === 10 ? shape.lineEnd : shape.sign;
}

const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 13 || code === 0xa0;

/** Linear in the length of the text. */
export function tokensOf(text: string): Tokens {
  const starts: number[] = [];
  const ends: number[] = [];
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at);
    if (isBlank(code)) {
      at += 1;
      continue;
    }
    const end = isLetter(code) ? endOf(text, at, isLetter) : isDigit(code) ? endOf(text, at, isDigit) : at + 1;
    starts.push(at);
    ends.push(end);
    at = end;
  }
  return described(text, starts, ends);
}

function described(text: string, starts: readonly number[], ends: readonly number[]): Tokens {
  const count = starts.length;
  const small = hasCapitals(text) ? shape.lower : shape.caseless;
  const tokens = {
    count,
    text,
    starts: new Int32Array(starts),
    ends: new Int32Array(ends),
    words: new Int32Array(count),
    shapes: new Uint8Array(count),
  };
  for (let i = 0; i < count; i += 1) {
    const [from, to] = [starts[i] ?? 0, ends[i] ?? 0];
    const form = shapeOf(text, from, to);
    tokens.shapes[i] = form === shape.lower ? small : form;
    tokens.words[i] = hashOf(text, from, to);
  }
  return tokens;
}

/** Hash of the first `length` characters of word `i`, lower case. */
export const prefixOf = ({ text, starts, ends }: Tokens, i: number, length: number): number =>
  hashOf(text, starts[i] ?? 0, min(ends[i] ?? 0, (starts[i] ?? 0) + length));

/** Hash of the last `length` characters. */
export const suffixOf = ({ text, starts, ends }: Tokens, i: number, length: number): number =>
  hashOf(text, max(starts[i] ?? 0, (ends[i] ?? 0) - length), ends[i] ?? 0);
