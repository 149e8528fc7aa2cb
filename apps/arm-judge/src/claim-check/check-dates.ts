import { nearness } from './align.ts';
import type { Alignment } from './align.ts';
import { exclusive, has, ofSentence, other } from './cues.ts';
import { kindOf, place } from './date-ranges.ts';
import type { Range } from './date-ranges.ts';
import type { When } from './dates.ts';
import { contradicts, isMissing } from './findings.ts';
import type { Finding } from './findings.ts';
import { inOneList } from './lists.ts';
import type { Passage } from './passage.ts';

/** Times of one kind that are weighed against each other. */
const MOST = 30;

const fields = ['year', 'month', 'day', 'weekday', 'minute', 'second'] as const;

const sameMinute = (a: When, b: When): boolean =>
  a.minute === b.minute || ((a.sure === false || b.sure === false) && (a.minute ?? 0) % 720 === (b.minute ?? 0) % 720);

/** Whether two times can be the same: all that both name is equal, and the claim names nothing finer than the source. */
export function sameTime(claim: When, source: When): boolean {
  const shared = fields.filter((field) => claim[field] !== undefined && source[field] !== undefined);
  if (shared.length === 0) return false;
  if (!shared.every((field) => (field === 'minute' ? sameMinute(claim, source) : claim[field] === source[field]))) return false;
  return !(claim.day !== undefined && source.day === undefined) && !(claim.second !== undefined && source.second === undefined);
}

/** Whether `when` lies in the range; a range may run over the end of the week, day or year. */
function inside(when: When, { from, to }: Range): boolean {
  const [low, high] = [place(from), place(to, true)];
  const [first, last] = [place(when), place(when, true)];
  return low <= high ? first >= low && last <= high : first >= low || last <= high;
}

const endpoint =
  /^(?:until|till|by|from|since|between|through|before|after|bis|ab|seit|vor|nach|vom|hasta|desde|antes|直到|起|حتي|منذ|قبل)$/;
const isEndpoint = (passage: Passage, when: When): boolean =>
  [passage.tokens[when.from - 1], passage.tokens[when.from - 2]].some((token) => token !== undefined && endpoint.test(token.norm)) ||
  passage.ranges.some(({ from, to }) => from === when || to === when);

const written = (passage: Passage, { from, to }: When): string =>
  passage.text.slice(passage.tokens[from]?.start ?? 0, passage.tokens[to - 1]?.end ?? 0);

/** Index of the source's sentence that the claim's words, its dates left aside, follow most closely. */
const followed = ({ scores, best }: Alignment): number =>
  scores.size === 0 ? best : [...scores].reduce((a, b) => (b[1] > a[1] ? b : a))[0];

/** "On other days": a day that the source doesn't name, when the claim follows the sentence on the others. */
function byRest({ claim, source, scores }: Alignment, mine: When): 'implied' | 'open' {
  if (kindOf(mine) === 'year' || kindOf(mine) === 'clock' || isEndpoint(claim, mine)) return 'open';
  const highest = Math.max(...scores.values());
  const rest = source.tokens.filter((token) => other.has(token.norm)).map((token) => token.sentence);
  return rest.some((sentence) => (scores.get(sentence) ?? 0) >= highest - 1e-9) ? 'implied' : 'open';
}

/** A date within or beyond a range of the source: implied (undefined), contradicted, or not settled by ranges ("open"). */
function byRange(alignment: Alignment, mine: When): Finding | 'implied' | 'open' {
  const { claim, source } = alignment;
  if (isEndpoint(claim, mine)) return 'open';
  const known = source.ranges.filter((range) => kindOf(range.from) === kindOf(mine));
  if (known.length === 0) return byRest(alignment, mine);
  const ends = known.slice(0, MOST).flatMap((range) => [range.from, range.to]);
  const bound = (when: When): number => nearness(alignment, when.from, { mine: mine.from });
  const single = source.whens.filter((when) => kindOf(when) === kindOf(mine) && !ends.includes(when)).slice(0, MOST);
  if (Math.max(0, ...single.map(bound)) > Math.max(...ends.map(bound)) * 1.25) return 'open';
  const text = written(claim, mine);
  const sentence = ofSentence(source.tokens, followed(alignment));
  if (known.some((range) => inside(mine, range))) {
    return has(sentence, other) && !has(claim.tokens, other)
      ? contradicts(`"${text}" lies within the time that the source sets apart`)
      : 'implied';
  }
  if (has(source.tokens, other) || has(claim.tokens, exclusive) || claim.terms.some((term) => term.negated)) return 'implied';
  return contradicts(`"${text}" lies outside the time that the source gives`);
}

interface Scored {
  readonly when: When;
  readonly score: number;
}

/** The time of the source that the claim's words stand closest around. */
const closest = (alignment: Alignment, mine: When, whens: readonly When[]): Scored | undefined =>
  whens
    .map((when) => ({ when, score: nearness(alignment, when.from, { mine: mine.from }) }))
    .reduce<Scored | undefined>((a, b) => (a === undefined || b.score > a.score ? b : a), undefined);

function unmatched(alignment: Alignment, mine: When): Finding | undefined {
  const { claim, source } = alignment;
  const settled = byRange(alignment, mine);
  if (settled === 'implied') return undefined;
  if (settled !== 'open') return settled;
  const rivals = source.whens
    .filter((theirs) => kindOf(theirs) === kindOf(mine) || (mine.month !== undefined && theirs.month !== undefined))
    .slice(0, MOST);
  const rival = closest(alignment, mine, rivals);
  const text = written(claim, mine);
  if (rival !== undefined && rival.score > 0.3) return contradicts(`"${text}" where the source says "${written(source, rival.when)}"`);
  return isMissing(`"${text}" is not in the source`);
}

function misplaced(alignment: Alignment, mine: When, same: readonly When[]): Finding | undefined {
  const { claim, source } = alignment;
  const own = closest(alignment, mine, same);
  const rivals = source.whens
    .filter((theirs) => kindOf(theirs) === kindOf(mine) && !claim.whens.some((when) => sameTime(when, theirs)))
    .slice(0, MOST);
  const rival = closest(alignment, mine, rivals);
  if (own === undefined || rival === undefined || inOneList(source, own.when, rival.when) || rival.score <= own.score * 1.25 + 0.25)
    return undefined;
  return contradicts(`"${written(claim, mine)}" belongs to something else; here the source says "${written(source, rival.when)}"`);
}

/** What the dates and times of a claim have against it. */
export function checkDates(alignment: Alignment): Finding[] {
  return alignment.claim.whens.slice(0, 12).flatMap((mine) => {
    const same = alignment.source.whens.filter((theirs) => sameTime(mine, theirs)).slice(0, MOST);
    const finding = same.length > 0 ? misplaced(alignment, mine, same) : unmatched(alignment, mine);
    return finding === undefined ? [] : [finding];
  });
}

/** The dates of a claim that lie beyond the ranges of the source, so that what holds "outside" or "in other months" is meant. */
export function beyondRanges(claim: Passage, source: Passage): When[] {
  const known = source.ranges;
  return claim.whens.filter((mine) => {
    const same = known.filter((range) => kindOf(range.from) === kindOf(mine));
    if (
      isEndpoint(claim, mine) || kindOf(mine) === 'year' || kindOf(mine) === 'clock'
        ? same.length === 0
        : source.whens.some((when) => sameTime(mine, when))
    )
      return false;
    return !isEndpoint(claim, mine) && !same.some((range) => inside(mine, range));
  });
}
