import { isHeavy } from './align.ts';
import type { Alignment, Found } from './align.ts';
import { conditional } from './cues.ts';
import { contradicts } from './findings.ts';
import type { Finding } from './findings.ts';
import { areOpposite, conceptNamed, isNegator } from './lexicon.ts';
import type { Passage } from './passage.ts';
import type { Term } from './terms.ts';

/** Clauses that deny: by a "not", or by a word such as "forbidden" that isn't denied itself. */
function deniedClauses({ terms, denying }: Passage): ReadonlySet<number> {
  const denied = new Set<number>();
  const settled = new Set<number>();
  for (const term of terms) {
    if (!term.concepts.some(isNegator)) continue;
    settled.add(term.clause);
    if (!term.negated) denied.add(term.clause);
  }
  for (const term of terms) if (term.negated && !settled.has(term.clause)) denied.add(term.clause);
  for (const clause of denying) if (!settled.has(clause)) denied.add(clause);
  return denied;
}

const weak = new Set(['end', 'stop', 'close', 'lose', 'delete', 'disable', 'cancel', 'exclude', 'fail'].map(conceptNamed));
const over = new Set(['end', 'stop', 'cancel', 'delete', 'disable'].map(conceptNamed));
const isOver = (term: Term): boolean => term.concepts.some((concept) => over.has(concept));

/** What isn't paid is free, what isn't open is closed: a denial on one side and the opposite on the other say the same. */
const settles = new Set(
  ['pay', 'cost', 'free', 'open', 'close', 'allow', 'forbid', 'accept', 'refuse', 'include', 'exclude', 'keep', 'delete', 'lose'].map(
    conceptNamed,
  ),
);
const isWeak = (term: Term): boolean => term.concepts.some((concept) => weak.has(concept));

/** Ends, closings and losses of one side that the other side doesn't name stand in for a negation there. */
function unspokenDenial({ claim, source, found, best }: Alignment): boolean {
  const mine = found.some(({ term, chosen }) => chosen === undefined && isWeak(term));
  if (mine) return source.terms.some((term) => term.negated && term.sentence === best);
  const said = new Set(found.flatMap(({ matches }) => matches.map((match) => match.term)));
  const clauses = new Set(
    found.flatMap(({ matches, term }) =>
      isHeavy(term) ? matches.filter((match) => match.term.sentence === best).map((match) => match.term.clause) : [],
    ),
  );
  const isOpposed = ({ term, matches }: Found): boolean =>
    source.terms.some(
      (other) =>
        clauses.has(other.clause) &&
        !matches.some((match) => match.term.clause === other.clause) &&
        other.concepts.some((b) => term.concepts.some((a) => settles.has(a) && areOpposite(a, b))),
    );
  if (found.some(({ chosen }) => chosen?.opposite === true)) return true;
  if (found.some((item) => item.term.negated && !item.term.concepts.some(isNegator) && isOpposed(item))) return true;
  return (
    claim.terms.some((term) => term.negated) && source.terms.some((term) => clauses.has(term.clause) && isWeak(term) && !said.has(term))
  );
}

/** The claim repeats words of a clause that begins with "unless": what holds there is turned around. */
function meetsCondition({ source, found }: Alignment): boolean {
  const clauses = new Set(source.tokens.filter((token) => conditional.has(token.norm)).map((token) => token.clause));
  return found.some(({ term, matches }) => isHeavy(term) && matches.some((match) => clauses.has(match.term.clause)));
}

/** "Only if the whole order is returned" says that otherwise it isn't. */
const exclusiveCondition = ({ source, best }: Alignment): boolean =>
  source.tokens.some(
    (token, at) =>
      token.sentence === best &&
      /^(?:only|nur|solo|只有|فقط)$/.test(token.norm) &&
      /^(?:if|when|wenn|si|cuando|from|between)$/.test(source.tokens[at + 1]?.norm ?? ''),
  );

interface Sides {
  readonly mine: ReadonlySet<number>;
  readonly theirs: ReadonlySet<number>;
}

