import type { Passage } from './passage.ts';
import { tokenize } from './tokens.ts';
import type { Token } from './tokens.ts';

const ALL = 1_000_000;
const silent = /^[\s.,;:!?"'`“”„«»‘’()。，！？؟…*_]$/u;

const spoken = (tokens: readonly Token[]): Token[] => tokens.filter((token) => !(token.kind === 'sign' && silent.test(token.text)));

/** Failure table of Knuth, Morris and Pratt (1977), so that repetitive texts stay linear. */
function failures(wanted: readonly string[]): number[] {
  const table = [0];
  for (let i = 1, length = 0; i < wanted.length; i += 1) {
    while (length > 0 && wanted[i] !== wanted[length]) length = table[length - 1] ?? 0;
    if (wanted[i] === wanted[length]) length += 1;
    table.push(length);
  }
  return table;
}

function* occurrences(wanted: readonly string[], words: readonly string[]): Generator<number> {
  const table = failures(wanted);
  let matched = 0;
  for (const [i, word] of words.entries()) {
    while (matched > 0 && (matched === wanted.length || word !== wanted[matched])) matched = table[matched - 1] ?? 0;
    if (word === wanted[matched]) matched += 1;
    if (matched === wanted.length) yield i - wanted.length + 1;
  }
}

/** A quotation begins and ends where a sentence or a clause does: half a clause may have lost its "not". */
function isWhole(text: string, words: readonly Token[], from: number, to: number): boolean {
  const [before, first, last, after] = [words[from - 1], words[from], words[to - 1], words[to]];
  if (first === undefined || last === undefined) return false;
  const opens =
    before === undefined ||
    before.sentence !== first.sentence ||
    /[\n.:;!?。！？|][^\p{L}\p{N}]*$/u.test(text.slice(Math.max(0, first.start - 8), first.start));
  const closes =
    after === undefined || after.sentence !== last.sentence || /^[^\p{L}\p{N}]*[\n.:;!?。！？|]/u.test(text.slice(last.end, last.end + 8));
  return opens && closes;
}

/** Where the source says the claim word for word, as whole sentences; punctuation and case aside. */
export function quoted(claim: string, source: Passage): { readonly start: number; readonly end: number } | undefined {
  const words = spoken(source.complete ? source.tokens : tokenize(source.text, ALL));
  const wanted = spoken(tokenize(claim, ALL)).map((token) => token.norm);
  if (wanted.length === 0 || wanted.length > words.length) return undefined;
  for (const from of occurrences(
    wanted,
    words.map((token) => token.norm),
  )) {
    const to = from + wanted.length;
    if (isWhole(source.text, words, from, to)) return { start: words[from]?.start ?? 0, end: words[to - 1]?.end ?? 0 };
  }
  return undefined;
}
