import { isHeavy } from './align.ts';
import type { Alignment, Found } from './align.ts';
import { contradicts } from './findings.ts';
import type { Finding } from './findings.ts';
import { areOpposite } from './lexicon.ts';
import type { Passage } from './passage.ts';
import type { Term } from './terms.ts';

const heavyOf = ({ terms }: Passage, clause: number): Term[] => terms.filter((term) => term.clause === clause && isHeavy(term));

const standsIn = ({ matches }: Found, clause: number): boolean => matches.some((match) => match.term.clause === clause);

function byClause(found: readonly Found[]): Found[][] {
  const groups = new Map<number, Found[]>();
  for (const item of found) if (isHeavy(item.term)) groups.set(item.term.clause, [...(groups.get(item.term.clause) ?? []), item]);
  return [...groups.values()];
}

interface Near {
  readonly clause: number;
  readonly lacking: Found;
}

/** The clauses of the source that have all but one of the words, and the word that each lacks though the source has it elsewhere. */
function allButOne(group: readonly Found[]): Near[] {
  const clauses = [...new Set(group.flatMap(({ matches }) => matches.map((match) => match.term.clause)))];
  if (group.length < 3 || clauses.some((clause) => group.every((item) => standsIn(item, clause)))) return [];
  return clauses.flatMap((clause) => {
    const lacking = group.filter((item) => !standsIn(item, clause));
    const [only] = lacking;
    return lacking.length === 1 && only !== undefined && only.matches.length > 0 ? [{ clause, lacking: only }] : [];
  });
}

/** Whether two words stand before the same word: "the grey bin", "the brown bin". */
function sameHead(group: readonly Found[], mine: Term, theirs: Term): boolean {
  const head = group.find(({ term }) => term.at === mine.at + 1);
  return head !== undefined && head.matches.some((match) => match.term.at === theirs.at + 1);
}

/** Whether both come first in their clauses, as subjects do. */
function bothFirst({ source }: Alignment, group: readonly Found[], lacking: Found, theirs: Term): boolean {
  if (group[0] !== lacking || heavyOf(source, theirs.clause)[0] !== theirs) return false;
  return lacking.matches.some((match) => heavyOf(source, match.term.clause)[0] === match.term);
}

function rivalOf(alignment: Alignment, group: readonly Found[], { clause, lacking }: Near): Term | undefined {
  const mine = alignment.found.filter((item) => item.term.clause === lacking.term.clause);
  const said = new Set(mine.flatMap(({ matches }) => matches.map((match) => match.term)));
  return heavyOf(alignment.source, clause).find((theirs) => {
    if (said.has(theirs) || theirs.sentence !== alignment.best || theirs.name !== lacking.term.name) return false;
    const opposite = theirs.concepts.some((b) => lacking.term.concepts.some((a) => areOpposite(a, b)));
    return opposite || sameHead(group, lacking.term, theirs) || bothFirst(alignment, group, lacking, theirs);
  });
}

function swapIn(alignment: Alignment, group: readonly Found[]): Finding | undefined {
  if (alignment.claim.terms.some((term) => term.negated)) return undefined;
  for (const near of allButOne(group)) {
    const rival = rivalOf(alignment, group, near);
    if (rival !== undefined) return contradicts(`"${near.lacking.term.norm}" stands where the source has "${rival.norm}"`);
  }
  return undefined;
}

/** Words of the claim that the source has, but in the place of another: "the male sits on the eggs" where the female does. */
export function checkRoles(alignment: Alignment): Finding[] {
  return byClause(alignment.found.slice(0, 60)).flatMap((group) => swapIn(alignment, group) ?? []);
}