/** A word that is denied on one side only; clauses that are denied on both sides agree whatever their word order. */
function differs({ term, chosen }: Found, { mine, theirs }: Sides): boolean {
  if (chosen === undefined || term.negated === chosen.term.negated) return false;
  return !(mine.has(term.clause) && theirs.has(chosen.term.clause));
}

/** Tokens at the head of a text that hold its subject. */
const SUBJECT = 2;

const weigh = (items: readonly Found[]): number => items.reduce((sum, { term }) => sum + term.weight, 0);

/** Every place where the source has the word denies it and the claim doesn't, or the other way round. */
const always = (found: Found, sides: Sides): boolean => found.matches.every((match) => differs({ ...found, chosen: match }, sides));

/** Two neighbouring words of the claim that the source has only in a clause that denies, while the claim denies nothing. */
function deniedPhrase({ found }: Alignment, { mine, theirs }: Sides): boolean {
  return found.some((a, i) => {
    const b = found[i + 1];
    if (
      b === undefined ||
      !isHeavy(a.term) ||
      !isHeavy(b.term) ||
      b.term.at - a.term.at > 2 ||
      mine.has(a.term.clause) ||
      mine.has(b.term.clause)
    )
      return false;
    const clauses = [...a.matches, ...b.matches].map((match) => match.term.clause);
    return a.matches.length > 0 && b.matches.length > 0 && clauses.every((clause) => clause === clauses[0] && theirs.has(clause));
  });
}

/** Clauses whose verb says that something has ended, without the claim saying so. */
function endedClauses({ source, claim }: Alignment, said: ReadonlySet<Term>): Set<number> {
  if (claim.terms.some(isOver)) return new Set();
  return new Set(source.terms.filter((term) => isOver(term) && !said.has(term) && !term.negated).map((term) => term.clause));
}

/** A clause that the source denies or says has ended, and that the claim repeats for the most part without that: "none have been seen since". */
function repeatsDenied(alignment: Alignment, { mine, theirs }: Sides): boolean {
  const { claim, source, found, anchors } = alignment;
  if (mine.size > 0 || claim.terms.length === 0) return false;
  const said = new Set(found.flatMap(({ matches }) => matches.map((match) => match.term)));
  const anchored = new Set(anchors.flatMap(({ at }) => at));
  const numbers = [...source.whens, ...source.quantities];
  const ended = endedClauses(alignment, said);
  return [...theirs, ...ended].some((clause) => {
    const terms = source.terms.filter((term) => term.clause === clause && !(ended.has(clause) && isOver(term)));
    const here = numbers.filter(({ from }) => source.tokens[from]?.clause === clause);
    const all = terms.reduce((sum, term) => sum + term.weight, here.length);
    const repeated = terms.reduce(
      (sum, term) => sum + (said.has(term) ? term.weight : 0),
      here.filter(({ from }) => anchored.has(from)).length,
    );
    return all > 0 && repeated >= 0.75 * all;
  });
}

/** A clause of the claim that denies, though no sentence that has its words denies anything. */
function deniesAlone({ claim, source, found }: Alignment, { mine, theirs }: Sides): boolean {
  const denying = new Set(source.tokens.filter((token) => theirs.has(token.clause)).map((token) => token.sentence));
  const conditional = new Set(
    claim.tokens.filter((token) => /^(?:if|when|unless|whether|wenn|falls|si|cuando|如果)$/.test(token.norm)).map((token) => token.clause),
  );
  return [...mine].some((clause) => {
    if (conditional.has(clause)) return false;
    const said = found.filter(({ term, chosen }) => term.clause === clause && chosen !== undefined);
    return said.length > 0 && said.every(({ matches }) => !matches.some((match) => denying.has(match.term.sentence)));
  });
}

/** Clauses of a sentence that go on with the subject of the one before. */
function joinedClauses({ tokens }: Passage, sentence: number): ReadonlySet<number> {
  const first = tokens.filter((token, i) => token.sentence === sentence && tokens[i - 1]?.clause !== token.clause);
  return new Set(first.filter((token) => /^(?:and|und|y|then|therefore)$/.test(token.norm)).map((token) => token.clause));
}

