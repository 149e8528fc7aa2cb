import { isHeavy } from './align.ts';
import type { Alignment, Found } from './align.ts';
import { contradicts } from './findings.ts';
import type { Finding } from './findings.ts';
import type { Term } from './terms.ts';

/** A word the lexicon doesn't know, so that it can't be another word for something it does know. */
const isUnknown = (term: Term): boolean => term.concepts.length === 0 && isHeavy(term);

const exactIn = (found: Found | undefined, sentence: number): Term | undefined =>
  found?.matches.find((match) => match.quality === 1 && match.term.sentence === sentence)?.term;

/** "Compressed with gzip and checked" where the source has "compressed with zstd and checked": an unknown word between the same neighbours. */
function betweenNeighbours({ source, found, best }: Alignment, item: Found, i: number): Term | undefined {
  if (!isUnknown(item.term)) return undefined;
  const before = exactIn(found[i - 1], best);
  const after = exactIn(found[i + 1], best);
  if (before === undefined || (after === undefined && found[i + 1] !== undefined)) return undefined;
  const said = saidIn(found);
  const between = source.terms.filter(
    (term) => term.sentence === best && term.at > before.at && term.at < (after?.at ?? before.at + 6) && !said.has(term),
  );
  return between.length > 2 ? undefined : between.find(isUnknown);
}

const saidIn = (found: readonly Found[]): ReadonlySet<Term> => new Set(found.flatMap(({ matches }) => matches.map((match) => match.term)));
const links = new Set('with by in on at from to for into of as mit durch aus bei con por en'.split(' '));

/** "Opens with a fingerprint" where the source has "opens with a code": other words after the same word and the same preposition. */
function afterPreposition({ claim, source, found, best }: Alignment, item: Found, i: number): Term | undefined {
  const before = found[i - 1];
  if (before === undefined || item.term.at - before.term.at > 4) return undefined;
  const link = claim.tokens[before.term.at + 1]?.norm ?? '';
  if (!links.has(link)) return undefined;
  const said = saidIn(found);
  for (const { term } of before.matches) {
    if (term.sentence !== best || source.tokens[term.at + 1]?.norm !== link) continue;
    const theirs = source.terms.filter(
      (other) =>
        other.sentence === best &&
        other.at > term.at &&
        other.at <= term.at + 7 &&
        isHeavy(other) &&
        other.clause === source.tokens[term.at + 1]?.clause,
    );
    if (theirs.length > 0 && theirs.every((other) => !said.has(other))) return theirs.at(-1);
  }
  return undefined;
}

/** Words that the claim has in the place of other words of the source. */
export function checkSubstitution(alignment: Alignment): Finding[] {
  const { claim, source, found } = alignment;
  if (claim.language !== source.language) return [];
  return found.flatMap((item, i) => {
    if (item.chosen !== undefined || !isHeavy(item.term)) return [];
    const rival = betweenNeighbours(alignment, item, i) ?? afterPreposition(alignment, item, i);
    return rival === undefined ? [] : [contradicts(`"${item.term.norm}" stands where the source has "${rival.norm}"`)];
  });
}
