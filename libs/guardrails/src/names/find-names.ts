import type { Finding, Scene } from '../personal/finding.ts';
import type { FindingKind } from '../personal/kinds.ts';
import { labels } from './features.ts';
import { findGroupsOfPeople } from './groups-of-people.ts';
import { tag, type TaggerModel } from './tagger.ts';
import { shape, type Tokens, tokensOf } from './tokens.ts';

const kindOf: readonly (FindingKind | undefined)[] = labels.map((label) => (label === 'none' ? undefined : label));

/** Margin, in units of weight, at which a finding counts as even. */
const evenMargin = 60;
const scoreOf = (margin: number): number => Math.round((0.4 + 0.45 * (margin / (margin + evenMargin))) * 100) / 100;

/** A finding begins and ends with a word or a number. */
const isEdge = (tokens: Tokens, i: number): boolean => (tokens.shapes[i] ?? shape.sign) < shape.lineEnd;

/** Small words alone are no name, unless the whole text is written small. */
function isNameLike(tokens: Tokens, first: number, last: number): boolean {
  for (let i = first; i <= last; i += 1) {
    const form = tokens.shapes[i] ?? shape.sign;
    if (form !== shape.lower && form < shape.lineEnd) return true;
  }
  return false;
}

interface Run {
  readonly kind: FindingKind;
  readonly first: number;
  readonly last: number;
  readonly margin: number;
}

/** Words of one label side by side, without signs at either end. */
function runsOf(tokens: Tokens, model: TaggerModel): Run[] {
  const { tags, margins } = tag(tokens, model);
  const runs: Run[] = [];
  for (let i = 0; i < tokens.count; i += 1) {
    const kind = kindOf[tags[i] ?? 0];
    if (kind === undefined) continue;
    let [first, last] = [i, i];
    let margin = margins[i] ?? 0;
    while (tags[last + 1] === tags[i]) {
      last += 1;
      margin = Math.max(margin, margins[last] ?? 0);
    }
    i = last;
    while (first < last && !isEdge(tokens, first)) first += 1;
    while (last > first && !isEdge(tokens, last)) last -= 1;
    if (isEdge(tokens, first)) runs.push({ kind, first, last, margin });
  }
  return runs;
}

const partsOfAddress: ReadonlySet<FindingKind> = new Set<FindingKind>(['address', 'place']);
/** Signs and line ends between the lines of one address. */
const longestGap = 3;

/** Street, town, country and postcode that follow each other are one address. */
function joined(tokens: Tokens, runs: readonly Run[]): Run[] {
  const out: Run[] = [];
  for (const run of runs) {
    const last = out[out.length - 1];
    if (last?.kind !== 'address' || !partsOfAddress.has(run.kind) || !isGap(tokens, last.last + 1, run.first)) out.push(run);
    else out[out.length - 1] = { kind: 'address', first: last.first, last: run.last, margin: Math.max(last.margin, run.margin) };
  }
  return out;
}

function isGap(tokens: Tokens, from: number, to: number): boolean {
  if (to - from > longestGap) return false;
  for (let i = from; i < to; i += 1) if (isEdge(tokens, i)) return false;
  return true;
}

/** Where somebody lives has a number, or says street and town in several words. */
const isAddressLike = (tokens: Tokens, { first, last }: Run): boolean => {
  if (last - first >= 3) return true;
  for (let i = first; i <= last; i += 1)
    if ((tokens.shapes[i] ?? 0) >= shape.digits && (tokens.shapes[i] ?? 0) < shape.caseless) return true;
  return false;
};

const gluedBefore = /[\p{L}\p{N}_=$\\@]/u;
const gluedAfter = /[\p{L}\p{N}_=@\\(]/u;

/** Part of an identifier, a digest or an assignment. */
const isGlued = ({ text, starts, ends }: Tokens, { first, last }: Run): boolean =>
  gluedBefore.test(text.charAt((starts[first] ?? 0) - 1)) || gluedAfter.test(text.charAt(ends[last] ?? 0));

/** No name and no address is longer. */
const longestName = 320;

const isKept = (tokens: Tokens, run: Run): boolean =>
  (tokens.ends[run.last] ?? 0) - (tokens.starts[run.first] ?? 0) <= longestName &&
  !isGlued(tokens, run) &&
  isNameLike(tokens, run.first, run.last) &&
  (run.kind !== 'address' || isAddressLike(tokens, run));

/** Names, places, organisations, addresses and titles, by a small trained model: neither all of them nor only them. */
export function findNames({ text }: Pick<Scene, 'text'>, model: TaggerModel): Finding[] {
  const tokens = tokensOf(text);
  const named = joined(tokens, runsOf(tokens, model))
    .filter((run) => isKept(tokens, run))
    .map(({ kind, first, last, margin }) => ({
      kind,
      start: tokens.starts[first] ?? 0,
      end: tokens.ends[last] ?? 0,
      score: scoreOf(margin),
    }));
  return [...named, ...findGroupsOfPeople(tokens)];
}
