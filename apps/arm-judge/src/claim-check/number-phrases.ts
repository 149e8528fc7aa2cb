import type { Language } from './language.ts';
import { measureAt } from './measures.ts';
import { digits, fractionOf, hanNumber, numberWord, ordinalOf, repeatOf, scaleOf } from './numerals.ts';
import type { Token } from './tokens.ts';
import { unitOf } from './units.ts';

/** A number in a text without its unit; `to` is the token behind it, `shown` what was written where `value` is something else. */
export interface Numeral {
  readonly value: number;
  readonly to: number;
  readonly dimension?: string;
  readonly shown?: number;
}

const commaDecimal = (language: Language): boolean => language === 'de' || language === 'es';
const blockedWords: Readonly<Record<string, readonly string[]>> = { en: ['null', 'once', 'mil'], de: ['once'], es: ['null'] };

function wordValue(norm: string, language: Language): number | undefined {
  if (blockedWords[language]?.includes(norm)) return undefined;
  return numberWord(norm);
}

/** The value of a single token. */
export function plainAt(token: Token | undefined, language: Language): number | undefined {
  if (token === undefined) return undefined;
  if (token.kind === 'number') return digits(token.text, commaDecimal(language));
  if (token.kind === 'numeral') return hanNumber(token.text);
  return token.kind === 'word' ? wordValue(token.norm, language) : undefined;
}

/** "two hundred and five", "3.5 million", "twenty five": words that follow each other and make one number. */
function numberAt(tokens: readonly Token[], at: number, language: Language): Numeral | undefined {
  let value = plainAt(tokens[at], language);
  if (value === undefined) return undefined;
  let to = at + 1;
  for (let next = tokens[to]; next !== undefined; next = tokens[to]) {
    const scale = next.kind === 'word' ? scaleOf(next.norm) : undefined;
    const unit = next.kind === 'word' ? wordValue(next.norm, language) : undefined;
    if (scale !== undefined) value *= scale;
    else if (unit !== undefined && tokens[at]?.kind === 'word' && value >= 20 && value % 10 === 0 && unit < 10) value += unit;
    else if ((next.norm === 'and' || next.norm === 'y') && value >= 20 && tokens[at]?.kind === 'word') {
      const rest = plainAt(tokens[to + 1], language);
      if (rest === undefined || tokens[to + 1]?.kind !== 'word' || rest >= (value >= 100 ? 100 : 10)) break;
      value += rest;
      to += 1;
    } else break;
    to += 1;
  }
  return { value, to };
}

export const articles = new Set('a an one ein eine einen einem einer un una'.split(' '));
const inOf = new Set(['in', 'of', 'out', 'von', 'de', 'cada']);

/** "half", "a third", "three quarters", "one in five", "2 out of 10". */
function fractionAt(tokens: readonly Token[], at: number, language: Language): Numeral | undefined {
  const norm = tokens[at]?.norm ?? '';
  const next = tokens[at + 1]?.norm ?? '';
  const own = fractionOf(norm);
  if (own !== undefined && norm !== 'quarter' && norm !== 'viertel') return { value: own, to: at + 1, dimension: 'ratio' };
  if (articles.has(norm) && next === 'third' && tokens[at + 2]?.norm === 'of') return { value: 1 / 3, to: at + 2, dimension: 'ratio' };
  if (articles.has(norm) && /^(?:third|quarter|fifth|tenth)$/.test(next) && tokens[at + 2]?.norm !== 'party') {
    const value = { third: 1 / 3, quarter: 0.25, fifth: 0.2, tenth: 0.1 }[next];
    return value === undefined || unitLike(tokens[at + 2]) ? undefined : { value, to: at + 2, dimension: 'ratio' };
  }
  const first = norm === 'one' || norm === 'ein' || norm === 'uno' ? 1 : plainAt(tokens[at], language);
  if (first === undefined) return undefined;
  const part = fractionOf(next);
  if (part !== undefined && first < 10) return { value: first * part, to: at + 2, dimension: 'ratio' };
  let over = at + 1;
  while (over < at + 3 && inOf.has(tokens[over]?.norm ?? '')) over += 1;
  if (over === at + 1 || next === 'of' || next === 'von' || next === 'de') return undefined;
  const whole = plainAt(tokens[over], language);
  return whole === undefined || whole <= first || measureAt(tokens, over + 1) !== undefined
    ? undefined
    : { value: first / whole, to: over + 1, dimension: 'ratio' };
}

const unitLike = (token: Token | undefined): boolean =>
  token !== undefined && token.norm.length > 1 && unitOf(token.norm)?.dimension === 'time';

function repeatAt(tokens: readonly Token[], at: number): Numeral | undefined {
  const norm = tokens[at]?.norm ?? '';
  const value = repeatOf(norm);
  if (value === undefined) return undefined;
  const before = tokens[at - 1];
  const opens = before === undefined || before.clause !== tokens[at]?.clause;
  return norm === 'once' && (opens || before.norm === 'at' || before.norm === 'was')
    ? undefined
    : { value, to: at + 1, dimension: 'times' };
}

function ordinalAt(tokens: readonly Token[], at: number): Numeral | undefined {
  const norm = tokens[at]?.norm ?? '';
  const rate =
    norm === 'second' &&
    (tokens[at - 1]?.norm === 'per' ||
      (tokens[at - 1]?.norm === 'a' && tokens[at - 2]?.kind === 'word' && plainAt(tokens[at - 3], 'en') !== undefined));
  const value = tokens[at]?.kind === 'word' && !rate ? ordinalOf(norm) : undefined;
  return value === undefined ? undefined : { value, to: at + 1, dimension: 'ordinal' };
}

const pronounAfterOne = new Set(
  'of or another by to who that which another thing such for in and is has likes should can may at'.split(' '),
);

const versioned = new Set(
  'version versions release kernel python node java android ios windows firefox chromium safari chrome v'.split(' '),
);

/** 5.10 comes after 5.9 when it is a version. */
function versionAt(tokens: readonly Token[], at: number): Numeral | undefined {
  const found =
    tokens[at]?.kind === 'number' && versioned.has(tokens[at - 1]?.norm ?? '')
      ? /^(\d{1,6})(?:[.](\d{1,6}))?$/.exec(tokens[at]?.text ?? '')
      : null;
  return found === null
    ? undefined
    : { value: Number(found[1]) + Number(found[2] ?? 0) / 1e6, shown: Number(found[0]), to: at + 1, dimension: 'version' };
}

function oneAt(tokens: readonly Token[], at: number): Numeral | undefined {
  const next = tokens[at + 1];
  const isOne =
    tokens[at]?.norm === 'one' &&
    next?.kind === 'word' &&
    !pronounAfterOne.has(next.norm) &&
    !['no', 'each', 'every', 'any', 'the', 'this', 'that', 'only'].includes(tokens[at - 1]?.norm ?? '');
  return isOne ? { value: 1, to: at + 1 } : undefined;
}

/** The number that begins at token `at`, as digits, words, a fraction, a version, "twice" or "third". */
export const numeralAt = (tokens: readonly Token[], at: number, language: Language): Numeral | undefined =>
  versionAt(tokens, at) ??
  fractionAt(tokens, at, language) ??
  numberAt(tokens, at, language) ??
  repeatAt(tokens, at) ??
  ordinalAt(tokens, at) ??
  oneAt(tokens, at);
