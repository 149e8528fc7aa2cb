import { isHeavy } from './align.ts';
import type { Alignment, Found } from './align.ts';
import { conditional } from './cues.ts';
import { contradicts, isMissing } from './findings.ts';
import type { Finding } from './findings.ts';
import { areOpposite, isThing } from './lexicon.ts';
import type { Match } from './match.ts';
import { isBehindCopula, isOfNouns } from './noun-places.ts';
import type { Passage } from './passage.ts';
import type { Term } from './terms.ts';

const links = /^(?:the|a|an|its|their|his|her|any|all|every|each|no|to|der|die|das|den|dem|ein|eine|einen|el|la|los|las|un|una|su|sus)$/;
const pronouns = /^(?:it|them|they|this|these|that|those|er|sie|es|ihn|diese|dieser|dieses)$/;

const isPredicate = ({ claim }: Alignment, { term }: Found): boolean =>
  !term.name && !term.concepts.some(isThing) && !isOfNouns(claim, term.at);

/** The words before and after a predicate in its clause, as far as the source has them. */
function partners({ found }: Alignment, i: number): Found[] {
  const clause = found[i]?.term.clause;
  return [found[i - 1], found[i + 1]].filter(
    (other) => other !== undefined && other.term.clause === clause && other.matches.length > 0 && isHeavy(other.term),
  ) as Found[];
}

/** The word that the predicate acts on: it follows with nothing but an article or an adjective between. */
function objectOf({ claim, found }: Alignment, i: number): Found | undefined {
  const [item, next] = [found[i], found[i + 1]];
  if (item === undefined || next === undefined || next.matches.length === 0 || !isHeavy(next.term)) return undefined;
  const between = claim.tokens.slice(item.term.at + 1, next.term.at);
  return between.length > 0 && between.length <= 2 && between.every((token) => links.test(token.norm)) ? next : undefined;
}

const hasPronoun = ({ source }: Pick<Alignment, 'source'>, clause: number): boolean =>
  source.tokens.some((token) => token.clause === clause && pronouns.test(token.norm));

const isBeside = ({ source }: Alignment, match: Match, other: Found): boolean =>
  other.matches.some(({ term }) => term.sentence === match.term.sentence) || hasPronoun({ source }, match.term.clause);

/** "Discards the buffer" where the source drops the handle and keeps the buffer: the predicate is said only of something else. */
function isElsewhere(alignment: Alignment, i: number): boolean {
  const item = alignment.found[i];
  if (item === undefined || item.matches.length === 0 || !isHeavy(item.term) || !isPredicate(alignment, item)) return false;
  const object = objectOf(alignment, i);
  return object !== undefined && !item.matches.some((match) => isBeside(alignment, match, object));
}

/** "The default is debug" where the default of the source is something else, and debug is spoken of in another sentence. */
function isOfAnother(alignment: Alignment, i: number, said: ReadonlySet<Term>): boolean {
  const [item, next] = [alignment.found[i], alignment.found[i + 1]];
  if (item === undefined || next === undefined || item.matches.length === 0 || next.matches.length === 0 || !isHeavy(next.term))
    return false;
  if (next.term.at !== item.term.at + 2 || !isBehindCopula(alignment.claim.tokens, next.term.at)) return false;
  const together = item.matches.some((a) => next.matches.some((b) => a.term.sentence === b.term.sentence));
  return (
    !together && item.matches.every(({ term }) => rivals(alignment, said, term, false).length > 0 && !hasPronoun(alignment, term.clause))
  );
}

/** "Grew in Chile" where it grew in Peru and fell in Chile: the opposite stands between the word and what follows it. */
function opposedBetween(alignment: Alignment, i: number, said: ReadonlySet<Term>): Term | undefined {
  const [item, next] = [alignment.found[i], alignment.found[i + 1]];
  if (item === undefined || next === undefined || item.matches.length === 0 || next.matches.length === 0) return undefined;
  const [mine, theirs] = [inSentence(item, alignment.best), inSentence(next, alignment.best)];
  const [last, first] = [mine.at(-1), theirs[0]];
  if (last === undefined || first === undefined || last.at > first.at) return undefined;
  return alignment.source.terms.find(
    (other) =>
      other.at > last.at &&
      other.at < first.at &&
      !said.has(other) &&
      other.negated === item.term.negated &&
      other.concepts.some((b) => item.term.concepts.some((a) => areOpposite(a, b))),
  );
}

