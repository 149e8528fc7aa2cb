import { actions } from './concepts/actions.ts';
import { more } from './concepts/more.ts';
import { negators as negatorNames, opposites as oppositeNames } from './concepts/opposites.ts';
import { places } from './concepts/places.ts';
import { qualities } from './concepts/qualities.ts';
import { things } from './concepts/things.ts';
import { fold, stem } from './fold.ts';
import type { Language } from './language.ts';
import { remembered } from './memo.ts';

/** Number of a concept: words of several languages with one meaning. */
export type Concept = number;

const columns: readonly Language[] = ['en', 'de', 'es', 'zh', 'ar'];
const byWord = new Map<string, Concept[]>();
const byName = new Map<string, Concept>();
const phraseHeads = new Set<string>();
/** Length of the longest Chinese word by its first sign. */
const longestHan = new Map<string, number>();

/** How words are looked up: Chinese as written, everything else by its stem; the parts of a phrase are joined by `_`. */
const stemmed = (word: string): string =>
  fold(word)
    .split('_')
    .map((part) => stem(part))
    .join('_');

function enter(language: Language, word: string, concept: Concept): void {
  const form = stemmed(word);
  const key = `${language}:${form}`;
  const known = byWord.get(key) ?? [];
  if (!known.includes(concept)) byWord.set(key, [...known, concept]);
  if (form.includes('_')) phraseHeads.add(`${language}:${form.split('_')[0] ?? ''}`);
  if (language === 'zh') longestHan.set(form[0] ?? '', Math.max(longestHan.get(form[0] ?? '') ?? 0, form.length));
}

let concepts = 0;
const named = new Set<Concept>();
const described = new Set<Concept>();
const linesOf = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');
const adjectives = new Set(linesOf(qualities));
const nouns = new Set([...linesOf(things), ...linesOf(places)]);
for (const line of linesOf(`${actions}${qualities}${things}${more}${places}`)) {
  const concept = concepts++;
  if (nouns.has(line)) named.add(concept);
  if (adjectives.has(line)) described.add(concept);
  const name = line.split(' ')[0] ?? '';
  if (!byName.has(name)) byName.set(name, concept);
  line.split('|').forEach((column, i) => {
    for (const word of column.split(' ')) if (word !== '') enter(columns[i] ?? 'other', word, concept);
  });
}

const numberOf = (name: string): Concept => {
  const concept = byName.get(name.trim());
  if (concept === undefined) throw new Error(`no concept begins with "${name}"`);
  return concept;
};

const opposites = new Map<Concept, Set<Concept>>();
for (const pair of oppositeNames.split(';')) {
  const [a = '', b = ''] = pair.trim().split(' ');
  if (a === '') continue;
  for (const [from, to] of [
    [numberOf(a), numberOf(b)],
    [numberOf(b), numberOf(a)],
  ] as const)
    opposites.set(from, (opposites.get(from) ?? new Set()).add(to));
}

const negators = new Set(negatorNames.split(' ').map(numberOf));
const none: readonly Concept[] = [];

/** Concepts of one folded word of a text in `language`; foreign words in it are taken for English. */
export const conceptsOf = (norm: string, language: Language): readonly Concept[] => lookUp[language](norm);

const inLanguage = (language: Language): ((norm: string) => readonly Concept[]) =>
  remembered((norm) => {
    const form = stem(norm);
    return byWord.get(`${language}:${form}`) ?? byWord.get(`en:${form}`) ?? none;
  });

const lookUp: Readonly<Record<Language, (norm: string) => readonly Concept[]>> = {
  en: inLanguage('en'),
  de: inLanguage('de'),
  es: inLanguage('es'),
  zh: inLanguage('zh'),
  ar: inLanguage('ar'),
  other: inLanguage('other'),
};

/** Whether a phrase of the lexicon begins with this folded word. */
export const beginsPhrase = (norm: string, language: Language): boolean => begins[language](norm);

const beginsIn = (language: Language): ((norm: string) => boolean) => remembered((norm) => phraseHeads.has(`${language}:${stem(norm)}`));

const begins: Readonly<Record<Language, (norm: string) => boolean>> = {
  en: beginsIn('en'),
  de: beginsIn('de'),
  es: beginsIn('es'),
  zh: beginsIn('zh'),
  ar: beginsIn('ar'),
  other: beginsIn('other'),
};

/** Concepts of a phrase of two or three folded words. */
export function conceptsOfPhrase(norms: readonly string[], language: Language): readonly Concept[] {
  return byWord.get(`${language}:${norms.map((norm) => stem(norm)).join('_')}`) ?? none;
}

/** Length of the longest known Chinese word that starts at `at`, 0 for none. */
export function hanWordAt(text: string, at: number): number {
  for (let length = Math.min(longestHan.get(text[at] ?? '') ?? 0, text.length - at); length > 0; length -= 1)
    if (byWord.has(`zh:${text.slice(at, at + length)}`)) return length;
  return 0;
}

/** Whether two concepts exclude each other when said of the same thing. */
export const areOpposite = (a: Concept, b: Concept): boolean => opposites.get(a)?.has(b) ?? false;

/** Concepts that exclude this one. */
export const oppositesOf = (concept: Concept): readonly Concept[] => [...(opposites.get(concept) ?? [])];

/** Whether the concept is a person, a thing or a place: nothing that is said of one. */
export const isThing = (concept: Concept): boolean => named.has(concept);

/** Whether the concept is an adjective, a direction or the like. */
export const isQuality = (concept: Concept): boolean => described.has(concept);

/** Whether the concept denies the rest of its clause, as "forbidden" and "without" do. */
export const isNegator = (concept: Concept): boolean => negators.has(concept);

/** The concept whose group begins with this English word. */
export const conceptNamed = (name: string): Concept => numberOf(name);

const ends = new Set(['end', 'stop', 'close', 'lose', 'delete', 'disable', 'cancel', 'exclude', 'fail', 'absent'].map(numberOf));

/** Whether the concept says that something has ended or is not there, as a denial does. */
export const isEnd = (concept: Concept): boolean => ends.has(concept);
