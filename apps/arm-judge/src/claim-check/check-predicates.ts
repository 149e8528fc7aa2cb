import { isHeavy } from './align.ts';
import type { Alignment } from './align.ts';
import { isMissing } from './findings.ts';
import type { Finding } from './findings.ts';
import { fold, stem } from './fold.ts';
import { conceptNamed, conceptsOf, isThing } from './lexicon.ts';
import type { Concept } from './lexicon.ts';
import { isOfNouns, isState } from './noun-places.ts';
import type { Term } from './terms.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).map(fold));

/** Verbs and adverbs that leave a statement as it is: "takes place", "lasts", "nowadays". */
const neutral = words(
  `last lasts lasted lasting take takes took place part happen happens happened occur occurs occurred concern concerns regard belong belongs belonged offered offer offers
  nowadays today presently meanwhile please simply actually indeed whoever
  see sees seen hear hears heard find finds found say says said tell told know known make makes made do does did performs perform performed
  work works worked using used use run runs people person persons number times time matter
  hacer realizar realiza hay findet statt dauert befindet betragt handelt kommt kommen finden machen`,
);

/** Words of small weight that still turn a statement around when the source lacks them. */
const polar = words(
  'include includes included contain contains allow allows allowed possible keep keeps kept stay stays remain remains same different full empty erlaubt bleibt bleiben',
);

const ended = new Set(['end', 'stop', 'close', 'lose', 'delete', 'disable', 'cancel', 'exclude', 'fail', 'absent'].map(conceptNamed));
const copulas = words('stay stays stayed remain remains remained keep keeps kept permanece permanecen sigue bleibt bleiben');
const counted = new Set(['double', 'halve', 'rise', 'fall', 'more', 'less'].map(conceptNamed));

/** "Ended" where the source says "no longer": a denial in the sentence accounts for it. */
const isDeniedInstead = ({ source, best }: Alignment, term: Term): boolean =>
  term.concepts.some((concept) => ended.has(concept)) && source.terms.some((other) => other.negated && other.sentence === best);

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
  return item !== undefined && next !== undefined && copulas.has(item.term.norm) && next.term.at === item.term.at + 1 + Number(next.term.norm === 'same');
};

function lacks(alignment: Alignment, i: number, spoken: () => Spoken): boolean {
  const item = alignment.found[i];
  if (item === undefined || item.matches.length > 0 || item.term.name) return false;
  const { term } = item;
  const state = isState(alignment.claim.tokens, term.at);
  if (!state && (neutral.has(term.norm) || !(isHeavy(term) || polar.has(term.norm)) || isCopula(alignment, i))) return false;
  if (!state && ((term.concepts.length > 0 && term.concepts.every(isThing)) || isOfNouns(alignment.claim, term.at))) return false;
  if (isDeniedInstead(alignment, term) || isCounted(alignment, term)) return false;
  const { stems, concepts } = spoken();
  return !stems.has(term.stem) && !term.concepts.some((concept) => concepts.has(concept));
}

/** What the claim says of its subject must be said in the source too: a verb or adjective without a counterpart may be its opposite. */
export function checkPredicates(alignment: Alignment): Finding[] {
  let known: Spoken | undefined;
  const spoken = (): Spoken => (known ??= spokenNear(alignment));
  const missing = alignment.found.filter((_, i) => lacks(alignment, i, spoken));
  return missing.slice(0, 3).map(({ term }) => isMissing(`nothing in the source says "${term.norm}"`));
}