/** A word that says the opposite in the clause of what the predicate is said of, where the predicate itself is said of something else. */
function turnedAround(alignment: Alignment, i: number, said: ReadonlySet<Term>): Term | undefined {
  const item = alignment.found[i];
  if (item === undefined || item.matches.length === 0 || !isPredicate(alignment, item)) return undefined;
  const [subject] = partners(alignment, i);
  if (subject === undefined) return undefined;
  const clauses = new Set(subject.matches.flatMap(({ term }) => (term.sentence === alignment.best ? [term.clause] : [])));
  if (item.matches.some(({ term }) => clauses.has(term.clause) || rivals(alignment, said, term, true).length === 0)) return undefined;
  return alignment.source.terms.find(
    (other) =>
      clauses.has(other.clause) &&
      other.negated === item.term.negated &&
      other.concepts.some((b) => item.term.concepts.some((a) => areOpposite(a, b))),
  );
}

/** Words of a clause that the claim doesn't repeat, before or behind `at`. */
const rivals = ({ source }: Alignment, said: ReadonlySet<Term>, { clause, at }: Term, before: boolean): Term[] =>
  source.terms.filter((term) => term.clause === clause && isHeavy(term) && !said.has(term) && (before ? term.at < at : term.at > at));

const auxiliary = /^(?:is|are|was|were|has|have|had|can|may|must|will|should|do|does|did|cannot)$/;

/** Whether the clause of a word says something else of it: items of an enumeration say nothing by themselves. */
function isSpokenFor(
  alignment: Alignment,
  said: ReadonlySet<Term>,
  { mine, theirs, isBefore }: { mine: Term; theirs: Term; isBefore: boolean },
): boolean {
  const { tokens } = alignment.source;
  if (isBefore) {
    const full = tokens.some((token, at) => token.clause === theirs.clause && at > theirs.at && auxiliary.test(token.norm));
    return (theirs.clause > mine.clause || full) && rivals(alignment, said, theirs, false).length > 0;
  }
  return rivals(alignment, said, theirs, true).some((rival) =>
    tokens
      .slice(rival.at + 1, theirs.at)
      .some(({ norm }) => /^(?:on|in|at|by|with|to|from|for|the|a|auf|mit|bei|fur|el|la|con|en)$/.test(norm)),
  );
}

/**
 * "Budgets are public" from "minutes are public, budgets confidential": two words of the claim that the source has in two clauses of a sentence, the predicate
 * with a subject or object of its own there, the other with another predicate.
 */
function isCrossed(alignment: Alignment, i: number, said: ReadonlySet<Term>): boolean {
  const item = alignment.found[i];
  if (item === undefined || item.matches.length === 0 || !isHeavy(item.term) || !isPredicate(alignment, item)) return false;
  return partners(alignment, i).some((other) => {
    const [mine, theirs] = [inSentence(item, alignment.best), inSentence(other, alignment.best)];
    if (mine.length === 0 || theirs.length === 0 || mine.some((term) => theirs.some(({ clause }) => clause === term.clause))) return false;
    const isBefore = other.term.at < item.term.at;
    return (
      mine.every((term) => rivals(alignment, said, term, isBefore).length > 0 && !hasPronoun(alignment, term.clause)) &&
      theirs.every((term) => mine.every((own) => isSpokenFor(alignment, said, { mine: own, theirs: term, isBefore })))
    );
  });
}

const inSentence = ({ matches }: Found, sentence: number): Term[] =>
  matches.flatMap(({ term }) => (term.sentence === sentence ? [term] : []));

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

/** In another language than the source: what the claim speaks of must be known, its verb alone says too little. */
function unknownSubject({ claim, source, found }: Alignment): boolean {
  if (claim.language === source.language || claim.language !== 'en') return false;
  const verb = claim.tokens.findIndex((token) => auxiliary.test(token.norm));
  const subject = found.filter(({ term }) => term.at < verb && isHeavy(term));
  return subject.length > 0 && subject.every(({ matches, term }) => matches.length === 0 && term.concepts.length === 0);
}

/** Whether the source says what the claim says of the same subject and under the same condition. */
export function checkAttachment(alignment: Alignment): Finding[] {
  if (alignment.source.cells.size > 0) return [];
  const places = [...alignment.found.keys()].slice(0, 60);
  const said = new Set(alignment.found.flatMap(({ matches }) => matches.map(({ term }) => term)));
  const turned = places.flatMap((i) => turnedAround(alignment, i, said) ?? opposedBetween(alignment, i, said) ?? []);
  const apart =
    alignment.claim.language === alignment.source.language
      ? places.filter((i) => isElsewhere(alignment, i) || isOfAnother(alignment, i, said))
      : [];
  const crossed = places.filter((i) => isCrossed(alignment, i, said));
  return [
    ...turned.map((term) => contradicts(`the source has "${term.norm}" there`)),
    ...crossed.map((i) => isMissing(`the source does not say "${alignment.found[i]?.term.norm ?? ''}" of this`)),
    ...apart.map((i) => isMissing(`the source says "${alignment.found[i]?.term.norm ?? ''}" of something else`)),
    ...(unknownSubject(alignment) ? [isMissing('the source does not name what the claim speaks of')] : []),
    ...(swapsCondition(alignment) ? [contradicts('rule and exception have changed places')] : []),
  ];
}
