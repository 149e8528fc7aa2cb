import { align, isHeavy, prepare } from './align.ts';
import type { Alignment, Anchor, Prepared } from './align.ts';
import { checkAttachment } from './check-attachment.ts';
import { beyondRanges, checkDates, sameTime } from './check-dates.ts';
import { checkDenials } from './check-denials.ts';
import { checkDirection } from './check-direction.ts';
import { checkNames } from './check-names.ts';
import { checkPolarity } from './check-polarity.ts';
import { checkPredicates } from './check-predicates.ts';
import { checkQuantities, isWithin, sameAmount } from './check-quantities.ts';
import { checkRoles } from './check-roles.ts';
import { checkScope } from './check-scope.ts';
import { checkSubstitution } from './check-substitution.ts';
import { checkTable } from './check-table.ts';
import { has, membership, other } from './cues.ts';
import type { Finding } from './findings.ts';
import { isItem } from './lists.ts';
import { passage } from './passage.ts';
import type { Passage } from './passage.ts';
import { quoted } from './quoted.ts';

export type ClaimLabel = 'supported' | 'contradicted' | 'not-in-source';

/** What a claim is worth by its source. `evidence`: UTF-16 offsets in the source, end exclusive, of the sentence that decided. */
export interface ClaimVerdict {
  readonly label: ClaimLabel;
  readonly reasons: readonly string[];
  readonly evidence?: { readonly start: number; readonly end: number };
}

/** Tokens of a claim that are looked at; an answer's sentence has some dozens. */
const LONGEST_CLAIM = 250;
/** Tokens of a source that are taken apart, about 20 kB; a cited passage has a tenth. Quotations are looked for in all of it. */
const SOURCE_LIMIT = 4000;

/** Where the numbers and dates of the claim stand in the source; a date beyond its ranges stands with "other" and "outside". */
function anchorsOf(claim: Passage, source: Passage): Anchor[] {
  const outside = new Set(beyondRanges(claim, source));
  const others = source.tokens.flatMap((token, at) => (other.has(token.norm) ? [at] : []));
  const numbers = claim.quantities.slice(0, 12).map((mine) => ({
    mine: mine.from,
    at: source.quantities
      .filter((theirs) => sameAmount(mine, theirs) || isWithin(claim, mine, source, theirs))
      .map((theirs) => theirs.from),
  }));
  const dates = claim.whens.slice(0, 12).map((mine) => ({
    mine: mine.from,
    at: outside.has(mine) ? others : source.whens.filter((theirs) => sameTime(mine, theirs)).map((theirs) => theirs.from),
  }));
  return [...numbers, ...dates].map(({ mine, at }) => ({ mine, at: at.slice(0, 12) }));
}

function evidenceOf({ source, best }: Alignment): { readonly start: number; readonly end: number } | undefined {
  const tokens = source.tokens.filter((token) => token.sentence === best);
  const [first, last] = [tokens[0], tokens.at(-1)];
  return first === undefined || last === undefined ? undefined : { start: first.start, end: last.end };
}

