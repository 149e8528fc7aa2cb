import { nameParts, nearness } from './align.ts';
import type { Alignment } from './align.ts';
import { fold } from './fold.ts';
import { contradicts, isMissing } from './findings.ts';
import type { Finding } from './findings.ts';
import { inOneList } from './lists.ts';
import type { Passage } from './passage.ts';
import type { Quantity } from './quantities.ts';
import type { Cell } from './tables.ts';
import type { Term } from './terms.ts';

const close = (a: number, b: number, tolerance: number): boolean =>
  Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b)) + 1e-9;

/** The same amount, however written. Time units are rounded (30 days, one month); "about" widens to five per cent. */
export function sameAmount(a: Quantity, b: Quantity): boolean {
  if (!comparable(a, b)) return false;
  if (a.per !== undefined && b.per !== undefined && !close(a.per, b.per, 0.02)) return false;
  if (a.dimension === 'version' || b.dimension === 'version') return a.number === b.number;
  return close(a.value, b.value, a.approximate || b.approximate ? 0.05 : a.dimension === 'time' ? 0.015 : 0.002);
}

const plain = new Set(['count', 'times', 'version']);

/** Bare numbers compare with repetitions and versions; everything else only within its dimension. */
const comparable = (a: Quantity, b: Quantity): boolean =>
  a.dimension === b.dimension || (plain.has(a.dimension) && plain.has(b.dimension) && (a.dimension === 'count' || b.dimension === 'count'));

const upper = (quantity: Quantity): boolean => quantity.bound === 'le' || quantity.bound === 'lt';
const lower = (quantity: Quantity): boolean => quantity.bound === 'ge' || quantity.bound === 'gt';

/** "At least 90" says something else than "up to 90". */
const boundsClash = (a: Quantity, b: Quantity): boolean => (upper(a) && lower(b)) || (lower(a) && upper(b));

/** Whether the source's amount is a bound that the claim's amount keeps to. */
export function isWithin(claim: Passage, mine: Quantity, source: Passage, theirs: Quantity): boolean {
  if (keepsTo(mine, theirs) !== true) return false;
  return !plain.has(mine.dimension) || counted(near(claim, mine), near(source, theirs));
}

/** Whether a plain amount keeps to the bound of another: true, false, or undefined where there is no bound. */
function keepsTo(amount: Quantity, limit: Quantity): boolean | undefined {
  if (amount.bound !== 'eq' || limit.bound === 'eq' || amount.dimension !== limit.dimension) return undefined;
  const { value } = limit;
  return { le: amount.value <= value, lt: amount.value < value, ge: amount.value >= value, gt: amount.value > value }[limit.bound];
}

interface Surroundings {
  readonly nouns: readonly Term[];
  readonly label: Term | undefined;
}

const near = (passage: Passage, quantity: Quantity): Surroundings => {
  const clause = passage.tokens[quantity.to]?.clause;
  const nouns: Term[] = [];
  for (const term of passage.terms)
    if (term.clause === clause && term.at >= quantity.to && term.at <= quantity.to + 1 + nouns.length) nouns.push(term);
  const label = passage.terms.find((term) => term.at === quantity.from - 1 && term.sentence === passage.tokens[quantity.from]?.sentence);
  return { nouns, label };
};

const alike = (a: Term, b: Term): boolean => a.stem === b.stem || a.concepts.some((concept) => b.concepts.includes(concept));

const counted = (a: Surroundings, b: Surroundings): boolean =>
  (a.label !== undefined && b.label !== undefined && alike(a.label, b.label)) ||
  a.nouns.some((noun) => b.nouns.some((other) => alike(noun, other)));

/** Terms among which the head of a table is looked for. */
const HEADS = 200;

/** The words at the head of a column. */
const heads = ({ terms, cells }: Passage, { table, column }: Cell): Term[] =>
  terms.slice(0, HEADS).filter((term) => {
    const cell = cells.get(term.at);
    return cell?.table === table && cell.row === 0 && cell.column === column;
  });

/** Whether two numbers count the same kind of thing ("three parents", "two parents") or bear the same label ("build 309", "build 308"). */
function sameThing(alignment: Alignment, mine: Quantity, theirs: Quantity): boolean {
  const cell = alignment.source.cells.get(theirs.from);
  if (cell !== undefined) {
    const { nouns } = near(alignment.claim, mine);
    return (nouns.length > 0 ? nouns : alignment.claim.terms).some((noun) =>
      heads(alignment.source, cell).some((head) => alike(noun, head)),
    );
  }
  return counted(near(alignment.claim, mine), near(alignment.source, theirs));
}

