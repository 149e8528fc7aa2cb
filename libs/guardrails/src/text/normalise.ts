import { latinLookalike } from './confusables.ts';
import { letterClass } from './letters.ts';
import { type MappedText, MappedTextBuilder, type TextBuilder, UntracedTextBuilder } from './mapped-text.ts';
import { visible, visibleText } from './visible.ts';

const leet: ReadonlyMap<string, string> = new Map(
  Object.entries({ 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's', '!': 'i', '+': 't' }),
);
const leetSymbol = /[013457@$!+]/g;
const longestLeetWord = 40;

const isLower = (code: number): boolean => code >= 0x61 && code <= 0x7a;
const isLeet = (unit: string): boolean => leet.has(unit);

/** "1gn0r3" -> "ignore"; words with other digits, or with fewer than two letters, are not spelled so and stay. */
function spellOut(word: string): string {
  let letters = 0;
  for (let i = 0; i < word.length; i += 1) if (isLower(word.charCodeAt(i))) letters += 1;
  return letters < 2 ? word : Array.from(word, (unit) => leet.get(unit) ?? unit).join('');
}

/** Half-open span of letters and leet symbols around `at`; ! and + belong to it only where something follows: they end sentences and join sums. */
function leetSpan(text: string, at: number): { start: number; end: number } {
  let start = at;
  let end = at + 1;
  while (start > 0 && at - start < longestLeetWord && (isLower(text.charCodeAt(start - 1)) || isLeet(text.charAt(start - 1)))) start -= 1;
  while (end < text.length && end - at < longestLeetWord && (isLower(text.charCodeAt(end)) || isLeet(text.charAt(end)))) end += 1;
  while (end > start && (text.charAt(end - 1) === '!' || text.charAt(end - 1) === '+')) end -= 1;
  return { start, end };
}

function unleet(lower: string): string {
  let out = '';
  let done = 0;
  leetSymbol.lastIndex = 0;
  for (let match = leetSymbol.exec(lower); match !== null; match = leetSymbol.exec(lower)) {
    const { start, end } = leetSpan(lower, match.index);
    const from = Math.max(start, done);
    if (end - from >= 3) {
      out += lower.slice(done, from) + spellOut(lower.slice(from, end));
      done = end;
    }
    leetSymbol.lastIndex = Math.max(end, match.index + 1);
  }
  return done === 0 ? lower : out + lower.slice(done);
}

const marks = /[\u0300-\u036f]/g;
const stripped = (unit: string): string => unit.normalize('NFKD').replace(marks, '');
const strippedBelow530: readonly string[] = Array.from({ length: 0x530 }, (_, code) => stripped(String.fromCharCode(code)));

/** Accents go from Latin, Greek and Cyrillic letters; Arabic alef forms become one. */
function baseLetter(unit: string): string {
  const code = unit.charCodeAt(0);
  if (code < 0x80) return unit;
  if (code < 0x530) return strippedBelow530[code] ?? unit;
  if (code >= 0x1e00 && code < 0x2000) return stripped(unit);
  if (code === 0x622 || code === 0x623 || code === 0x625) return '\u0627';
  return code >= 0x64b && code <= 0x652 ? '' : unit;
}

/** Latin letters and the phonetic ones (small capitals and the like) that no spelling uses. */
const isLatin = (unit: string): boolean =>
  (unit >= 'a' && unit <= 'z') ||
  (unit >= '\u0250' && unit <= '\u02af') ||
  (unit >= '\u1d00' && unit <= '\u1d7f') ||
  unit === '\ua730' ||
  unit === '\ua731';

/** A lookalike stands for a Latin letter where it is mixed with Latin letters, or alone in a text that is mostly Latin. */
function unmask(units: readonly string[], latinText: boolean): readonly string[] {
  const foreign = units.filter((unit) => unit >= '\u0250' && letterClass(unit.charCodeAt(0)) === 1);
  if (foreign.length === 0) return units;
  const mixed = units.some(isLatin);
  const allLookalikes = latinText && foreign.every((unit) => latinLookalike.has(unit));
  return mixed || allLookalikes ? units.map((unit) => latinLookalike.get(unit) ?? unit) : units;
}

function isMostlyLatin(text: string): boolean {
  let latin = 0;
  let other = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if ((code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)) latin += 1;
    else if (code >= 0x250 && letterClass(code) !== 0) other += 1;
  }
  return latin > other;
}

/** ASCII from `start` to before `end`. */
function isPlain(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i += 1) if (text.charCodeAt(i) >= 0x80) return false;
  return true;
}

function foldWord(seen: MappedText, start: number, end: number, latinText: boolean, builder: TextBuilder): void {
  if (isPlain(seen.text, start, end)) {
    builder.copy(seen.text.slice(start, end).toLowerCase(), start);
    return;
  }
  const units = Array.from({ length: end - start }, (_, i) => baseLetter(seen.text.charAt(start + i).toLowerCase()));
  unmask(units, latinText).forEach((unit, i) => builder.append(unit, start + i));
}

function foldCaseAndScript(seen: MappedText, builder: TextBuilder): MappedText {
  if (seen.offsets === undefined) return { ...seen, text: seen.text.toLowerCase() };
  const latinText = isMostlyLatin(seen.text);
  for (let at = 0; at < seen.text.length;) {
    let end = at;
    while (end < seen.text.length && letterClass(seen.text.charCodeAt(end)) === 1) end += 1;
    if (end > at) foldWord(seen, at, end, latinText, builder);
    else builder.append(seen.text.charAt(end++), at);
    at = end;
  }
  return builder.build();
}

/**
 * The text reduced to what the injection rules compare: NFKC, invisible characters gone, lower case, no accents, lookalike letters
 * folded to Latin inside Latin words, light leet spelling undone. `sourceSpan` leads back to UTF-16 offsets of the original.
 */
export function normalise(text: string): MappedText {
  const seen = visible(text);
  const folded = foldCaseAndScript(seen, new MappedTextBuilder(seen));
  return { ...folded, text: unleet(folded.text) };
}

/** The normalised text alone, for half the cost. */
export const normalisedText = (text: string): string => unleet(foldCaseAndScript(visibleText(text), new UntracedTextBuilder()).text);
