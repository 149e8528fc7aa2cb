import { isHeavy, nearness } from './align.ts';
import type { Alignment, Found } from './align.ts';
import { contradicts, isMissing } from './findings.ts';
import type { Finding } from './findings.ts';
import type { Term } from './terms.ts';

/** Names compete with names of their shape: codes with codes, words with words. */
const shape = (term: Term): string => (/[\d_./@-]/.test(term.norm) ? 'code' : 'word');

const joins = /^(?:,|、|，|،|and|or|und|oder|y|o|和|或|و|&|\/|the|a|der|die|das|el|la)$/;

/** "Linux, macOS and Windows": items of one enumeration don't compete. */
function areListed({ source }: Alignment, a: number, b: number): boolean {
  if (Math.abs(a - b) > 30) return false;
  const between = source.tokens.slice(Math.min(a, b) + 1, Math.max(a, b));
  return (
    between.some(({ norm }) => joins.test(norm)) &&
    between.every((token) => token.capital || token.kind === 'code' || joins.test(token.norm))
  );
}

/** A name that the claim puts where the source has another. */
function swapped(alignment: Alignment, { term, matches }: Found): Finding | undefined {
  const { source, found } = alignment;
  const skip = (other: Term): boolean => other.name;
  if (shape(term) === 'word' && (term.concepts.length > 0 || matches.some((match) => match.term.at < 5))) return undefined;
  const used = new Set(found.flatMap((item) => item.matches.map((match) => match.term)));
  const own = Math.max(...matches.map((match) => nearness(alignment, match.term.at, { skip })));
  const rivals = source.terms.filter(
    (other) =>
      other.name &&
      !used.has(other) &&
      shape(other) === shape(term) &&
      !matches.some((match) => match.term.stem === other.stem || areListed(alignment, match.term.at, other.at)),
  );
  const rival = rivals.slice(0, 40).reduce<{ term?: Term; score: number }>(
    (best, other) => {
      const score = nearness(alignment, other.at, { skip, inSentence: true });
      return score > best.score ? { term: other, score } : best;
    },
    { score: 0 },
  );
  if (rival.term === undefined || rival.score <= own * 1.3 + 0.25) return undefined;
  return contradicts(`"${term.norm}" stands where the source has "${rival.term.norm}"`);
}

const leads = new Set(
  'a an the with of from by in on for no to its their this into ein eine einen einem einer der die das mit aus un una el la los las con de'.split(
    ' ',
  ),
);

/** "A copper core" where every core of the source is of something else, and copper is spoken of elsewhere. */
function wrongModifier({ found, source, claim }: Alignment): Finding | undefined {
  for (const [i, modifier] of found.entries()) {
    const head = found[i + 1];
    if (head === undefined || head.term.at - modifier.term.at !== 1 || !isHeavy(head.term) || !isHeavy(modifier.term)) continue;
    if (head.matches.length === 0 || modifier.matches.length === 0) continue;
    const rivals = head.matches.map((match) =>
      source.terms.find((other) => other.at === match.term.at - 1 && other.clause === match.term.clause && isHeavy(other)),
    );
    const own = new Set(modifier.matches.map((match) => match.term));
    const others = found.filter((item) => item !== modifier).flatMap((item) => item.matches.map((match) => match.term));
    if (!leads.has(claim.tokens[modifier.term.at - 1]?.norm ?? 'the')) continue;
    const nearby = modifier.matches.some((match) => head.matches.some((other) => other.term.clause === match.term.clause));
    if (!nearby && rivals.every((rival) => rival !== undefined && !own.has(rival) && !others.includes(rival)))
      return contradicts(`"${modifier.term.norm} ${head.term.norm}" where the source has "${rivals[0]?.norm ?? ''} ${head.term.norm}"`);
  }
  return undefined;
}

/** What the names of a claim have against it. */
export function checkNames(alignment: Alignment): Finding[] {
  const named = alignment.found.filter(({ term }) => term.name).slice(0, 24);
  const unknown = named.filter(
    ({ matches, term }) => matches.length === 0 && term.concepts.length === 0 && alignment.claim.language === alignment.source.language,
  );
  const wrong = named.filter(({ matches }) => matches.length > 0).map((item) => swapped(alignment, item));
  return [...unknown.map(({ term }) => isMissing(`the source does not name "${term.norm}"`)), ...wrong, wrongModifier(alignment)].filter(
    (finding) => finding !== undefined,
  );
}
