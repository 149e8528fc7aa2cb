import { oppositesOf } from './lexicon.ts';
import type { Concept } from './lexicon.ts';
import type { Passage } from './passage.ts';
import type { Term } from './terms.ts';

/** A term of the source that says what a term of the claim says; `quality` 1 = the same word. */
export interface Match {
  readonly term: Term;
  readonly quality: number;
  /** The source says it by denying the opposite, or the claim does. */
  readonly opposite?: true;
}

const MOST = 16;

/** Finds the terms of a source by word, by meaning and by common beginning. */
export interface Finder {
  find(term: Term): readonly Match[];
  /** Terms that say the opposite. */
  opposite(term: Term): readonly Term[];
}

const push = <K>(map: Map<K, Term[]>, key: K, term: Term): void => {
  const known = map.get(key);
  if (known === undefined) map.set(key, [term]);
  else if (known.length < MOST) known.push(term);
};

/** "Harmless" and "kostenlos" begin like the words they deny. */
const denies = (term: Term): boolean => /(?:less|lessly|los|lose|losen|loses|loser|frei|freie|free)$/.test(term.norm);

function sharedStart(a: string, b: string): boolean {
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same += 1;
  const longest = Math.max(a.length, b.length);
  return same >= 4 && longest - same <= 3 && same / longest >= 0.6;
}

export function finderOf(source: Passage): Finder {
  const stems = new Map<string, Term[]>();
  const meanings = new Map<Concept, Term[]>();
  const starts = new Map<string, Term[]>();
  for (const term of source.terms) {
    push(stems, term.stem, term);
    for (const concept of term.concepts) push(meanings, concept, term);
    if (/^[a-z]/.test(term.stem)) push(starts, term.stem.slice(0, 4), term);
  }
  const find = (wanted: Term): readonly Match[] => {
    const found = new Map<Term, number>();
    for (const term of stems.get(wanted.stem) ?? []) found.set(term, 1);
    for (const concept of wanted.concepts) for (const term of meanings.get(concept) ?? []) if (!found.has(term)) found.set(term, 0.9);
    for (const term of starts.get(wanted.stem.slice(0, 4)) ?? [])
      if (!found.has(term) && sharedStart(term.stem, wanted.stem) && denies(term) === denies(wanted)) found.set(term, 0.8);
    return [...found].slice(0, MOST).map(([term, quality]) => ({ term, quality }));
  };
  const opposite = (wanted: Term): readonly Term[] =>
    wanted.concepts.flatMap(oppositesOf).flatMap((concept) => meanings.get(concept) ?? []);
  return { find, opposite };
}
