import type { Alignment } from './align.ts';
import {
  also,
  causal,
  cause,
  enough,
  exclusive,
  freely,
  has,
  lasting,
  limiting,
  most,
  obligation,
  ofSentence,
  option,
  permission,
  regardless,
  turning,
  universal,
} from './cues.ts';
import { isHeavy } from './align.ts';
import { contradicts, isMissing } from './findings.ts';
import type { Finding } from './findings.ts';
import { areOpposite } from './lexicon.ts';
import type { Token } from './tokens.ts';

/** "As often as one likes", "as much as they want". */
const asLikes = (tokens: readonly Token[]): boolean =>
  tokens.some(
    (token, i) =>
      /^(?:like|likes|want|wants|wish|wishes|please|pleases|need|needs)$/.test(token.norm) &&
      tokens.slice(Math.max(0, i - 3), i).some((before) => before.norm === 'as'),
  ) ||
  tokens.some(
    (token, i) => /^(?:beliebig|arbitrarily|indefinitely)$/.test(token.norm) || (token.norm === 'any' && tokens[i + 1]?.norm === 'number'),
  );

/** The sentences of the source that share something with the claim, the closest first. */
function related({ source, scores, best }: Alignment): Token[] {
  const share = (scores.get(best) ?? 0) * 0.6;
  return source.tokens.filter((token) => (scores.get(token.sentence) ?? 0) >= Math.max(share, 0.5) || token.sentence === best);
}

/** "All", "always", "as often as one likes" where the source sets a limit. */
function tooWide(alignment: Alignment): Finding | undefined {
  const { claim, source, best, found } = alignment;
  const always = has(claim.tokens, regardless);
  const wide =
    always ||
    claim.tokens.some((token, i) => universal.has(token.norm) && !(token.norm === 'all' && claim.tokens[i - 1]?.norm === 'at')) ||
    asLikes(claim.tokens);
  if (!wide || (!always && claim.terms.some((term) => term.negated && term.weight >= 1))) return undefined;
  const sentence = ofSentence(source.tokens, best);
  const spoken = sentence.filter((token) => token.norm !== 'never');
  if (has(spoken, universal) && !asLikes(claim.tokens)) return undefined;
  const near = new Set(related(alignment).map((token) => token.sentence));
  const exception = source.terms.some(
    (other) =>
      near.has(other.sentence) &&
      found.some(({ term, matches }) => matches.length > 0 && term.concepts.some((a) => other.concepts.some((b) => areOpposite(a, b)))),
  );
  const bounded =
    exception ||
    source.quantities.some(
      (quantity) =>
        near.has(source.tokens[quantity.from]?.sentence ?? -1) &&
        (quantity.bound === 'le' ||
          quantity.bound === 'lt' ||
          quantity.dimension === 'ordinal' ||
          (quantity.dimension === 'ratio' && quantity.value < 1)),
    );
  return bounded || has(related(alignment), limiting)
    ? contradicts('the claim is wider than the limits that the source sets', true)
    : isMissing('the source does not say it of all');
}

const reasonAt = (tokens: readonly Token[]): number =>
  tokens.findIndex((token, i) => causal.has(token.norm) || (/^(?:due|owing|thanks)$/.test(token.norm) && tokens[i + 1]?.norm === 'to'));

/** Share of the words after "because" that the source has in the sentences the claim follows. */
function reasonShared({ claim, found, scores, best }: Alignment): number {
  const at = reasonAt(claim.tokens);
  const near = (sentence: number): boolean => Math.abs(sentence - best) <= 1 && (scores.get(sentence) ?? 0) > 0;
  const reason = found.filter(({ term }) => term.at > at && term.clause === claim.tokens[at]?.clause);
  const all = reason.reduce((sum, { term }) => sum + term.weight, 0);
  const shared = reason.reduce((sum, { term, matches }) => sum + (matches.some((match) => near(match.term.sentence)) ? term.weight : 0), 0);
  return all === 0 ? 0 : shared / all;
}

