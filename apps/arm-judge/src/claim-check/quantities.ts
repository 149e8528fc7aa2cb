import { boundOf } from './bounds.ts';
import type { Bound } from './bounds.ts';
import type { Language } from './language.ts';
import { digits, fractionOf, hanNumber, numberWord, ordinalOf, repeatOf, scaleOf } from './numerals.ts';
import type { Token } from './tokens.ts';
import { dualOf, unitOf } from './units.ts';
import type { Unit } from './units.ts';

/**
 * A number of a text with what it counts or measures. `value` is in the base unit of `dimension` (`count`: a bare number, `ordinal`: a place in a row,
 * `ratio`: 1 = all, `times`: how often); `per` is the time in seconds of a rate such as "a minute". Tokens `from` to `to`, end exclusive.
 */
export interface Quantity {
  readonly value: number;
  readonly number: number;
  readonly dimension: string;
  readonly per: number | undefined;
  readonly bound: Bound;
  readonly approximate: boolean;
  readonly from: number;
  readonly to: number;
}

interface Numeral {
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

function plainAt(token: Token | undefined, language: Language): number | undefined {
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

const articles = new Set('a an one ein eine einen einem einer un una'.split(' '));
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
  return whole === undefined || whole <= first || unitAt(tokens, over + 1) !== undefined
    ? undefined
    : { value: first / whole, to: over + 1, dimension: 'ratio' };
}

const unitLike = (token: Token | undefined): boolean =>
  token !== undefined && token.norm.length > 1 && unitOf(token.norm)?.dimension === 'time';

const betweenNumberAndUnit = new Set('working business calendar full consecutive whole more school further'.split(' '));

/** The unit that begins at token `at`, and where it ends. */
function unitAt(tokens: readonly Token[], at: number): { readonly unit: Unit; readonly to: number } | undefined {
  const token = tokens[at];
  if (token === undefined) return undefined;
  const glued = tokens[at - 1]?.end === token.start;
  const two = token.norm + (tokens[at + 1]?.norm ?? '');
  if (/^(?:°c|°f)$/.test(two)) return { unit: unitOf(two) ?? { dimension: 'temperature', factor: 1 }, to: at + 2 };
  if (token.norm === 'per' && tokens[at + 1]?.norm === 'cent') return { unit: { dimension: 'ratio', factor: 0.01 }, to: at + 2 };
  if (token.norm === 'por' && tokens[at + 1]?.norm === 'ciento') return { unit: { dimension: 'ratio', factor: 0.01 }, to: at + 2 };
  if (token.norm === 'degrees' && /^(?:celsius|fahrenheit)$/.test(tokens[at + 1]?.norm ?? ''))
    return { unit: unitOf(tokens[at + 1]?.norm ?? '') ?? { dimension: 'temperature', factor: 1 }, to: at + 2 };
  if (/^[a-z]$/.test(token.norm) && !glued && tokens[at + 1]?.kind === 'word' && /^[a-z]$/.test(tokens[at + 1]?.norm ?? ''))
    return undefined;
  const unit = unitOf(token.norm);
  if (unit !== undefined) return { unit, to: at + 1 };
  const later = betweenNumberAndUnit.has(token.norm) ? unitOf(tokens[at + 1]?.norm ?? '') : undefined;
  if (later?.dimension === 'time') return { unit: later, to: at + 2 };
  const [head, tail] = token.kind === 'word' || token.kind === 'han' ? [tokens[at]?.norm ?? '', ''] : ['', ''];
  return head === '个' && unitOf(`个${tokens[at + 1]?.norm ?? tail}`) !== undefined
    ? { unit: unitOf(`个${tokens[at + 1]?.norm ?? ''}`) ?? { dimension: 'count', factor: 1 }, to: at + 2 }
    : undefined;
}

const notBeforeRate = new Set('within in for about of after than before until during'.split(' '));
const perWords = new Set('a an per each every je pro por al cada im 每 /'.split(' '));

/** "a minute", "per second", "je Nacht", "al mes": seconds of the time that a rate is given for. */
function perAt(tokens: readonly Token[], at: number): number | undefined {
  for (let i = at; i < at + 3; i += 1) {
    if (!perWords.has(tokens[i]?.norm ?? '') || (i > at && notBeforeRate.has(tokens[i - 1]?.norm ?? ''))) continue;
    const norm = tokens[i + 1]?.norm ?? '';
    const seconds =
      norm === 'night' || norm === 'nacht' || norm === 'noche'
        ? 86_400
        : unitOf(norm)?.dimension === 'time'
          ? unitOf(norm)?.factor
          : undefined;
    if (seconds !== undefined) return seconds;
  }
  return undefined;
}

const isMinus = (tokens: readonly Token[], at: number): boolean => {
  const sign = tokens[at - 1];
  if (sign?.norm === 'minus' || sign?.norm === 'menos') return true;
  return /^[-−–]$/.test(sign?.text ?? '') && sign?.end === tokens[at]?.start && tokens[at - 2]?.end !== sign?.start;
};

const currencySigns = new Set(['$', '€', '£', '¥']);

function quantity(tokens: readonly Token[], at: number, numeral: Numeral): Quantity {
  const negative = isMinus(tokens, at);
  const sign = currencySigns.has(tokens[at - 1]?.text ?? '') ? unitOf(tokens[at - 1]?.text ?? '') : undefined;
  const ordinal = /^(?:st|nd|rd|th)$/.test(tokens[numeral.to]?.norm ?? '') && tokens[numeral.to]?.start === tokens[numeral.to - 1]?.end;
  const measured = numeral.dimension === undefined && !ordinal ? unitAt(tokens, numeral.to) : undefined;
  const halfMore =
    measured !== undefined &&
    ['half', 'media'].includes(tokens[measured.to + (tokens[measured.to + 1]?.norm === 'a' ? 2 : 1)]?.norm ?? '') &&
    /^(?:and|y)$/.test(tokens[measured.to]?.norm ?? '');
  const number = (numeral.value + (halfMore ? 0.5 : 0)) * (negative ? -1 : 1);
  const unit = measured?.unit ?? sign;
  const to =
    (measured?.to ?? (ordinal ? numeral.to + 1 : numeral.to)) + (halfMore ? (tokens[(measured?.to ?? 0) + 1]?.norm === 'a' ? 3 : 2) : 0);
  return {
    value: unit === undefined ? number : number * unit.factor + (unit.offset ?? 0),
    number: numeral.shown ?? number,
    dimension: unit?.dimension ?? numeral.dimension ?? (ordinal ? 'ordinal' : 'count'),
    per: perAt(tokens, to),
    ...boundOf(tokens, negative || sign !== undefined ? at - 1 : at, to),
    from: negative || sign !== undefined ? at - 1 : at,
    to,
  };
}

const partOf = (norm: string | undefined): number | undefined => ({ half: 0.5, media: 0.5, quarter: 0.25 })[norm ?? ''];
const leadsToOne = new Set(
  'within in for about than least over under after every around nearly almost another only unter binnen nach innerhalb einmal fur dentro durante'.split(
    ' ',
  ),
);
const followsOne = new Set('later ago earlier old before after spater fruher long despues antes'.split(' '));

/** "within an hour", "half a day", "half an hour later": one or a half of a unit of time. */
function articleUnitAt(tokens: readonly Token[], at: number): Quantity | undefined {
  const norm = tokens[at]?.norm ?? '';
  const half = fractionOf(norm) === 0.5 || norm === 'media' || norm === 'halbe' || norm === 'halben';
  const unitFrom = half && articles.has(tokens[at + 1]?.norm ?? '') ? at + 2 : at + 1;
  if (!half && !articles.has(norm)) return undefined;
  const found = unitAt(tokens, unitFrom);
  if (found === undefined || (found.unit.dimension !== 'time' && !half) || (tokens[unitFrom]?.norm.length ?? 0) < 2) return undefined;
  const extra = /^(?:and|y)$/.test(tokens[found.to]?.norm ?? '')
    ? partOf(tokens[found.to + (tokens[found.to + 1]?.norm === 'a' ? 2 : 1)]?.norm)
    : undefined;
  const withHalf = extra !== undefined;
  const counted =
    half ||
    withHalf ||
    norm === 'one' ||
    /^(?:un|una|ein.*)$/.test(norm) ||
    leadsToOne.has(tokens[at - 1]?.norm ?? '') ||
    followsOne.has(tokens[found.to]?.norm ?? '');
  if (!counted) return undefined;
  const number = half ? 0.5 : 1 + (extra ?? 0);
  const to = withHalf ? found.to + (tokens[found.to + 1]?.norm === 'a' ? 3 : 2) : found.to;
  return {
    value: number * found.unit.factor,
    number,
    dimension: found.unit.dimension,
    per: undefined,
    ...boundOf(tokens, at, to),
    from: at,
    to,
  };
}

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

function percentHanAt(tokens: readonly Token[], at: number, language: Language): Quantity | undefined {
  if (tokens[at]?.norm !== '百分之') return undefined;
  const value = plainAt(tokens[at + 1], language);
  return value === undefined
    ? undefined
    : { value: value / 100, number: value, dimension: 'ratio', per: undefined, ...boundOf(tokens, at, at + 2), from: at, to: at + 2 };
}

function dualAt(tokens: readonly Token[], at: number): Quantity | undefined {
  const unit = dualOf(tokens[at]?.norm ?? '');
  return unit === undefined
    ? undefined
    : {
        value: 2 * unit.factor,
        number: 2,
        dimension: unit.dimension,
        per: undefined,
        ...boundOf(tokens, at, at + 1),
        from: at,
        to: at + 1,
      };
}

function quantityAt(tokens: readonly Token[], at: number, language: Language): Quantity | undefined {
  const whole = articleUnitAt(tokens, at) ?? percentHanAt(tokens, at, language) ?? dualAt(tokens, at);
  if (whole !== undefined) return whole;
  const numeral =
    versionAt(tokens, at) ??
    fractionAt(tokens, at, language) ??
    numberAt(tokens, at, language) ??
    repeatAt(tokens, at) ??
    ordinalAt(tokens, at) ??
    oneAt(tokens, at);
  return numeral === undefined || !Number.isFinite(numeral.value) ? undefined : quantity(tokens, at, numeral);
}

const rangeWords = new Set('to bis a and und y hasta - – 至 到 الي'.split(' '));

/** In "0 to 50 °C" the first number takes the unit of the second. */
function shareUnits(found: readonly Quantity[], tokens: readonly Token[]): Quantity[] {
  return found.map((item, i) => {
    const next = found[i + 1];
    if (
      item.dimension !== 'count' ||
      next === undefined ||
      next.from - item.to > 2 ||
      next.dimension === 'count' ||
      next.dimension === 'ordinal' ||
      next.number === 0
    )
      return item;
    if (!rangeWords.has(tokens[item.to]?.norm ?? '')) return item;
    return { ...item, dimension: next.dimension, value: item.number * (next.value / next.number), per: next.per };
  });
}

/** The quantities of a text in order; `taken` names tokens that belong to a date or time already. */
export function quantities(tokens: readonly Token[], language: Language, taken: ReadonlySet<number>, limit = 400): Quantity[] {
  const found: Quantity[] = [];
  for (let at = 0; at < tokens.length && found.length < limit;) {
    const item = taken.has(at) ? undefined : quantityAt(tokens, at, language);
    if (item !== undefined) found.push(item);
    at = item === undefined ? at + 1 : Math.max(at + 1, item.to);
  }
  return shareUnits(found, tokens);
}
