import { fold } from './fold.ts';
import type { Language } from './language.ts';
import { hanNumber, numberWord, ordinalOf } from './numerals.ts';
import type { Token } from './tokens.ts';
import { unitOf } from './units.ts';

/** A point of time as far as a text names it. `minute` counts from midnight; `half` is false where only a twelve-hour clock was meant. Tokens `from` to `to`, end exclusive. */
export interface When {
  readonly year?: number;
  readonly month?: number;
  readonly day?: number;
  readonly weekday?: number;
  readonly minute?: number;
  readonly second?: number;
  readonly sure?: boolean;
  readonly from: number;
  readonly to: number;
}

const table = (text: string): ReadonlyMap<string, number> =>
  new Map(
    text.split('|').flatMap((names, i) =>
      names
        .trim()
        .split(/\s+/)
        .map((name) => [fold(name), i + 1] as const),
    ),
  );

const months = table(
  `january jan januar jänner enero يناير|february feb februar febrero فبراير|march mar märz marzo مارس|april apr abril أبريل|may mai mayo مايو|june jun juni junio يونيو|july jul juli julio يوليو|
  august aug agosto أغسطس|september sep sept septiembre سبتمبر|october oct oktober octubre أكتوبر|november nov noviembre نوفمبر|december dec dezember diciembre ديسمبر`,
);
const weekdays = table(
  `monday mondays mon montag montags lunes الاثنين 周一 星期一|tuesday tuesdays tue dienstag dienstags martes الثلاثاء 周二 星期二|wednesday wednesdays wed mittwoch mittwochs miércoles الأربعاء 周三 星期三|
  thursday thursdays thu donnerstag donnerstags jueves الخميس 周四 星期四|friday fridays fri freitag freitags viernes الجمعة 周五 星期五|saturday saturdays sat samstag samstags sonnabend sábado sábados السبت 周六 星期六|
  sunday sundays sun sonntag sonntags domingo domingos الأحد 周日 星期日 星期天 周天`,
);
const shortNames = new Set('may mar sun sat mon wed jan jun jul dec oct mai'.split(' '));

const monthOf = (token: Token | undefined): number | undefined => {
  if (token === undefined || (token.kind !== 'word' && token.kind !== 'code')) return undefined;
  const month = months.get(token.norm);
  return month !== undefined && shortNames.has(token.norm) && !token.capital ? undefined : month;
};
const weekdayOf = (token: Token | undefined): number | undefined => {
  if (token === undefined) return undefined;
  const day = weekdays.get(token.norm);
  return day !== undefined && shortNames.has(token.norm) && !token.capital ? undefined : day;
};

const small = (token: Token | undefined): number | undefined => {
  if (token?.kind === 'number') return /^\d{1,2}$/.test(token.text) ? Number(token.text) : undefined;
  if (token?.kind === 'numeral') return hanNumber(token.text);
  return token?.kind === 'word' ? (ordinalOf(token.norm) ?? numberWord(token.norm)) : undefined;
};
const yearOf = (token: Token | undefined): number | undefined =>
  token?.kind === 'number' && /^(?:1[0-9]|20|21)\d\d$/.test(token.text) ? Number(token.text) : undefined;

const parts = (text: string): When | undefined => {
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (iso !== null) return { year: Number(iso[1]), month: Number(iso[2]), day: Number(iso[3]), from: 0, to: 0 };
  const [first = 0, second = 0, year = 0] = text.split(/[./]/).map(Number);
  const dayFirst = text.includes('.') || first > 12;
  return { year, month: dayFirst ? second : first, day: dayFirst ? first : second, from: 0, to: 0 };
};

/** Skips the full stop of "3." and the ending of "3rd". */
const afterOrdinal = (tokens: readonly Token[], at: number): number =>
  /^(?:\.|st|nd|rd|th|号|日)$/.test(tokens[at]?.norm ?? '') && tokens[at]?.start === tokens[at - 1]?.end ? at + 1 : at;
const skipOf = (tokens: readonly Token[], at: number): number => (/^(?:of|de|من|,)$/.test(tokens[at]?.norm ?? '') ? at + 1 : at);

function withYear(tokens: readonly Token[], date: Omit<When, 'to'>, to: number): When {
  const at = skipOf(tokens, to);
  const year = yearOf(tokens[at]);
  return year === undefined ? { ...date, to } : { ...date, year, to: at + 1 };
}

function dayMonthAt(tokens: readonly Token[], at: number): When | undefined {
  const day = small(tokens[at]);
  if (day === undefined || day < 1 || day > 31) return undefined;
  const next = skipOf(tokens, afterOrdinal(tokens, at + 1));
  const month = monthOf(tokens[next]);
  if (month !== undefined) return withYear(tokens, { day, month, from: at }, next + 1);
  const range = rangeEnd(tokens, afterOrdinal(tokens, at + 1));
  return range === undefined ? undefined : { day, month: range, from: at, to: at + 1 };
}

