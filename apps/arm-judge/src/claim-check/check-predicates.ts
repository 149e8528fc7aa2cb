import { isHeavy } from './align.ts';
import type { Alignment, Found } from './align.ts';
import { isMissing } from './findings.ts';
import type { Finding } from './findings.ts';
import { fold, stem } from './fold.ts';
import { conceptNamed, conceptsOf, isEnd, isThing } from './lexicon.ts';
import type { Concept } from './lexicon.ts';
import { isBehindCopula, isComplement, isOfNouns, isState } from './noun-places.ts';
import { isItem } from './lists.ts';
import type { Term } from './terms.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).map(fold));

/** Verbs and adverbs that leave a statement as it is: "takes place", "lasts", "nowadays". */
const neutral = words(
  `last lasts lasted lasting take takes took place part happen happens happened occur occurs occurred concern concerns regard belong belongs belonged offered offer offers
  nowadays today presently meanwhile please simply actually indeed whoever
  see sees seen hear hears heard find finds found say says said tell told know known make makes made do does did
  person persons people number numbers time times matter
  hacer realizar realiza hay findet statt dauert befindet betragt handelt kommt kommen finden machen`,
);

/** Words of small weight that still turn a statement around when the source lacks them. */
const polar = words(
  `included allow allows allowed keep keeps kept stay stays remain remains same different full empty available present exist exists
  work works worked working used run runs give gives gave hold holds held bring brings brought let lets few fewer erlaubt bleibt bleiben`,
);

/** Verbs that join an owner to the items of a list; a list with a title has no verb. */
const holding = words(
  `speak speaks sell sells offer offers support supports serve serves carry carries contain contains include includes comprise comprises cover covers teach teaches feature features
  provide provides have has consist consists enthalt enthalten umfasst bietet fuhrt contiene incluye ofrece vende 包含 包括 提供 يشمل يضم تشمل`,
);

const isOfList = ({ found, source }: Alignment, i: number): boolean =>
  found[i + 1]?.matches.some(({ term }) => isItem(source, term.at)) === true;

const copulas = words('stay stays stayed remain remains remained keep keeps kept permanece permanecen sigue bleibt bleiben');
const counted = new Set(['double', 'halve', 'rise', 'fall', 'more', 'less'].map(conceptNamed));

/** "Ended" where the source says "no longer": a denial in the sentence accounts for it. */
const isDeniedInstead = ({ source, best }: Alignment, term: Term): boolean =>
  term.concepts.some(isEnd) && source.terms.some((other) => other.negated && other.sentence === best);

/** "Doubled", "longest": numbers of the sentence account for it, and they are compared elsewhere. */
function isCounted({ source, best }: Alignment, term: Term): boolean {
  if (source.cells.size > 0 && /est(?:e|en)?$/.test(term.norm)) return true;
  const numbers = source.quantities.filter(({ from }) => source.tokens[from]?.sentence === best);
  return numbers.length >= 2 && term.concepts.some((concept) => counted.has(concept));
}

interface Spoken {
  readonly stems: ReadonlySet<string>;
  readonly concepts: ReadonlySet<Concept>;
}

/** All words of the sentences near the claim, the little ones too: they carry no weight, but "need" accounts for "is needed". */
function spokenNear({ source, scores }: Alignment): Spoken {
  const near = source.tokens.filter((token) => token.kind !== 'sign' && (scores.get(token.sentence) ?? 0) > 0);
  return {
    stems: new Set(near.map((token) => stem(token.norm))),
    concepts: new Set(near.flatMap((token) => conceptsOf(token.norm, source.language))),
  };
}

/** "Remains closed": the verb only joins the word behind it, which is looked for by itself. */
const isCopula = ({ found }: Alignment, i: number): boolean => {
  const [item, next] = [found[i], found[i + 1]];
  return (
    item !== undefined &&
    next !== undefined &&
    copulas.has(item.term.norm) &&
    next.term.at === item.term.at + 1 + Number(next.term.norm === 'same')
  );
};

/** "Reading lamps" is no counterpart of "lights up" where the claim itself speaks of reading lamps. */
const isTaken = ({ found }: Alignment, item: Found): boolean =>
  item.matches.every(
    (match) =>
      match.quality < 1 &&
      found.some((other) => other !== item && other.matches.some(({ term, quality }) => quality === 1 && term === match.term)),
  );

function lacks(alignment: Alignment, i: number, spoken: () => Spoken): boolean {
  const item = alignment.found[i];
  if (item === undefined || item.term.name || (item.matches.length > 0 && !isTaken(alignment, item))) return false;
  const { term } = item;
  if (/^\p{Script=Han}$/u.test(term.norm)) return false;
  const state = isState(alignment.claim.tokens, term.at) || isComplement(alignment.claim.tokens, term.at);
  if (
    !state &&
    (neutral.has(term.norm) ||
      !(isHeavy(term) || polar.has(term.norm)) ||
      isCopula(alignment, i) ||
      (holding.has(term.norm) && isOfList(alignment, i)))
  )
    return false;
  if (
    !state &&
    ((term.concepts.length > 0 && term.concepts.every(isThing) && !isBehindCopula(alignment.claim.tokens, term.at)) ||
      isOfNouns(alignment.claim, term.at))
  )
    return false;
  if (isDeniedInstead(alignment, term) || isCounted(alignment, term)) return false;
  if (item.matches.length > 0) return true;
  const { stems, concepts } = spoken();
  return !stems.has(term.stem) && !term.concepts.some((concept) => concepts.has(concept));
}

/** Two signs of an unknown Chinese word that the source doesn't have. */
function unknownHan({ found, claim, source }: Alignment): string | undefined {
  if (claim.language !== 'zh' || source.language !== 'zh') return undefined;
  const isNew = (item: Found | undefined): item is Found =>
    item !== undefined && item.matches.length === 0 && /^\p{Script=Han}$/u.test(item.term.norm);
  const pair = found.find((item, i) => {
    const next = found[i + 1];
    return isNew(item) && isNew(next) && next.term.at === item.term.at + 1;
  });
  return pair?.term.norm;
}

/** What the claim says of its subject must be said in the source too: a verb or adjective without a counterpart may be its opposite. */
export function checkPredicates(alignment: Alignment): Finding[] {
  let known: Spoken | undefined;
  const spoken = (): Spoken => (known ??= spokenNear(alignment));
  const missing = alignment.found.filter((_, i) => lacks(alignment, i, spoken));
  const named = [...missing.slice(0, 3).map(({ term }) => term.norm), unknownHan(alignment)].filter((word) => word !== undefined);
  return named.map((word) => isMissing(`nothing in the source says "${word}"`));
}
