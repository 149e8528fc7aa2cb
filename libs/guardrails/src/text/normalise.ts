import { latinLookalike } from './confusables.ts';
import { letterClass } from './letters.ts';
import { type MappedText, MappedTextBuilder } from './mapped-text.ts';
import { visible } from './visible.ts';

const leet: ReadonlyMap<string, string> = new Map(Object.entries({ 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's' }));
const leetSymbol = /[013457@$]/;
const leetWord = /[a-z013457@$]{3,40}/g;
const marks = /[\u0300-\u036f]/g;

/** "1gn0r3" -> "ignore"; words with other digits, or with fewer than two letters, are not spelled so and stay. */
function spellOut(word: string): string {
  if (!leetSymbol.test(word)) return word;
  const letters = word.replace(/[013457@$]/g, '').length;
  return letters < 2 ? word : Array.from(word, (unit) => leet.get(unit) ?? unit).join('');
}

const unleet = (lower: string): string => (leetSymbol.test(lower) ? lower.replace(leetWord, spellOut) : lower);

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

function foldWord(seen: MappedText, start: number, end: number, latinText: boolean, builder: MappedTextBuilder): void {
  const units = Array.from({ length: end - start }, (_, i) => baseLetter(seen.text.charAt(start + i).toLowerCase()));
  unmask(units, latinText).forEach((unit, i) => builder.append(unit, start + i));
}

function foldCaseAndScript(seen: MappedText): MappedText {
  if (seen.offsets === undefined) return { ...seen, text: seen.text.toLowerCase() };
  const builder = new MappedTextBuilder(seen);
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
  return normaliseVisible(visible(text));
}

export function normaliseVisible(seen: MappedText): MappedText {
  const folded = foldCaseAndScript(seen);
  return { ...folded, text: unleet(folded.text) };
}
