import { isDate } from './checksums.ts';
import { type Finding, isAlphanumericAt, type Scene } from './finding.ts';

const months =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
const time = '(?:[T ]\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d{1,9})?)?(?:Z|[+-]\\d{2}:?\\d{2})?)?';

const iso = new RegExp(`\\d{4}-\\d{2}-\\d{2}${time}`, 'g');
const numeric = /(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})/g;
const monthYear = /\b(?:0?[1-9]|1[0-2])\/(?:19|20)\d{2}\b/g;
const named = new RegExp(
  `\\b(?:\\d{1,2}(?:st|nd|rd|th)?(?: of)?[ -]${months}\\.?(?:,?[ -](?:\\d{4}|\\d{2}))?|${months}\\.?[ -]\\d{1,2}(?:st|nd|rd|th)?(?:,? ?(?:19|20)\\d{2})?|${months}\\.?,? (?:19|20)\\d{2})\\b`,
  'gi',
);
const year = /\b(?:in|since|during|until|till|by|of|from|year|born|summer|winter|spring|autumn|fall)[ ,]{1,2}((?:1[89]|20)\d{2})\b/gi;
const weekday = /\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b/g;

/** Year first, month first or day first, of a calendar. */
function isNumericDate(first: string, second: string, third: string): boolean {
  const [a, b, c] = [Number(first), Number(second), Number(third)];
  if (first.length > 2) return first.length === 4 && third.length <= 2 && isDate(b, c);
  return (third.length === 2 || third.length === 4) && (isDate(a, b) || isDate(b, a));
}

const whole = (text: string, start: number, end: number): boolean =>
  !isAlphanumericAt(text, start - 1) &&
  !isAlphanumericAt(text, end) &&
  !(/[-/.]/.test(text.charAt(start - 1)) && isAlphanumericAt(text, start - 2)) &&
  !(/[-/]/.test(text.charAt(end)) && isAlphanumericAt(text, end + 1));

function* spans(text: string): Generator<{ start: number; end: number; score: number }> {
  for (const { index, 0: value } of text.matchAll(iso)) {
    if (isDate(Number(value.slice(5, 7)), Number(value.slice(8, 10)))) yield { start: index, end: index + value.length, score: 0.7 };
  }
  for (const { index, 0: value, 1: a = '', 3: b = '', 4: c = '' } of text.matchAll(numeric)) {
    if (isNumericDate(a, b, c)) yield { start: index, end: index + value.length, score: 0.7 };
  }
  for (const { index, 0: value } of text.matchAll(monthYear)) yield { start: index, end: index + value.length, score: 0.4 };
  for (const { index, 0: value } of text.matchAll(named)) yield { start: index, end: index + value.length, score: 0.6 };
  for (const { index, 0: value, 1: number = '' } of text.matchAll(year))
    yield { start: index + value.length - number.length, end: index + value.length, score: 0.4 };
  for (const { index, 0: value } of text.matchAll(weekday)) yield { start: index, end: index + value.length, score: 0.4 };
}

/** Days and times as they are written; whether somebody was born on one is not asked. */
export function findDates({ text }: Scene): Finding[] {
  const findings: Finding[] = [];
  for (const { start, end, score } of spans(text)) if (whole(text, start, end)) findings.push({ kind: 'date', start, end, score });
  return findings;
}