const rangeWords = new Set('to bis zum and und y hasta al el - – until الي الى a'.split(' '));

/** The month at the end of "3. bis zum 17. Mai". */
function rangeEnd(tokens: readonly Token[], from: number): number | undefined {
  let at = from;
  while (at < from + 3 && rangeWords.has(tokens[at]?.norm ?? '')) at += 1;
  if (at === from || small(tokens[at]) === undefined) return undefined;
  return monthOf(tokens[skipOf(tokens, afterOrdinal(tokens, at + 1))]);
}

function monthAt(tokens: readonly Token[], at: number): When | undefined {
  const month = monthOf(tokens[at]);
  if (month === undefined) return undefined;
  const day =
    tokens[at + 1]?.kind === 'number' && !/^(?:hours|days|percent|%)$/.test(tokens[at + 2]?.norm ?? '') ? small(tokens[at + 1]) : undefined;
  return day !== undefined && day >= 1 && day <= 31
    ? withYear(tokens, { month, day, from: at }, afterOrdinal(tokens, at + 2))
    : withYear(tokens, { month, from: at }, at + 1);
}

function hanDateAt(tokens: readonly Token[], at: number): When | undefined {
  const value = tokens[at]?.kind === 'number' ? Number(tokens[at]?.text) : small(tokens[at]);
  const sign = tokens[at + 1]?.norm;
  if (value === undefined || !Number.isFinite(value)) return undefined;
  if (sign === '年' && value > 999) {
    const rest = hanDateAt(tokens, at + 2);
    return rest?.month === undefined || rest.from !== at + 2 ? { year: value, from: at, to: at + 2 } : { ...rest, year: value, from: at };
  }
  if (sign !== '月') return undefined;
  const day = small(tokens[at + 2]);
  return day !== undefined && /^[日号]/.test(tokens[at + 3]?.norm ?? '')
    ? { month: value, day, from: at, to: at + 4 }
    : { month: value, from: at, to: at + 2 };
}

const yearLead = new Set(
  'in since until till by from of before after during between and to im seit bis ab jahr ano en desde hasta de وعام عام سنة last around about early late mid summer winter spring autumn april'.split(
    ' ',
  ),
);

function yearAt(tokens: readonly Token[], at: number): When | undefined {
  const year = yearOf(tokens[at]);
  if (year === undefined) return undefined;
  const next = tokens[at + 1];
  const noun = next?.kind === 'word' && next.clause === tokens[at]?.clause && unitOf(next.norm) !== undefined;
  return !noun && yearLead.has(tokens[at - 1]?.norm ?? '') ? { year, from: at, to: at + 1 } : undefined;
}

function calendarAt(tokens: readonly Token[], at: number): When | undefined {
  const token = tokens[at];
  if (token?.kind === 'date') return { ...parts(token.text), from: at, to: at + 1 };
  const weekday = weekdayOf(token);
  if (weekday !== undefined) return { weekday, from: at, to: at + 1 };
  return dayMonthAt(tokens, at) ?? monthAt(tokens, at) ?? hanDateAt(tokens, at) ?? yearAt(tokens, at);
}

const eveningWords = new Set(
  'pm p.m evening afternoon night abends nachmittags nachmittag tarde noche 晚上 下午 傍晚 مساء ظهرا مساءا'.split(' ').map(fold),
);
const morningWords = new Set('am a.m morning morgens vormittags fruh manana 早上 上午 凌晨 صباحا'.split(' ').map(fold));

/** Which half of the day is meant, from the words just before and after; undefined: not said. */
function halfOfDay(tokens: readonly Token[], from: number, to: number): 'am' | 'pm' | undefined {
  for (const token of [...tokens.slice(Math.max(0, from - 2), from), ...tokens.slice(to, to + 4)]) {
    if (token.clause !== tokens[from]?.clause) continue;
    if (eveningWords.has(token.norm)) return 'pm';
    if (morningWords.has(token.norm)) return 'am';
    if (token.start > (tokens[from]?.start ?? 0) && (token.kind === 'number' || token.kind === 'clock')) return undefined;
  }
  return undefined;
}