/** The longest run of words that say something and that the source has nowhere. */
function longestNew({ found }: Alignment): number {
  let [run, longest] = [0, 0];
  for (const { term, chosen } of found) {
    run = chosen === undefined && isHeavy(term) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

/** "X is among the Ys", "both A and B": what is named must be in a list of the source, the words around it need not. */
function isListed(alignment: Alignment): boolean {
  const { claim, found } = alignment;
  if (!has(claim.tokens, membership) || claim.terms.some((term) => term.negated)) return false;
  const named = found.filter(({ term }) => term.name);
  return (
    named.every(({ matches }) => matches.length > 0) &&
    found.some(({ term, matches }) => isHeavy(term) && matches.some((match) => isItem(alignment.source, match.term.at)))
  );
}

/** Coverage with each number and date counted as a word: by now none of them speaks against the claim. */
function withNumbers({ claim, coverage }: Alignment): number {
  const words = claim.terms.reduce((sum, term) => sum + term.weight, 0);
  const numbers = claim.quantities.filter((quantity) => quantity.number !== 1).length + claim.whens.length;
  return words + numbers === 0 ? 0 : (coverage * words + numbers) / (words + numbers);
}

/** Of the words that the lexicon knows, the share that the source has: what it doesn't know can't be found across languages. */
function knownShared({ found }: Alignment): number {
  const known = found.filter(({ term, matches }) => term.concepts.length > 0 || matches.length > 0);
  const all = known.reduce((sum, { term }) => sum + term.weight, 0);
  return all === 0 ? 0 : known.reduce((sum, { term, matches }) => sum + (matches.length > 0 ? term.weight : 0), 0) / all;
}

/** Whether the source says enough of the claim: fewer words are recognised across languages and needed in lists. */
function enoughShared(alignment: Alignment): boolean {
  const { claim, source, coverage } = alignment;
  const said = withNumbers(alignment);
  const listed = isListed(alignment);
  if (claim.language !== source.language) return said >= (listed ? 0.3 : 0.42) && knownShared(alignment) >= (listed ? 0.5 : 0.65);
  if (listed) return said >= 0.45;
  return coverage >= 0.56 && said >= (longestNew(alignment) >= 2 ? 0.8 : 0.62);
}

function verdict(label: ClaimLabel, reasons: readonly string[], alignment: Alignment): ClaimVerdict {
  const evidence = label === 'not-in-source' ? undefined : evidenceOf(alignment);
  return evidence === undefined ? { label, reasons } : { label, reasons, evidence };
}

/** "Two wrong entries do not block the card": another number and a denial together leave what the source says as it is. */
const cancels = (findings: readonly Finding[], { claim }: Alignment): boolean =>
  claim.terms.some((term) => term.negated) &&
  findings.length === 2 &&
  findings.some(({ kind }) => kind === 'amount') &&
  findings.some(({ kind }) => kind === 'polarity');

function judge(alignment: Alignment): ClaimVerdict {
  const settled = checkTable(alignment);
  if (settled === 'supported') return verdict('supported', ['the table shows it'], alignment);
  const findings: readonly Finding[] = [
    ...checkQuantities(alignment),
    ...checkDates(alignment),
    ...(settled === undefined ? [] : [settled]),
    ...checkNames(alignment),
    ...(isListed(alignment) ? [] : checkSubstitution(alignment)),
    ...checkRoles(alignment),
    ...checkDirection(alignment),
    ...checkPolarity(alignment, beyondRanges(alignment.claim, alignment.source).length > 0),
    ...checkScope(alignment),
  ];
  const cancelled = cancels(findings, alignment);
  const against = cancelled
    ? []
    : findings.filter(({ verdict: is, strong }) => is === 'contradicted' && (strong === true || alignment.coverage >= 0.5));
  if (against.length > 0)
    return verdict(
      'contradicted',
      against.map(({ reason }) => reason),
      alignment,
    );
  if (findings.length > 0 && !cancelled)
    return verdict(
      'not-in-source',
      findings.map(({ reason }) => reason),
      alignment,
    );
  const unsaid =
    cancelled || isListed(alignment) ? [] : [...checkPredicates(alignment), ...checkAttachment(alignment), ...checkDenials(alignment)];
  if (unsaid.length > 0)
    return verdict(
      unsaid.find(({ verdict: is }) => is === 'contradicted')?.verdict ?? 'not-in-source',
      unsaid.map(({ reason }) => reason),
      alignment,
    );
  if (enoughShared(alignment))
    return verdict('supported', [`${Math.round(alignment.coverage * 100)} % of what it says is in the source`], alignment);
  const missing = alignment.found.filter(({ term, chosen }) => chosen === undefined && isHeavy(term)).map(({ term }) => `"${term.norm}"`);
  return verdict('not-in-source', [`not in the source: ${missing.slice(0, 4).join(', ') || 'most of it'}`], alignment);
}

/** Makes a source ready for several claims. */
export const prepareSource = (source: string): Prepared => prepare(passage(source, SOURCE_LIMIT));

/** As `checkClaim`, with a source that was made ready before. */
export function checkAgainst(claim: string, source: Prepared): ClaimVerdict {
  const mine = passage(claim, LONGEST_CLAIM + 1);
  const quote = quoted(claim, source.passage);
  if (quote !== undefined) return { label: 'supported', reasons: ['the source says it in these words'], evidence: quote };
  if (mine.tokens.length > LONGEST_CLAIM) return { label: 'not-in-source', reasons: ['too long to be checked as one sentence'] };
  if (mine.tokens.every((token) => token.kind === 'sign')) return { label: 'not-in-source', reasons: ['it says nothing'] };
  return judge(align(mine, source, anchorsOf(mine, source.passage)));
}

/**
 * Whether a sentence follows from its source, by rules alone: numbers, dates, names, negations and the reach of the claim must agree, and what it says must be
 * there. The same words for the same texts, always; linear in both texts. Languages: English, German, Spanish, Chinese, Arabic, also across.
 */
export const checkClaim = (claim: string, source: string): ClaimVerdict => checkAgainst(claim, prepareSource(source));
