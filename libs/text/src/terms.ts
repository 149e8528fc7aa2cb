import { CJK, HANGUL, UNSPACED } from './characters.ts';
import { stemArabic, stemLatin } from './stems.ts';
import { isStopWord } from './stop-words.ts';
import { runs, segment } from './words.ts';
import type { Run } from './words.ts';

export interface TermOptions {
  /** Whether words like "the", "und", "من" come out. Default `drop`. */
  readonly stopWords?: 'drop' | 'keep';
}

/** Longer words (a base64 blob, a digest) are cut: nobody types them, and every one would be a term of its own. */
const LONGEST = 64;

const plain = /^[a-zA-Z0-9_.,]*$/;

function fold(word: string): string {
  if (plain.test(word)) return word.toLowerCase();
  const decomposed = word
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .toLowerCase();
  return decomposed.replaceAll('ß', 'ss').replaceAll('æ', 'ae').replaceAll('ø', 'o').replaceAll('ł', 'l');
}

function foldArabic(word: string): string {
  return word
    .normalize('NFD')
    .replace(/\p{Mn}|\u0640/gu, '')
    .replace(/[أإآٱ]/g, 'ا')
    .replaceAll('ى', 'ي')
    .replaceAll('ة', 'ه');
}

function bigrams(run: string): string[] {
  const characters = [...run];
  if (characters.length < 2) return characters;
  return characters.slice(1).map((character, index) => `${characters[index] ?? ''}${character}`);
}

/** Parts of snake_case and camelCase names; nothing for ordinary words. */
function parts(word: string): string[] {
  if (!/_|\p{Ll}\p{Lu}/u.test(word)) return [];
  const found = word
    .replace(/(\p{Ll})(?=\p{Lu})/gu, '$1_')
    .split('_')
    .filter((part) => part.length > 1);
  return found.length > 1 ? found : [];
}

function stem(folded: string): string {
  if (/^[a-z]+$/.test(folded)) return stemLatin(folded);
  if (/^[\u0600-\u06ff]+$/.test(folded)) return stemArabic(foldArabic(folded));
  return folded;
}

interface Term {
  readonly term: string;
  readonly isStopWord: boolean;
}

function termOf(word: string): Term {
  const folded = fold(word).replace(/['’]s?$|['’]/g, '');
  return { term: indexForm(folded), isStopWord: isStopWord(folded) };
}

function indexForm(folded: string): string {
  if (/^\d{1,3}(?:,\d{3})+$/.test(folded)) return folded.replaceAll(',', '');
  return stem(folded.length > LONGEST ? folded.slice(0, LONGEST) : folded);
}

function verbatim(term: string): Term {
  return { term, isStopWord: isStopWord(term) };
}

function termsOf(run: Run): readonly Term[] {
  if (run.kind === CJK || run.kind === HANGUL) return bigrams(run.text.normalize('NFKC')).map(verbatim);
  if (run.kind === UNSPACED) return segment(run).map((word) => verbatim(word.text));
  const text = run.text.slice(0, 2 * LONGEST).normalize('NFKC');
  return [text.replace(/^_+|_+$/g, ''), ...parts(text)].map(termOf).filter(({ term }) => term !== '');
}

const REMEMBERED = 20_000;
const remembered = new Map<string, readonly Term[]>();

/** The terms of a stretch of writing; texts repeat their words, so the short ones are remembered. */
function recall(run: Run): readonly Term[] {
  if (run.text.length > 2 * LONGEST) return termsOf(run);
  const known = remembered.get(run.text);
  if (known !== undefined) return known;
  if (remembered.size >= REMEMBERED) remembered.clear();
  const fresh = termsOf(run);
  remembered.set(detached(run.text), fresh);
  return fresh;
}

/** A copy: a string cut out of a text keeps the whole text in memory. */
function detached(text: string): string {
  return text.length > 12 ? text.split('').join('') : text;
}

/**
 * The index terms of a text, in order, with repetitions: compatibility forms, case and marks folded, light stems for Latin and Arabic writing, bigrams of characters for
 * Chinese, Japanese and Korean. Names like `maxDeliver` and `max_deliver` give themselves and their parts. The same function must be applied to documents and questions.
 */
export function terms(text: string, options: TermOptions = {}): string[] {
  const keep = options.stopWords === 'keep';
  const found: string[] = [];
  for (const run of runs(text)) {
    for (const { term, isStopWord: isEmpty } of recall(run)) if (keep || !isEmpty) found.push(term);
  }
  return found;
}
