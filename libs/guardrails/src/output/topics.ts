import { spacedWords } from './comparable.ts';
import { PhraseMatcher } from './phrase-matcher.ts';

/** What is not talked about: the phrases that give it away. */
export interface Topic {
  readonly name: string;
  /** Compared without case, accents, punctuation and disguise, whole words only; a last word that ends in `*` stands for all that begin so. */
  readonly phrases: readonly string[];
}

/** Scripts without spaces have no words to begin or end. */
const unspaced = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/u;

function formOf(phrase: string): string {
  const spaced = spacedWords(phrase);
  if (spaced.trim() === '') return '';
  if (unspaced.test(phrase)) return spaced.trim();
  return phrase.trimEnd().endsWith('*') ? spaced.trimEnd() : spaced;
}

/** Many topics, looked for in one pass. */
export class Topics {
  private readonly matcher: PhraseMatcher;
  private readonly names: readonly string[];

  constructor(topics: readonly Topic[]) {
    const phrases = topics.flatMap(({ name, phrases: ofOne }) => ofOne.map((phrase) => ({ name, form: formOf(phrase) })));
    this.matcher = new PhraseMatcher(phrases.map(({ form }) => form));
    this.names = phrases.map(({ name }) => name);
  }

  /** Names of the topics that the text is about, each once. */
  foundIn(text: string): readonly string[] {
    if (this.matcher.isEmpty) return [];
    return [...new Set(this.matcher.found(spacedWords(text)).map((phrase) => this.names[phrase] ?? ''))];
  }
}