function unheard(alignment: Alignment): Finding | undefined {
  const { claim, source } = alignment;
  if (reasonAt(claim.tokens) >= 0 && reasonShared(alignment) < (has(source.tokens, cause) ? 0.6 : 0.85))
    return isMissing('the source gives no reason');
  const mostly = claim.tokens.some((token, i) => most.has(token.norm) && !/^(?:at|the)$/.test(claim.tokens[i - 1]?.norm ?? ''));
  const share = source.quantities.some((quantity) => quantity.dimension === 'ratio' && quantity.value > 0.5);
  if (mostly && !has(source.tokens, most) && !share) return isMissing('the source does not say how often or for how many');
  return undefined;
}

const comparative = /^(?:more|less|fewer|better|worse|.{3,}er|mehr|weniger|mas|menos)$/;

/** "Longer than", "more than the other" with nothing compared in the source. */
function newComparison({ claim, source, best }: Alignment): Finding | undefined {
  const at = claim.tokens.findIndex(
    (token, i) =>
      /^(?:than|als)$/.test(token.norm) && claim.tokens.slice(Math.max(0, i - 4), i).some((before) => comparative.test(before.norm)),
  );
  if (at < 0 || claim.quantities.some((quantity) => quantity.from - at <= 3 && quantity.to > at - 4)) return undefined;
  const compared = ofSentence(source.tokens, best).some(
    (token) => /^(?:than|als|que|比)$/.test(token.norm) || /^(?:rise|risen|rose|fell|fall|increase|decrease)/.test(token.norm),
  );
  return compared ? undefined : isMissing('the source compares nothing of the kind');
}

function newExclusion({ claim, source }: Alignment): Finding | undefined {
  return has(claim.tokens, exclusive) && !has(source.tokens, enough)
    ? isMissing('the source does not say that it is the only one')
    : undefined;
}

const isHedged = (tokens: readonly Token[]): boolean =>
  tokens.some((token) => /^(?:suggest|suspect|possibl|perhaps|probabl|likely|seem|might|vermut|moglich|posibl|可能|ربما)/.test(token.norm));

/** "Must" for "may", "is" for "may be": the claim is surer than its source. */
function tooSure({ claim, source, best }: Alignment): Finding | undefined {
  const sentence = ofSentence(source.tokens, best);
  if (has(claim.tokens, obligation) && has(sentence, option) && !has(sentence, obligation) && !claim.terms.some((term) => term.negated))
    return contradicts('the source leaves open what the claim demands');
  if (!isHedged(sentence) || isHedged(claim.tokens) || has(claim.tokens, option)) return undefined;
  return isMissing('the source is less sure');
}

/** "Still" where the source tells of a change. */
function outlived({ claim, source, best }: Alignment): Finding | undefined {
  const sentence = ofSentence(source.tokens, best);
  const changed = has(sentence, turning) && !has(sentence, lasting);
  return has(claim.tokens, lasting) && changed && !claim.terms.some((term) => term.negated)
    ? contradicts('the source says that this has changed')
    : undefined;
}

/** "Also" where the source says "only". */
function includesMore({ claim, source, found, best }: Alignment): Finding | undefined {
  const more = has(claim.tokens, also) && has(ofSentence(source.tokens, best), exclusive) && !has(claim.tokens, exclusive);
  const others = found.some(({ term, matches }) => term.weight > 0.3 && !matches.some((match) => match.term.sentence === best));
  return more && others ? contradicts('the source says "only"') : undefined;
}

/** "Optional" where the source demands. */
function tooFree({ claim, source, found, best }: Alignment): Finding | undefined {
  const said = new Set(found.flatMap(({ term, chosen }) => (isHeavy(term) && chosen !== undefined ? [chosen.term.clause] : [])));
  const demanded = source.tokens.some((token) => token.sentence === best && said.has(token.clause) && obligation.has(token.norm));
  const denied = claim.terms.some((term) => term.negated);
  if (!demanded || denied || has(claim.tokens, obligation)) return undefined;
  if (has(claim.tokens, freely)) return contradicts('the source demands what the claim leaves open');
  return has(claim.tokens, permission) && !has(ofSentence(source.tokens, best), option)
    ? isMissing('the source demands where the claim permits')
    : undefined;
}

/** What the reach of a claim has against it: all, most, only, because, must. */
export function checkScope(alignment: Alignment): Finding[] {
  return [
    tooWide(alignment),
    unheard(alignment),
    newComparison(alignment),
    newExclusion(alignment),
    tooSure(alignment),
    outlived(alignment),
    includesMore(alignment),
    tooFree(alignment),
  ].filter((finding) => finding !== undefined);
}