function context(alignment: Alignment, quantity: Quantity, mine: Quantity): number {
  const thing = sameThing(alignment, mine, quantity) ? 0.8 : 0;
  return nearness(alignment, quantity.from, { mine: mine.from }) + thing;
}

const arithmetic = new Set(
  'total together altogether sum passed took lasted lasts later earlier after between left remaining remain remained more less fewer difference half double twice third per each than increase higher lower longer shorter died survived were was insgesamt zusammen später mehr weniger hälfte doppelt total más menos después juntos'
    .split(' ')
    .map(fold),
);

/** Amounts that simple arithmetic makes of the source's: sums, differences, products with small counts, times between two times of day. */
function* derived(source: Passage): Generator<{ readonly value: number; readonly dimension: string }> {
  const few = source.quantities.slice(0, 14);
  for (const [i, a] of few.entries()) {
    for (const b of few.slice(i + 1)) {
      if (a.dimension === b.dimension && a.dimension !== 'ordinal') {
        yield { value: a.value + b.value, dimension: a.dimension };
        yield { value: Math.abs(a.value - b.value), dimension: a.dimension };
        if (b.value !== 0 && a.value !== 0) yield { value: Math.min(a.value / b.value, b.value / a.value), dimension: 'ratio' };
      }
    }
  }
  const clocks = source.whens.filter((when) => when.minute !== undefined).slice(0, 10);
  for (const [i, a] of clocks.entries())
    for (const b of clocks.slice(i + 1)) yield { value: Math.abs((a.minute ?? 0) - (b.minute ?? 0)) * 60, dimension: 'time' };
  const years = source.whens.filter((when) => when.year !== undefined).slice(0, 10);
  for (const [i, a] of years.entries())
    for (const b of years.slice(i + 1)) yield { value: Math.abs((a.year ?? 0) - (b.year ?? 0)) * 31_557_600, dimension: 'time' };
}

function isDerived({ claim, source }: Alignment, quantity: Quantity): boolean {
  const compared = source.tokens.some((token) => /^(?:than|als|que)$/.test(token.norm));
  if (!compared && !claim.tokens.some((token) => arithmetic.has(token.norm))) return false;
  const small = plain.has(quantity.dimension) && quantity.value < 10;
  if (small || quantity.bound !== 'eq') return false;
  const tolerance = quantity.approximate ? 0.06 : 0.004;
  for (const { value, dimension } of derived(source)) {
    if (dimension === quantity.dimension && close(value, quantity.value, tolerance)) return true;
  }
  const multiples = claim.quantities.filter((other) => plain.has(other.dimension) && other.value > 1 && other.value < 1000);
  return source.quantities.some(
    (unit) =>
      unit.dimension === quantity.dimension && multiples.some((times) => close(unit.value * times.value, quantity.value, tolerance)),
  );
}

/** Rivals that are weighed against each other. */
const MOST = 40;

const strongest = (
  alignment: Alignment,
  quantities: readonly Quantity[],
  mine: Quantity,
): { readonly item: Quantity | undefined; readonly score: number } =>
  quantities.slice(0, MOST).reduce<{ item: Quantity | undefined; score: number }>(
    (best, item) => {
      const score = context(alignment, item, mine);
      return score > best.score ? { item, score } : best;
    },
    { item: undefined, score: 0 },
  );

const written = (passage: Passage, { from, to }: Quantity): string =>
  passage.text.slice(passage.tokens[from]?.start ?? 0, passage.tokens[to - 1]?.end ?? 0);

/** "2 to 8 °C" holds what lies between. */
function inRange(source: Passage, mine: Quantity): boolean {
  return source.quantities.some((low, i) => {
    const high = source.quantities[i + 1];
    if (
      high === undefined ||
      low.dimension !== mine.dimension ||
      high.dimension !== mine.dimension ||
      high.from - low.to !== 1 ||
      mine.bound !== 'eq'
    )
      return false;
    return (
      /^(?:to|and|bis|und|a|y|-|–|至|到)$/.test(source.tokens[low.to]?.norm ?? '') && low.value <= mine.value && mine.value <= high.value
    );
  });
}

