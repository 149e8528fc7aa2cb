import { isHeavy } from './align.ts';
import type { Alignment, Found } from './align.ts';
import { conditional } from './cues.ts';
import { contradicts, isMissing } from './findings.ts';
import type { Finding } from './findings.ts';
import { areOpposite, isThing } from './lexicon.ts';
import type { Match } from './match.ts';
import { isOfNouns } from './noun-places.ts';
import type { Passage } from './passage.ts';
import type { Term } from './terms.ts';

/** Clauses between a predicate and what it is said of: one for a parenthesis or an "and". */
const APART = 2;

const isPredicate = ({ claim }: Alignment, { term }: Found): boolean =>
  !term.name && !term.concepts.some(isThing) && !isOfNouns(claim, term.at);

/** The words before and after a predicate in its clause, as far as the source has them. */
function partners({ found }: Alignment, i: number): Found[] {
  const clause = found[i]?.term.clause;
  return [found[i - 1], found[i + 1]].filter(
    (other) => other !== undefined && other.term.clause === clause && other.matches.length > 0 && isHeavy(other.term),
  ) as Found[];
}

const isBeside = (match: Match, other: Found): boolean =>
  other.matches.some(({ term }) => term.sentence === match.term.sentence && Math.abs(term.clause - match.term.clause) <= APART);

/** "Discards the buffer" where the source drops the handle and keeps the buffer: the predicate is said only of something else. */
function isElsewhere(alignment: Alignment, i: number): boolean {
  const item = alignment.found[i];
  if (item === undefined || item.matches.length === 0 || !isHeavy(item.term) || !isPredicate(alignment, item)) return false;
  const around = partners(alignment, i);
  return around.length > 0 && !item.matches.some((match) => around.every((other) => isBeside(match, other)));
}

/** A word that says the opposite in the clause of what the predicate is said of, where the predicate itself is said of something else. */
function turnedAround(alignment: Alignment, i: number): Term | undefined {
  const item = alignment.found[i];
  if (item === undefined || item.matches.length === 0 || !isPredicate(alignment, item)) return undefined;
  const [subject] = partners(alignment, i);
  if (subject === undefined) return undefined;
  const clauses = new Set(subject.matches.map(({ term }) => term.clause));
  if (item.matches.some(({ term }) => clauses.has(term.clause))) return undefined;
  return alignment.source.terms.find(
    (other) =>
      clauses.has(other.clause) &&
      other.negated === item.term.negated &&
      other.concepts.some((b) => item.term.concepts.some((a) => areOpposite(a, b))),
  );
}

const conditions = ({ tokens }: Passage): ReadonlySet<number> =>
  new Set(tokens.filter((token) => conditional.has(token.norm)).map((token) => token.clause));

/** "Ends unless it is renewed" where the source has "is renewed unless it is cancelled": rule and exception have changed places. */
function swapsCondition({ claim, source, found }: Alignment): boolean {
  const [mine, theirs] = [conditions(claim), conditions(source)];
  if (mine.size === 0 || theirs.size === 0) return false;
  const said = found.filter(({ term, matches }) => isHeavy(term) && matches.length > 0);
  const inRule = said.some(({ term, matches }) => !mine.has(term.clause) && matches.every((match) => theirs.has(match.term.clause)));
  return inRule && said.some(({ term, matches }) => mine.has(term.clause) && !matches.some((match) => theirs.has(match.term.clause)));
}

/** Whether the source says what the claim says of the same subject and under the same condition. */
export function checkAttachment(alignment: Alignment): Finding[] {
  if (alignment.source.cells.size > 0) return [];
  const places = [...alignment.found.keys()].slice(0, 60);
  const turned = places.flatMap((i) => turnedAround(alignment, i) ?? []);
  const apart = alignment.claim.language === alignment.source.language ? places.filter((i) => isElsewhere(alignment, i)) : [];
  return [
    ...turned.map((term) => contradicts(`the source has "${term.norm}" there`)),
    ...apart.map((i) => isMissing(`the source says "${alignment.found[i]?.term.norm ?? ''}" of something else`)),
    ...(swapsCondition(alignment) ? [contradicts('rule and exception have changed places')] : []),
  ];
}
