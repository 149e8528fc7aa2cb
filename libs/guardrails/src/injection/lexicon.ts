import { letterClass } from '../text/letters.ts';
import { normalise } from '../text/normalise.ts';
import { skeleton, type Word, wordsOf } from './words.ts';

/** Words of one language per idea. `word*` is a stem, `two_words` a phrase, `^word` counts only where a sentence begins; scripts without spaces are matched inside their runs. */
export type Vocabulary<Idea extends string> = Readonly<Partial<Record<Idea, string>>>;

/** An idea met in a text: `at` counts words (two characters of an unspaced script count as one). */
export interface Mention<Idea extends string> {
  readonly idea: Idea;
  readonly at: number;
  /** Position of the word after the last of this mention. */
  readonly end: number;
}

interface Entry<Idea extends string> {
  readonly words: readonly string[];
  readonly stem: boolean;
  readonly opening: boolean;
  readonly ideas: Idea[];
}

type Index<Idea extends string> = Map<string, Entry<Idea>[]>;

export interface Lexicon<Idea extends string> {
  /** First word of an entry -> entries. */
  readonly whole: Index<Idea>;
  /** First three letters of a stem -> entries. */
  readonly stems: Index<Idea>;
  /** First character of an unspaced entry -> entries. */
  readonly inside: Index<Idea>;
  readonly longest: number;
}

const stemKey = (word: string): string => word.slice(0, 3);

const comparable = (spelling: string): string => skeleton(normalise(spelling.replace(/_/g, ' ')).text);

type Shape = Pick<Entry<string>, 'words' | 'stem' | 'opening'>;

function addEntry<Idea extends string>(index: Index<Idea>, key: string, shape: Shape, ideas: readonly Idea[]): void {
  const entries = index.get(key) ?? [];
  const same = entries.find(
    (entry) => entry.stem === shape.stem && entry.opening === shape.opening && entry.words.join(' ') === shape.words.join(' '),
  );
  if (same !== undefined) same.ideas.push(...ideas);
  else entries.push({ ...shape, ideas: [...ideas] });
  index.set(key, entries);
}

function addSpelling<Idea extends string>(lexicon: Lexicon<Idea>, spelling: string, ideas: readonly Idea[]): void {
  const stem = spelling.endsWith('*');
  const opening = spelling.startsWith('^');
  const text = comparable(spelling.replace(/[*^]/g, ''));
  const words = wordsOf(text).map((word) => word.text);
  const first = words[0] ?? '';
  if (letterClass(first.charCodeAt(0)) === 2)
    addEntry(lexicon.inside, first.charAt(0), { words: [text.trim()], stem: false, opening }, ideas);
  else if (stem && words.length === 1) addEntry(lexicon.stems, stemKey(first), { words, stem, opening }, ideas);
  else addEntry(lexicon.whole, first, { words, stem, opening }, ideas);
}

/** `broader`: a word of the key's idea carries these ideas too. */
export function compileLexicon<Idea extends string>(
  vocabularies: readonly Vocabulary<Idea>[],
  broader: Readonly<Partial<Record<Idea, readonly Idea[]>>>,
): Lexicon<Idea> {
  const lexicon: Lexicon<Idea> = { whole: new Map(), stems: new Map(), inside: new Map(), longest: 20 };
  for (const vocabulary of vocabularies) {
    for (const idea of Object.keys(vocabulary) as Idea[]) {
      for (const spelling of (vocabulary[idea] ?? '').split(/\s+/))
        if (spelling !== '') addSpelling(lexicon, spelling, [idea, ...(broader[idea] ?? [])]);
    }
  }
  return lexicon;
}

function phraseMatches<Idea extends string>(entry: Entry<Idea>, words: readonly Word[], at: number): boolean {
  if (entry.opening && words[at]?.first !== true) return false;
  const last = entry.words.length - 1;
  for (let i = 1; i <= last; i += 1) {
    const word = words[at + i]?.text;
    if (word === undefined) return false;
    const wanted = entry.words[i] ?? '';
    if (i === last && entry.stem ? !word.startsWith(wanted) : word !== wanted) return false;
  }
  return true;
}

class Reader<Idea extends string> {
  readonly mentions: Mention<Idea>[] = [];
  readonly starts: number[] = [];
  readonly #lexicon: Lexicon<Idea>;
  #at = 0;
  /** Letters of joined words that are still looked into: a bound on the dearest step. */
  #joinedLeft = 20_000;

  constructor(lexicon: Lexicon<Idea>) {
    this.#lexicon = lexicon;
  }

  get length(): number {
    return this.#at;
  }

  read(words: readonly Word[]): void {
    words.forEach((word, i) => {
      this.starts.push(this.#at);
      if (word.unspaced) this.#readInside(word.text);
      else this.#readWord(words, i);
    });
  }

  #note(entry: Entry<Idea>, length: number): void {
    for (const idea of entry.ideas) this.mentions.push({ idea, at: this.#at, end: this.#at + length });
  }

  #readWord(words: readonly Word[], i: number): void {
    const word = words[i]?.text ?? '';
    const found = this.mentions.length;
    for (const entry of this.#lexicon.whole.get(word) ?? []) if (phraseMatches(entry, words, i)) this.#note(entry, entry.words.length);
    for (const entry of this.#lexicon.stems.get(stemKey(word)) ?? []) if (word.startsWith(entry.words[0] ?? '')) this.#note(entry, 1);
    if (found === this.mentions.length && word.length >= 14 && this.#joinedLeft > 0) this.#readJoined(word);
    else this.#at += 1;
  }

  /** "ignoreallpreviousinstructions": longest known word first, unknown letters skipped. */
  #readJoined(word: string): void {
    this.#joinedLeft -= word.length;
    for (let from = 0; from < word.length;) {
      const length = this.#longestAt(word, from);
      if (length > 0) this.#at += 1;
      from += Math.max(1, length);
    }
    this.#at += 1;
  }

  #longestAt(word: string, from: number): number {
    for (let length = Math.min(this.#lexicon.longest, word.length - from); length >= 3; length -= 1) {
      const entry = this.#lexicon.whole.get(word.slice(from, from + length))?.find((candidate) => candidate.words.length === 1);
      if (entry !== undefined) {
        this.#note(entry, 1);
        return length;
      }
    }
    return 0;
  }

  #readInside(run: string): void {
    const start = this.#at;
    for (let i = 0; i < run.length; i += 1) {
      this.#at = start + (i >> 1);
      for (const entry of this.#lexicon.inside.get(run.charAt(i)) ?? []) {
        if (run.startsWith(entry.words[0] ?? '', i)) this.#note(entry, Math.max(1, (entry.words[0]?.length ?? 2) >> 1));
      }
    }
    this.#at = start + Math.max(1, run.length >> 1);
  }
}

/** Every idea of the lexicon that `words` mention, by position. Linear in the number of words. */
export function mentionsOf<Idea extends string>(
  lexicon: Lexicon<Idea>,
  words: readonly Word[],
): { mentions: Mention<Idea>[]; starts: number[]; length: number } {
  const reader = new Reader(lexicon);
  reader.read(words);
  return { mentions: reader.mentions, starts: reader.starts, length: reader.length };
}
