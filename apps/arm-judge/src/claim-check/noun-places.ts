import type { Passage } from './passage.ts';
import type { Token } from './tokens.ts';
import { fold } from './fold.ts';
import { conceptsOf, isQuality } from './lexicon.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).map(fold));

/** Words that a noun or its adjective follows. */
const leads = words(
  `the a an this that these those its their his her our your my no any some each every all both several many few another other of with without by from in on at for into onto through during per via about against between under over after before since until than as
  el la los las un una unos unas su sus este esta estos estas de del al con sin por para en sobre entre desde hasta cada`,
);

/** Words that a verb or an adjective follows, or that stand behind a subject. */
const auxiliaries = words(
  `am is are was were be been being has have had having do does did will would can could may might must shall should cannot isn't aren't wasn't weren't don't doesn't didn't won't can't couldn't get gets got become becomes became remain remains stay stays seem seems to
  es son esta estan fue fueron era eran ser estar ha han puede pueden debe deben se sera seran hay
  ist sind war waren wird werden wurde wurden hat haben kann konnen darf durfen muss mussen soll sollen zu`,
);
const adverbs = words(
  `not never no longer still also now always only already just ever usually often generally again therefore then fully completely partly mostly entirely immediately automatically temporarily currently so very too nicht mehr noch auch immer nur schon no ya siempre tambien todavia`,
);

/** Position of the last word before `at` that isn't an adverb. */
function before(tokens: readonly Token[], at: number): Token | undefined {
  let i = at - 1;
  while (i >= 0 && at - i <= 4 && adverbs.has(tokens[i]?.norm ?? '')) i -= 1;
  return tokens[i];
}

/** "Is in use", "was out of order": a preposition without an article behind a copula. */
export function isState(tokens: readonly Token[], at: number): boolean {
  const lead = tokens[at - 1]?.norm ?? '';
  return /^(?:in|at|on|under|of|out)$/.test(lead) && auxiliaries.has(before(tokens, lead === 'of' ? at - 2 : at - 1)?.norm ?? '');
}

const copula = /^(?:is|are|was|were|be|been|being|ist|sind|war|waren|es|son|esta|estan|fue|fueron|era|eran)$/;

/** "Is dangerous", "are still empty". */
export const isBehindCopula = (tokens: readonly Token[], at: number): boolean => copula.test(before(tokens, at)?.norm ?? '');

const articles = words('a an the any some its their his her my our your my this that un una el la ningun');
const carriers = words(
  'give gives gave given take takes took taken make makes made show shows showed shown meet met cause causes caused bring brings brought see saw met',
);

/** "Is a failure", "gave its approval": the noun that a copula or a verb without weight of its own leads to. */
export function isComplement(tokens: readonly Token[], at: number): boolean {
  let i = at - 1;
  if (!articles.has(tokens[i]?.norm ?? '')) i -= 1;
  if (!articles.has(tokens[i]?.norm ?? '')) return false;
  const verb = before(tokens, i);
  return verb !== undefined && verb.norm !== 'to' && (auxiliaries.has(verb.norm) || carriers.has(verb.norm));
}

/** Whether the word stands where nouns do. English and Spanish by the little words around it, German by its capital, Arabic by its article, Chinese never. */
export function isOfNouns({ tokens, language }: Passage, at: number): boolean {
  const token = tokens[at];
  if (token === undefined || token.kind === 'han') return false;
  const first = tokens[at - 1] === undefined || tokens[at - 1]?.sentence !== token.sentence;
  if (language === 'de') return token.capital;
  if (language === 'ar') return /^(?:و|ب|ك|ف)?ال|^لل/.test(token.norm);
  const previous = tokens[at - 1];
  if (first) return language !== 'es' && !token.norm.endsWith('ed');
  if (isState(tokens, at)) return false;
  if (previous !== undefined && (leads.has(previous.norm) || previous.kind === 'number' || previous.kind === 'numeral')) return true;
  if (previous !== undefined && /'s?$/.test(previous.norm) && previous.norm.length > 2) return true;
  if (
    !/(?:ed|s|en)$/.test(token.norm) &&
    conceptsOf(previous?.norm ?? '', language).some(isQuality) &&
    leads.has(tokens[at - 2]?.norm ?? '')
  )
    return true;
  const after = tokens[at + 1];
  return after !== undefined && auxiliaries.has(after.norm) && after.norm !== 'to' && !auxiliaries.has(before(tokens, at)?.norm ?? '');
}
