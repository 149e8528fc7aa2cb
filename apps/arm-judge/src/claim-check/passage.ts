import { rangesOf } from './date-ranges.ts';
import type { Range } from './date-ranges.ts';
import { whens } from './dates.ts';
import type { When } from './dates.ts';
import { languageOf } from './language.ts';
import type { Language } from './language.ts';
import { isNegator } from './lexicon.ts';
import { denials, negated } from './negation.ts';
import { quantities } from './quantities.ts';
import type { Quantity } from './quantities.ts';
import { cellsOf } from './tables.ts';
import type { Cell } from './tables.ts';
import { termsOf } from './terms.ts';
import type { Term } from './terms.ts';
import { tokenize } from './tokens.ts';
import type { Token } from './tokens.ts';

/** A text taken apart: what it says by words, numbers and times, and what it denies. */
export interface Passage {
  readonly text: string;
  /** Whether all of the text was taken apart. */
  readonly complete: boolean;
  readonly language: Language;
  readonly tokens: readonly Token[];
  readonly terms: readonly Term[];
  /** Clauses with a word that denies. */
  readonly denying: ReadonlySet<number>;
  /** Those of them that are denied as a whole, not just by a "without". */
  readonly denied: ReadonlySet<number>;
  readonly quantities: readonly Quantity[];
  readonly whens: readonly When[];
  readonly ranges: readonly Range[];
  readonly cells: ReadonlyMap<number, Cell>;
}

const covered = (items: readonly { readonly from: number; readonly to: number }[]): Set<number> => {
  const taken = new Set<number>();
  for (const { from, to } of items) for (let i = from; i < to; i += 1) taken.add(i);
  return taken;
};

/** Takes a text apart; everything behind the first `limit` tokens is left out. */
export function passage(text: string, limit?: number): Passage {
  const tokens = tokenize(text, limit);
  const language = languageOf(
    text.slice(0, 4000),
    tokens.slice(0, 600).map((token) => token.norm),
  );
  const times = whens(tokens, language);
  const dated = covered(times);
  const numbers = quantities(tokens, language, dated);
  const taken = new Set([...dated, ...covered(numbers)]);
  const cues = denials(tokens, language);
  const flags = negated(tokens, cues);
  const terms = termsOf(tokens, { taken, negated: flags, language });
  return {
    text,
    complete: tokens.length < (limit ?? Infinity),
    language,
    tokens,
    terms: deniedByNegators(terms),
    denying: new Set(cues.map(({ at }) => tokens[at]?.clause ?? 0)),
    denied: new Set(cues.filter(({ reach }) => reach === Infinity).map(({ at }) => tokens[at]?.clause ?? 0)),
    quantities: numbers,
    whens: times,
    ranges: rangesOf(times, tokens),
    cells: cellsOf(tokens),
  };
}

/** "Dogs are forbidden in X" denies what its clause says, as "not allowed" does; "not forbidden" denies nothing. */
function deniedByNegators(terms: readonly Term[]): Term[] {
  const clauses = new Map<number, boolean>();
  for (const term of terms) if (term.concepts.some(isNegator)) clauses.set(term.clause, !term.negated);
  return terms.map((term) => {
    const denied = clauses.get(term.clause);
    return denied === undefined || term.concepts.some(isNegator) ? term : { ...term, negated: denied };
  });
}