/** "The three plans", "all two": a count of what the source lists. */
const refersBack = ({ tokens }: Passage, { from, to, value }: Quantity): boolean =>
  value <= 12 &&
  [...tokens.slice(Math.max(0, from - 2), from), ...tokens.slice(to, to + 1).filter((token) => /^(?:of|von|de)$/.test(token.norm))].some(
    (token) => /^(?:the|all|of|these|both|den|der|die|los|las|von|de)$/.test(token.norm),
  );

/** The claim's number is nowhere in the source: is it implied, does another number stand in its place, or is it new? */
function unmatched(alignment: Alignment, mine: Quantity): Finding | undefined {
  const { claim, source } = alignment;
  const rivals = source.quantities.filter(
    (other) => comparable(other, mine) && (mine.dimension !== 'count' || other.dimension === 'count' || other.dimension === 'times'),
  );
  const closest = strongest(alignment, rivals, mine).score;
  const limits = rivals.filter(
    (other) =>
      keepsTo(mine, other) !== undefined &&
      (!plain.has(mine.dimension) || sameThing(alignment, mine, other)) &&
      context(alignment, other, mine) >= closest * 0.8,
  );
  if (inRange(source, mine)) return undefined;
  const limit = strongest(alignment, limits, mine).item;
  if (limit !== undefined && keepsTo(mine, limit) === true) return undefined;
  if (isDerived(alignment, mine)) return undefined;
  if (limit !== undefined && claim.terms.some((term) => term.negated)) return undefined;
  if (
    mine.dimension === 'count' &&
    !rivals.some((other) => sameThing(alignment, mine, other)) &&
    (refersBack(claim, mine) || source.quantities.some((other) => other.number === mine.number))
  )
    return undefined;
  const text = written(claim, mine);
  const rival = strongest(
    alignment,
    mine.dimension === 'count'
      ? rivals.filter((other) => sameThing(alignment, mine, other) || context(alignment, other, mine) > 1.2)
      : rivals,
    mine,
  );
  const enough = Math.max(0.35, 0.3 * alignment.claim.terms.reduce((sum, term) => sum + term.weight, 0));
  if (rival.item !== undefined && (rival.score > enough || rival.item.number === mine.number))
    return { ...contradicts(`"${text}" where the source says "${written(source, rival.item)}"`), kind: 'amount' };
  const twin = source.quantities.find(
    (other) =>
      other.number === mine.number &&
      other.dimension !== mine.dimension &&
      other.dimension !== 'count' &&
      mine.dimension !== 'count' &&
      mine.dimension !== 'ordinal' &&
      other.dimension !== 'ordinal',
  );
  if (twin !== undefined) return contradicts(`"${text}" where the source says "${written(source, twin)}"`);
  return isMissing(`"${text}" is not in the source`);
}

/** The claim's number is in the source: does it stand with the same things there? */
function misplaced(alignment: Alignment, mine: Quantity, same: readonly Quantity[]): Finding | undefined {
  const { claim, source } = alignment;
  const own = strongest(alignment, same, mine);
  if (same.every((other) => boundsClash(mine, other))) return contradicts(`"${written(claim, mine)}" turns the bound of the source around`);
  if (mine.dimension === 'ordinal') return undefined;
  const taken = (other: Quantity): boolean => claim.quantities.some((quantity) => sameAmount(quantity, other));
  const rivals = source.quantities.filter(
    (other) => comparable(other, mine) && !taken(other) && (mine.dimension !== 'count' || sameThing(alignment, mine, other)),
  );
  const rival = strongest(alignment, rivals, mine);
  if (rival.item !== undefined && own.item !== undefined && inOneList(source, own.item, rival.item)) return undefined;
  if (rival.item === undefined) return undefined;
  const lead = own.item !== undefined && nameParts(alignment, own.item.from, rival.item.from) ? 1 : 1.25;
  if (rival.score <= own.score * lead + (lead - 1)) return undefined;
  return contradicts(`"${written(claim, mine)}" belongs to something else; here the source says "${written(source, rival.item)}"`);
}

/** What the numbers of a claim have against it. */
export function checkQuantities(alignment: Alignment): Finding[] {
  const findings: Finding[] = [];
  for (const mine of alignment.claim.quantities.slice(0, 12)) {
    const same = alignment.source.quantities.filter((other) => sameAmount(mine, other));
    const trivial = mine.number === 1 && (mine.dimension === 'count' || mine.dimension === 'ordinal');
    const finding = same.length > 0 ? misplaced(alignment, mine, same) : trivial ? undefined : unmatched(alignment, mine);
    if (finding !== undefined) findings.push(finding);
  }
  return findings;
}
