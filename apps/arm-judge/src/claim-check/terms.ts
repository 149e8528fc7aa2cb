import { isStopWord } from '@octobus/text';
import { fold, stem } from './fold.ts';
import type { Language } from './language.ts';
import { beginsPhrase, conceptsOf, conceptsOfPhrase } from './lexicon.ts';
import type { Concept } from './lexicon.ts';
import { remembered } from './memo.ts';
import type { Token } from './tokens.ts';

/** A word that says something: its stem, the concepts it may stand for, and how much it says (0 to 1). `at` is its token. */
export interface Term {
  readonly stem: string;
  readonly norm: string;
  readonly concepts: readonly Concept[];
  readonly weight: number;
  readonly at: number;
  readonly sentence: number;
  readonly clause: number;
  /** Denied, be it by a "not" or by a word such as "forbidden". */
  readonly negated: boolean;
  /** Denied by a "not". */
  readonly not: boolean;
  readonly name: boolean;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).map(fold));

/** Little words that the index keeps or that only carry grammar here. */
const grammar = words(
  `can't couldn't won't wouldn't shouldn't mustn't isn't aren't wasn't weren't didn't hasn't haven't hadn't is was were are be been being am a an the of to not no never none nobody nothing neither nor without cannot don't doesn't isn't unless except yes already still yet even though although however therefore thus hence instead whoever whatever whichever whenever wherever
  itself every each any all both either some several such among amongst across around along upon per via due because since also too very really quite rather almost nearly about roughly approximately exactly
  only just merely solely throughout always often sometimes usually ever again once twice else otherwise whether would could should might must shall need used there here then one ones another others other everything something anything
  get gets got getting come comes came go goes going went do done thing things way ways kind sort fact case lot matter mean means regard according
  kein keine keinen keinem nie niemals nicht ohne nur auch immer oft jeder alle bereits schon noch etwa rund ungefähr dabei dafür daher deshalb trotzdem außerdem sonst zudem jeweils lang hin her
  no nunca sin solo sólo siempre también todos todas cada casi ya aún todavía además entonces puede pueden debe deben deberá hay haber sido estar está están estado más menos sobre
  的 了 着 过 和 与 及 或 在 是 有 也 都 就 而 把 被 对 从 向 到 以 为 于 由 其 该 这 那 此 个 本 位 张 条 件 家 所 之 者 等 将 会 能 要 须 应 需 后 前 每 每天 仅 只 所有 全部 任何 如果 但 但是 因为 所以 至少 最多 以上 以下 不 没 没有 无 未 非 不能 不会 才
  قد كان كانت يكون لا لم لن ليس غير فقط كل جميع أي هناك يمكن يجب تم يتم عليه`,
);

const light = words(
  `make makes made making take takes took taken taking put puts set sets keep keeps kept give gives gave given use uses used using let lets work works say says said tell told ask know known see sees seen look find found show shows
  want like seem become became becomes happen happens call called name named part parts place time times number people person persons anyone somebody someone everybody everyone nobody certain various respective available present exist exists
  stay stays remain remains lie lies stand stands stood hold holds held bring run runs allow allows allowed possible able include includes included contain contains list listed mention mentioned state stated following follow
  belong belongs among member gehört gehören zählt zählen pertenece figura 属于 包括
  period situation purpose result reason amount total whole entire together longer now currently first next same different new old more less much many most least few
  machen macht geben gibt nehmen bringen lassen zeigen finden sagen heißt bleibt bleiben hacer hace dar tomar poner decir
  可以 允许 使用 进行 需要 يجب يسمح`,
);

/** "after" or "outside" decide a claim though they are little words: kept, with small weight, when the lexicon knows them. */
const relations = words(
  `towards toward away before after during outside inside above below under over more less fewer most least same different whole part few many high low maximum minimum first last allowed needed lose lost keep kept without until through full
  vor nach während außerhalb innerhalb über unter mehr weniger gleich ganz teil viele wenige erste letzte durch antes después durante fuera dentro sobre bajo más menos mismo todo muchos pocos primero último
  之前 以前 之后 以后 期间 以上 以下 قبل بعد خلال خارج داخل فوق تحت أكثر أقل`,
);

const isGrammar = remembered((norm: string): boolean => grammar.has(norm) || isStopWord(norm));

function weightOf(token: Token, concepts: readonly Concept[]): number {
  if (token.kind === 'code') return 1;
  if (token.kind === 'han') return concepts.length > 0 ? (light.has(token.norm) ? 0.4 : 1) : 0.3;
  if (isGrammar(token.norm)) return relations.has(token.norm) && concepts.length > 0 ? 0.25 : 0;
  return light.has(token.norm) ? 0.4 : 1;
}

function phraseAt(
  tokens: readonly Token[],
  at: number,
  language: Language,
): { readonly concepts: readonly Concept[]; readonly length: number } | undefined {
  if (!beginsPhrase(tokens[at]?.norm ?? '', language)) return undefined;
  for (const length of [3, 2]) {
    const run = tokens.slice(at, at + length);
    if (run.length < length || run.some((token) => token.kind !== 'word' || token.clause !== run[0]?.clause)) continue;
    const concepts = conceptsOfPhrase(
      run.map((token) => token.norm),
      language,
    );
    if (concepts.length > 0) return { concepts, length };
  }
  return undefined;
}

/** Two nouns run together, as in German: the concepts of both parts, when both are known. */
function compound(norm: string): readonly Concept[] {
  if (norm.length < 9 || norm.length > 40 || !/^[a-z]+$/.test(norm)) return [];
  for (let cut = norm.length - 4; cut >= 4; cut -= 1) {
    const tail = conceptsOf(norm.slice(cut), 'de');
    const head =
      tail.length === 0
        ? []
        : [norm.slice(0, cut), norm.slice(0, cut).replace(/(?:s|n|en|es)$/, '')].flatMap((part) => conceptsOf(part, 'de'));
    if (head.length > 0) return [...head, ...tail];
  }
  return [];
}

function single(token: Token, language: Language): readonly Concept[] {
  const known = token.kind === 'code' ? [] : conceptsOf(token.norm, language);
  return known.length > 0 || language !== 'de' ? known : compound(token.norm);
}

interface Surroundings {
  readonly taken: ReadonlySet<number>;
  readonly negated: readonly boolean[];
  readonly language: Language;
}

function isName(token: Token, before: Token | undefined, german: boolean): boolean {
  return token.capital && !german && before !== undefined && before.sentence === token.sentence && !/^[:.|"“(]$/.test(before.text);
}

/** The terms of a text, without the tokens that belong to quantities and dates. */
export function termsOf(tokens: readonly Token[], { taken, negated, language }: Surroundings): Term[] {
  const found: Term[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined || taken.has(at) || !/^(?:word|code|han)$/.test(token.kind)) continue;
    const phrase = token.kind === 'word' ? phraseAt(tokens, at, language) : undefined;
    const concepts = phrase?.concepts ?? single(token, language);
    const weight = phrase === undefined ? weightOf(token, concepts) : 0.7;
    if (weight === 0) continue;
    found.push({
      stem: token.kind === 'code' ? token.norm : stem(token.norm),
      norm: token.norm,
      concepts,
      weight,
      at,
      sentence: token.sentence,
      clause: token.clause,
      negated: negated[at] ?? false,
      not: negated[at] ?? false,
      name: token.kind === 'code' || isName(token, tokens[at - 1], language === 'de'),
    });
    if (phrase !== undefined) at += phrase.length - 1;
  }
  return found;
}