/** Words of the claim whose opposite stands in the sentence it follows. */
function opposites({ found, source, best, anchors }: Alignment): { readonly mine: Term; readonly theirs: Term }[] {
  const clauses = new Set(found.flatMap(({ chosen }) => (chosen === undefined ? [] : [chosen.term.clause])));
  const joined = joinedClauses(source, best);
  const continues = (clause: number): boolean =>
    [1, 2, 3].some((back) => clauses.has(clause - back) && [...Array(back).keys()].every((i) => joined.has(clause - i)));
  const inBest = source.terms.filter((term) => term.sentence === best && (clauses.has(term.clause) || continues(term.clause)));
  const anchored = anchors.flatMap(({ at }) => at.map((token) => source.tokens[token]?.sentence));
  return found.flatMap(({ term, matches }) => {
    const elsewhere =
      anchors.every(({ at }) => at.length > 0) &&
      anchored.includes(best) &&
      !matches.some((match) => match.term.sentence === best || anchored.includes(match.term.sentence));
    if (matches.length > 0 && !elsewhere) return [];
    const theirs = inBest.find(
      (other) =>
        other.concepts.some((b) => term.concepts.some((a) => areOpposite(a, b))) &&
        !other.concepts.some((b) => term.concepts.includes(b)) &&
        other.negated === term.negated,
    );
    return theirs === undefined ? [] : [{ mine: term, theirs }];
  });
}

/** Words that the best sentence denies and the claim doesn't, or the other way round: most of what they share, or a word that is denied everywhere. */
function deniedWords({ found, best }: Alignment, sides: Sides): readonly Found[] {
  const inBest = found.filter(({ chosen }) => chosen?.term.sentence === best);
  const differing = inBest.filter((item) => differs(item, sides));
  if (differing.length > 0 && weigh(differing) >= 0.5 * weigh(inBest)) return differing;
  const bothDeny =
    sides.mine.size > 0 && inBest.some(({ term, chosen }) => isHeavy(term) && chosen !== undefined && sides.theirs.has(chosen.term.clause));
  return bothDeny ? [] : found.filter((item) => isFirm(item) && always(item, sides));
}

/** A word that can stand for the statement: no name, no little word, not the subject that the text opens with. */
const isFirm = ({ term, matches }: Found): boolean => isHeavy(term) && !term.name && matches.some((match) => match.term.at >= SUBJECT);

const isExcused = (alignment: Alignment): boolean =>
  unspokenDenial(alignment) || meetsCondition(alignment) || exclusiveCondition(alignment);

/** What negations and opposites have against a claim: an odd number of turns. `outside`: it speaks of a time that the source's rule doesn't cover. */
export function checkPolarity(alignment: Alignment, outside: boolean): Finding[] {
  const sides = { mine: deniedClauses(alignment.claim), theirs: deniedClauses(alignment.source) };
  const denied = deniedWords(alignment, sides);
  const found = opposites(alignment);
  const explicit = denied.length > 0 || deniedPhrase(alignment, sides) || deniesAlone(alignment, sides);
  const turned = explicit ? found.filter(({ mine, theirs }) => !mine.concepts.some(isNegator) && !theirs.concepts.some(isNegator)) : found;
  const denies = explicit || (turned.length === 0 && repeatsDenied(alignment, sides));
  const turns = (denies ? 1 : 0) + turned.length;
  if (turns === 0 || (turns + (outside || isExcused(alignment) ? 1 : 0)) % 2 === 0) return [];
  const words = [...denied.map(({ term }) => `"${term.norm}"`), ...turned.map(({ mine, theirs }) => `"${mine.norm}" for "${theirs.norm}"`)];
  return [
    { ...contradicts(`the source says the opposite${words.length === 0 ? '' : ` of ${words.slice(0, 3).join(', ')}`}`), kind: 'polarity' },
  ];
}
