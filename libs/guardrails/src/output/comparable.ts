import { normalise } from '../text/normalise.ts';
import { visible } from '../text/visible.ts';

const between = /[^\p{L}\p{N}]+/gu;
/** Scripts that are written without spaces: each character is a word. */
const word =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]|(?:(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}])[\p{L}\p{N}])+/gu;

/** Three and more single letters in a row are one word spelled out. */
function unspelled(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (let at = 0; at < words.length;) {
    let end = at;
    while (end < words.length && words[end]?.length === 1) end += 1;
    if (end - at >= 3) joined.push(words.slice(at, end).join(''));
    else if (end > at) joined.push(...words.slice(at, end));
    else joined.push(words[end++] ?? '');
    at = end;
  }
  return joined;
}

/** " words of the text " in their comparable form: normalised, one space between, one at each end. */
export function spacedWords(text: string): string {
  const words = normalise(text).text.replace(between, ' ').trim();
  return words === '' ? ' ' : ` ${unspelled(words.split(' ')).join(' ')} `;
}

/** Comparable words, one by one. */
export const wordsOf = (text: string): readonly string[] => normalise(text).text.match(word) ?? [];

const keepAlphanumeric = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, '');

/** ASCII letters and digits of the text as it is seen, and once more with lookalikes and leet spelling folded; '' where that is the same. */
export function squeezed(text: string): { readonly seen: string; readonly folded: string } {
  const seen = keepAlphanumeric(visible(text).text);
  const folded = keepAlphanumeric(normalise(text).text);
  return { seen, folded: folded === seen ? '' : folded };
}
