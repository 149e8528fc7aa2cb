import { finderOf } from './match.ts';
import type { Finder, Match } from './match.ts';
import type { Passage } from './passage.ts';
import type { Term } from './terms.ts';

/** A term of the claim with everything in the source that says the same. */
export interface Found {
  readonly term: Term;
  readonly matches: readonly Match[];
  /** The match in the sentence that the claim follows most closely, or else the best one anywhere. */
  readonly chosen: Match | undefined;
}

/** A number or date of the claim (its first token) and the tokens of the source where it stands again. */
export interface Anchor {
  readonly mine: number;
  readonly at: readonly number[];
}

/** How a claim lies on its source. `coverage`: share of what the claim says that the source says anywhere; `local`: in the one sentence `best`. Both 0 to 1. */
export interface Alignment {
  readonly claim: Passage;
  readonly source: Passage;
  readonly found: readonly Found[];
  readonly best: number;
  readonly coverage: number;
  readonly local: number;
  readonly scores: ReadonlyMap<number, number>;
  readonly anchors: readonly Anchor[];
}

/** A source made ready for many claims. */
export interface Prepared {
  readonly passage: Passage;
  readonly finder: Finder;
}

export const prepare = (source: Passage): Prepared => ({ passage: source, finder: finderOf(source) });

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

/** Tokens at the head of a text that name what it is about. */
const TOPIC = 4;
const CARRIED = 0.25;

/** "It" and "they" stand for words of the sentence before, or for the subject of the text. */
function carry(scores: Map<number, number>, named: ReadonlyMap<number, number>, term: Term, isTopic: boolean): void {
  const heirs = isTopic ? [...scores.keys()] : [...named.keys()].map((sentence) => sentence + 1);
  for (const sentence of heirs)
    if (!named.has(sentence) && scores.has(sentence)) scores.set(sentence, (scores.get(sentence) ?? 0) + CARRIED * term.weight);
}

function sentenceScores(
  found: readonly { readonly term: Term; readonly matches: readonly Match[] }[],
  extra: ReadonlyMap<number, number>,
): Map<number, number> {
  const scores = new Map<number, number>(extra);
  for (const { term, matches } of found) {
    const best = new Map<number, number>();
    for (const match of matches) best.set(match.term.sentence, Math.max(best.get(match.term.sentence) ?? 0, match.quality));
    for (const [sentence, quality] of best) scores.set(sentence, (scores.get(sentence) ?? 0) + term.weight * quality);
    carry(
      scores,
      best,
      term,
      matches.some((match) => match.term.at < TOPIC),
    );
  }
  return scores;
}

const bestOf = (scores: ReadonlyMap<number, number>): number =>
  [...scores].reduce((best, entry) => (entry[1] > best[1] + 1e-9 ? entry : best), [-1, 0] as [number, number])[0];

function choose(matches: readonly Match[], scores: ReadonlyMap<number, number>, best: number): Match | undefined {
  const rank = (match: Match): number => match.quality + (match.term.sentence === best ? 10 : (scores.get(match.term.sentence) ?? 0) / 100);
  return matches.length === 0 ? undefined : matches.reduce((a, b) => (rank(b) > rank(a) ? b : a));
}

function anchored(anchors: readonly Anchor[], source: Passage): Map<number, number> {
  const scores = new Map<number, number>();
  for (const { at } of anchors)
    for (const sentence of new Set(at.map((token) => source.tokens[token]?.sentence ?? 0)))
      scores.set(sentence, (scores.get(sentence) ?? 0) + 1);
  return scores;
}

/** "Closed" is said by "not open" too: then the opposite word counts, as denied as the claim's own. */
function matchesOf(term: Term, finder: Finder): readonly Match[] {
  const same = finder.find(term);
  if (same.length > 0) return same;
  return finder
    .opposite(term)
    .filter((theirs) => theirs.not !== term.not)
    .map((theirs) => ({ term: { ...theirs, negated: term.negated }, quality: 0.8, opposite: true as const }));
}

/** Lays a claim on a source; `anchors`: its numbers and dates that the source has too. */
export function align(claim: Passage, source: Prepared, anchors: readonly Anchor[]): Alignment {
  const matched = claim.terms.map((term) => ({ term, matches: matchesOf(term, source.finder) }));
  const scores = sentenceScores(matched, anchored(anchors, source.passage));
  const best = bestOf(scores);
  const found = matched.map((item) => ({ ...item, chosen: choose(item.matches, scores, best) }));
  const total = sum(found.map(({ term }) => term.weight)) || 1;
  const quality = (matches: readonly Match[]): number => matches.reduce((most, match) => Math.max(most, match.quality), 0);
  const inBest = (matches: readonly Match[]): readonly Match[] => matches.filter((match) => match.term.sentence === best);
  return {
    claim,
    source: source.passage,
    found,
    best,
    scores,
    anchors,
    coverage: claim.terms.length === 0 ? 0 : sum(found.map(({ term, matches }) => term.weight * quality(matches))) / total,
    local: claim.terms.length === 0 ? 0 : sum(found.map(({ term, matches }) => term.weight * quality(inBest(matches)))) / total,
  };
}

/** How much a word at `there` counts for what stands at `here`: less with distance, two thirds a clause, little in the next sentence. In a table, row and column count. */
function share(source: Passage, here: number, there: number, inSentence: boolean): number {
  const [a, b] = [source.tokens[here], source.tokens[there]];
  if (a === undefined || b === undefined) return 0;
  const [cell, other] = [source.cells.get(here), source.cells.get(there)];
  if (cell !== undefined && other !== undefined && cell.table === other.table) {
    if (cell.row === other.row) return 0.9;
    return other.row === 0 && cell.column === other.column ? 0.9 : 0;
  }
  const apart = Math.abs(b.sentence - a.sentence);
  if (apart > 1 || (inSentence && apart > 0)) return 0;
  return apart === 1 ? 0.15 : 0.65 ** Math.min(3, Math.abs(b.clause - a.clause)) / (1 + Math.abs(there - here) / 12);
}

/** A name tells places apart better than another word. */
const NAMED = 1.6;

/** How closely the claim's words, numbers and dates stand around token `at` of the source; `mine` is the claim's number or date itself, `skip` leaves out words. */
export function nearness(
  { found, source, anchors }: Alignment,
  at: number,
  {
    skip,
    mine,
    inSentence = false,
  }: { readonly skip?: (term: Term) => boolean; readonly mine?: number; readonly inSentence?: boolean } = {},
): number {
  let total = 0;
  for (const { term, matches } of found) {
    if (skip?.(term) === true) continue;
    const weight = term.name ? term.weight * NAMED : term.weight;
    total += weight * matches.reduce((most, match) => Math.max(most, match.quality * share(source, at, match.term.at, inSentence)), 0);
  }
  for (const anchor of anchors)
    if (anchor.mine !== mine)
      total += anchor.at.reduce((most, there) => (there === at ? most : Math.max(most, share(source, at, there, inSentence))), 0);
  return total;
}

/** Whether a name of the claim stands in the sentence of one place of the source and not in that of the other. */
export function nameParts({ found, source }: Alignment, here: number, there: number): boolean {
  const [a, b] = [source.tokens[here]?.sentence, source.tokens[there]?.sentence];
  return (
    a !== b &&
    found.some(
      ({ term, matches }) =>
        term.name && matches.some((match) => match.term.sentence === b) && !matches.some((match) => match.term.sentence === a),
    )
  );
}

/** Whether the word belongs to the subject matter rather than to a list of little words. */
export const isHeavy = (term: Term): boolean => term.weight >= 0.7;
