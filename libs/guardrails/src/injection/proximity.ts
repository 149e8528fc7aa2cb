import type { Idea } from './ideas.ts';
import type { Mention } from './lexicon.ts';
import type { ProximityRule } from './rules.ts';

/** A signal met at a word of the text. */
export interface Hit {
  readonly signal: string;
  readonly weight: number;
  readonly at: number;
}

type Positions = ReadonlyMap<Idea, readonly number[]>;

/** Ascending word positions of every idea. */
export function positionsOf(mentions: readonly Mention<Idea>[]): Positions {
  const positions = new Map<Idea, number[]>();
  for (const { idea, at } of mentions) {
    const known = positions.get(idea);
    if (known === undefined) positions.set(idea, [at]);
    else if (known[known.length - 1] !== at) known.push(at);
  }
  return positions;
}

/** Index of the first position >= `from`. */
function firstFrom(positions: readonly number[], from: number): number {
  let low = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((positions[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A position in [from, to] that no other idea of the rule has taken. */
function free(positions: readonly number[], from: number, to: number, taken: readonly number[]): number | undefined {
  for (let i = firstFrom(positions, from); i < positions.length && (positions[i] ?? 0) <= to; i += 1) {
    const position = positions[i] ?? 0;
    if (!taken.includes(position)) return position;
  }
  return undefined;
}

function holdsAt(rule: ProximityRule, positions: Positions, anchor: number): boolean {
  const taken = [anchor];
  for (const idea of rule.ideas.slice(1)) {
    const from = rule.ordered === true ? anchor : anchor - rule.within;
    const position = free(positions.get(idea) ?? [], from, anchor + rule.within, taken);
    if (position === undefined) return false;
    taken.push(position);
  }
  return true;
}

function repeated(rule: ProximityRule, anchors: readonly number[], i: number): boolean {
  const times = rule.times ?? 1;
  const first = anchors[i - times + 1];
  return first !== undefined && (anchors[i] ?? 0) - first <= rule.within;
}

/** Every place where the rule fires, ascending. Bounded work per mention: positions inside a window are at most its width. */
export function hitsOf(rule: ProximityRule, positions: Positions): Hit[] {
  const anchors = positions.get(rule.ideas[0]) ?? [];
  if (anchors.length === 0 || rule.ideas.some((idea) => !positions.has(idea))) return [];
  const { signal, weight } = rule;
  const holds =
    rule.times === undefined ? (i: number) => holdsAt(rule, positions, anchors[i] ?? 0) : (i: number) => repeated(rule, anchors, i);
  return anchors.flatMap((at, i) => (holds(i) ? [{ signal, weight, at }] : []));
}
