import { isHeavy } from './align.ts';
import type { Alignment, Found } from './align.ts';
import { isMissing } from './findings.ts';
import type { Finding } from './findings.ts';
import { fold } from './fold.ts';
import { isEnd, oppositesOf } from './lexicon.ts';
import type { Passage } from './passage.ts';
import type { Token } from './tokens.ts';

const exception = /^(?:except|excepting|excluding|ausser|ausgenommen|excepto|salvo|menos|除|除了|الا|عدا|باستثناء)$/;

/** "Sails in fog" from "sails in all weathers except fog": words that the source has only behind an "except". */
function isExcepted({ claim, source, found }: Alignment): Found | undefined {
  if (claim.denying.size > 0 || claim.terms.some(({ negated }) => negated) || claim.tokens.some(({ norm }) => exception.test(norm)))
    return undefined;
  const behind = (at: number): boolean =>
    source.tokens.slice(Math.max(0, at - 4), at).some((token) => token.clause === source.tokens[at]?.clause && exception.test(token.norm));
  return found.find(({ term, matches }) => isHeavy(term) && matches.length > 0 && matches.every((match) => behind(match.term.at)));
}

/** "Out of" stock, or in it. */
function inOrOut({ tokens }: Passage, at: number): 'in' | 'out' | undefined {
  const [one, two] = [tokens[at - 1]?.norm, tokens[at - 2]?.norm];
  if (one === 'of' && two === 'out') return 'out';
  return one === 'in' ? 'in' : undefined;
}

/** "In stock" where the source has "out of stock". */
const isOutside = ({ claim, source, found }: Alignment): Found | undefined =>
  found.find(({ term, matches }) => {
    const mine = inOrOut(claim, term.at);
    return (
      mine !== undefined &&
      matches.length > 0 &&
      matches.every((match) => inOrOut(source, match.term.at) === (mine === 'in' ? 'out' : 'in'))
    );
  });

/** Words at the head of a text name what all of it is about. */
const TOPIC = 2;

/** "Closed" for "not open", "ended" for "no longer": the claim denies by its choice of words. */
function deniesByWord({ claim, source }: Alignment): (clause: number) => boolean {
  const mine = new Set(claim.terms.flatMap(({ concepts }) => concepts));
  if ([...mine].some(isEnd)) return () => true;
  const opposed = new Set([...mine].flatMap(oppositesOf));
  const clauses = new Set(
    source.terms.filter(({ concepts }) => concepts.some((concept) => opposed.has(concept))).map(({ clause }) => clause),
  );
  return (clause) => clauses.has(clause);
}

/** Words that the source has only in clauses that deny, in a claim that denies nothing. */
function onlyDenied(alignment: Alignment): Found | undefined {
  const { claim, source, found } = alignment;
  if (claim.denying.size > 0 || claim.terms.some(({ negated }) => negated)) return undefined;
  const isSaidByWord = deniesByWord(alignment);
  return found.find(
    ({ term, matches }) =>
      isHeavy(term) &&
      matches.length > 0 &&
      matches.every(
        (match) =>
          match.opposite !== true && match.term.at >= TOPIC && source.denied.has(match.term.clause) && !isSaidByWord(match.term.clause),
      ),
  );
}

const rare = new Set(
  'hardly barely scarcely rarely seldom few kaum selten wenige apenas raramente rara pocos pocas 很少 几乎不 很难 نادرا قلما'
    .split(' ')
    .map(fold),
);
const isRare = (tokens: readonly Token[]): boolean => tokens.some((token, i) => rare.has(token.norm) && tokens[i - 1]?.norm !== 'a');

/** "Rarely" on one side only; a denial on the other doesn't say the same. */
function rarity({ claim, source, found, best }: Alignment): boolean {
  const clauses = new Set(
    found.flatMap(({ term, chosen }) => (isHeavy(term) && chosen?.term.sentence === best ? [chosen.term.clause] : [])),
  );
  return isRare(claim.tokens) !== isRare(source.tokens.filter((token) => clauses.has(token.clause)));
}

/** What the source denies without the claim denying it too: by a "not" elsewhere in the clause, an "except", an "out of", a "rarely". */
export function checkDenials(alignment: Alignment): Finding[] {
  if (alignment.source.cells.size > 0) return [];
  const denied = onlyDenied(alignment) ?? isExcepted(alignment) ?? isOutside(alignment);
  return [
    ...(denied === undefined ? [] : [isMissing(`the source denies something of "${denied.term.norm}"`)]),
    ...(rarity(alignment) ? [isMissing('one of the two says "rarely"')] : []),
  ];
}