function clock(tokens: readonly Token[], from: number, to: number, hour: number, minute: number, exact: boolean): When | undefined {
  if (hour > 24 || minute > 59) return undefined;
  const half = halfOfDay(tokens, from, to);
  const turned = half === 'pm' && hour < 12 ? hour + 12 : half === 'am' && hour === 12 ? 0 : hour;
  const end = /^(?:a\.?m|p\.?m|uhr|o'clock)$/.test(tokens[to]?.norm ?? '') ? to + 1 : to;
  return { minute: turned * 60 + minute, sure: exact || half !== undefined || hour > 12, from, to: end };
}

const clockLead = new Set('at um gegen las vom von bis until till by before after from to and ab um 在'.split(' '));
const isHourMark = (norm: string | undefined): boolean => norm !== undefined && /^(?:a\.?m|p\.?m|uhr|o'clock)$/.test(norm);

function clockAt(tokens: readonly Token[], at: number, language: Language): When | undefined {
  const token = tokens[at];
  if (token?.kind === 'clock') {
    const [hour = 0, minute = 0, second] = token.text.split(':').map(Number);
    const found = clock(tokens, at, at + 1, hour, minute, token.text.startsWith('0') || hour > 12);
    return found === undefined || second === undefined ? found : { ...found, second };
  }
  const norm = token?.norm ?? '';
  if (/^(?:noon|midday|mediodia|中午)$/.test(norm)) return { minute: 720, sure: true, from: at, to: at + 1 };
  if (/^(?:midnight|mitternacht|medianoche|午夜)$/.test(norm)) return { minute: 0, sure: true, from: at, to: at + 1 };
  return spokenClockAt(tokens, at) ?? hourAt(tokens, at, language);
}

/** "half past eight", "a quarter to nine", "halb acht". */
function spokenClockAt(tokens: readonly Token[], at: number): When | undefined {
  const norm = tokens[at]?.norm ?? '';
  const second = tokens[at + 1]?.norm ?? '';
  const hour = (offset: number): number => small(tokens[at + offset]) ?? 99;
  if (norm === 'half' && second === 'past') return clock(tokens, at, at + 3, hour(2), 30, false);
  if (norm === 'quarter' && second === 'past') return clock(tokens, at, at + 3, hour(2), 15, false);
  if (norm === 'quarter' && second === 'to') return clock(tokens, at, at + 3, hour(2) - 1, 45, false);
  if (norm === 'halb' && hour(1) < 13) return clock(tokens, at, at + 2, hour(1) - 1, 30, false);
  return undefined;
}

function hourAt(tokens: readonly Token[], at: number, language: Language): When | undefined {
  const hour = small(tokens[at]);
  const token = tokens[at];
  if (token === undefined) return undefined;
  const decimal = language === 'de' && token.kind === 'number' ? /^(\d{1,2})[.](\d{2})$/.exec(token.text) : null;
  const next = tokens[at + 1];
  if (decimal !== null && next?.norm === 'uhr') return clock(tokens, at, at + 1, Number(decimal[1]), Number(decimal[2]), true);
  if (hour === undefined || hour > 24) return undefined;
  if (next?.norm === '点') {
    const half = tokens[at + 2]?.norm.startsWith('半') === true;
    const minutes = half ? 30 : tokens[at + 3]?.norm === '分' ? (small(tokens[at + 2]) ?? 0) : 0;
    return clock(tokens, at, at + (half ? 3 : 2), hour, minutes, false);
  }
  if (isHourMark(next?.norm)) return clock(tokens, at, at + 1, hour, 0, next?.norm === 'uhr' && hour > 12);
  if (language === 'es' && tokens[at - 1]?.norm === 'las' && /^(?:a|de|desde|hasta|antes|y|sobre)$/.test(tokens[at - 2]?.norm ?? ''))
    return clock(tokens, at, at + 1, hour, 0, false);
  if (language === 'ar' && ordinalOf(token.norm) !== undefined && halfOfDay(tokens, at, at + 1) !== undefined && token.norm.endsWith('ه'))
    return clock(tokens, at, at + 1, hour, 0, false);
  return bareHourAt(tokens, at, hour);
}

/** "opens at 7", "from 7 to 10:30", "von 7 bis 16 Uhr". */
function bareHourAt(tokens: readonly Token[], at: number, hour: number): When | undefined {
  const token = tokens[at];
  const next = tokens[at + 1];
  if (token?.kind !== 'number') return undefined;
  const ranged = /^(?:to|bis|a|until|and|und|-|–)$/.test(next?.norm ?? '');
  const last = ranged ? tokens[at + 2] : undefined;
  if (last?.kind === 'clock' || (last !== undefined && small(last) !== undefined && isHourMark(tokens[at + 3]?.norm)))
    return clock(tokens, at, at + 1, hour, 0, false);
  const closes = next === undefined || next.kind === 'sign' || /^(?:on|and|but|in|every|each)$/.test(next.norm);
  return clockLead.has(tokens[at - 1]?.norm ?? '') && tokens[at - 1]?.norm === 'at' && closes && next?.text !== '%' && hour > 0
    ? clock(tokens, at, at + 1, hour, 0, false)
    : undefined;
}

/** The dates, weekdays, months, years and times of day of a text in order. */
export function whens(tokens: readonly Token[], language: Language, limit = 400): When[] {
  const found: When[] = [];
  for (let at = 0; at < tokens.length && found.length < limit;) {
    const item = calendarAt(tokens, at) ?? clockAt(tokens, at, language);
    if (item !== undefined) found.push(item);
    at = item === undefined ? at + 1 : Math.max(at + 1, item.to);
  }
  return found;
}
