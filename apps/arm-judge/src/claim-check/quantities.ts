import { boundOf } from './bounds.ts';
import type { Bound } from './bounds.ts';
import type { Language } from './language.ts';
import { measureAt, perAt } from './measures.ts';
import { articles, numeralAt, plainAt } from './number-phrases.ts';
import type { Numeral } from './number-phrases.ts';
import { fractionOf } from './numerals.ts';
import type { Token } from './tokens.ts';
import { dualOf, unitOf } from './units.ts';

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
  const measured = numeral.dimension === undefined && !ordinal ? measureAt(tokens, numeral.to) : undefined;
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
  const found = measureAt(tokens, unitFrom);
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
  const numeral = numeralAt(tokens, at, language);
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
