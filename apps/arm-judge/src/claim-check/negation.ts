import { fold } from './fold.ts';
import type { Token } from './tokens.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' ').map(fold));

const forward = words(
  `not no never neither nor without cannot nowhere non unable isn't aren't wasn't weren't don't doesn't didn't won't can't couldn't shouldn't wouldn't hasn't haven't hadn't mustn't noone
  kein keine keinen keinem keiner keines nie niemals ohne weder niemanden nirgends sin nunca jamás ningún ninguna ninguno tampoco
  不 没 没有 无 未 非 别 勿 不能 不得 不会 不可 不必 不用 不再 无需 并非 从不 从未 尚未 不是 لا لم لن ليس ليست غير بدون دون ولا ولم ولن فلا فلم فلن فليس وليس وليست`.replace(
    /\s+/g,
    ' ',
  ),
);
const both = words('nicht nothing nobody none nichts niemand nada nadie');
const spanish = words('no ni');
const short = words('without ohne sin بدون دون instead rather statt anstatt anstelle vez lugar بدلا');
/** Verbs that deny what follows: "avoids open squares", "fails to start". */
const avoids = words(
  'avoid avoids avoided avoiding refrain refrains refrained vermeidet vermeiden meidet meiden evita evitan evitar 避免 避开 未能 يتجنب تتجنب',
);
const failsTo = words(
  'fail fails failed failing forget forgets forgot neglect neglects neglected decline declines declined omit omits omitted',
);
const insteadOf = new Map([
  ['instead', 'of'],
  ['rather', 'than'],
  ['vez', 'de'],
  ['lugar', 'de'],
  ['anstelle', 'von'],
  ['بدلا', 'من'],
]);

/** "Fails to", "instead of". */
const deniesByVerb = (tokens: readonly Token[], at: number): boolean => {
  const [norm, next] = [tokens[at]?.norm ?? '', tokens[at + 1]?.norm ?? ''];
  return avoids.has(norm) || (failsTo.has(norm) && next === 'to') || insteadOf.get(norm) === next || /^(?:an)?statt$/.test(norm);
};

const boundAfter = words('more less later longer earlier fewer older younger mehr weniger später länger más menos');
const onlyAfter = words('but except other');
const notOnly = words('only just merely nur solo sólo solamente');

/** "no more than", "nobody but", "not only" deny nothing. */
function denies(tokens: readonly Token[], at: number): boolean {
  const next = tokens[at + 1]?.norm ?? '';
  const then = tokens[at + 2]?.norm ?? '';
  if (boundAfter.has(next) && /^(?:than|als|que|de)$/.test(then)) return false;
  if (onlyAfter.has(next) && next !== 'other') return false;
  if (next === 'one' && onlyAfter.has(then)) return false;
  if (notOnly.has(next)) return false;
  if (tokens[at - 1]?.norm === 'or' && tokens[at - 2]?.norm === 'whether') return false;
  return !(next === 'matter' || (tokens[at]?.norm === 'non' && next === ''));
}

/** Position of the word that denies, whether it also reaches back over its clause, and over how many tokens ahead. */
export interface Denial {
  readonly at: number;
  readonly back: boolean;
  readonly reach: number;
}

/** "Too high to be stored" denies; "too" at the end of a clause means "also". */
const isTooMuch = (tokens: readonly Token[], at: number): boolean =>
  tokens[at]?.norm === 'too' &&
  tokens[at + 1]?.kind === 'word' &&
  /^(?:high|low|big|small|long|short|old|young|hot|cold|warm|heavy|much|many|few|little|slow|fast|large|weak|strong|far|close|expensive)$/.test(
    tokens[at + 1]?.norm ?? '',
  );

/** The negations of a text. */
export function denials(tokens: readonly Token[], language: string): Denial[] {
  const found: Denial[] = [];
  tokens.forEach((token, at) => {
    const cue =
      token.kind !== 'sign' && (forward.has(token.norm) || both.has(token.norm) || (language === 'es' && spanish.has(token.norm)));
    if (!(cue && denies(tokens, at)) && !isTooMuch(tokens, at) && !deniesByVerb(tokens, at)) return;
    const last = tokens[at + 1] === undefined || tokens[at + 1]?.clause !== token.clause || tokens[at + 1]?.kind === 'sign';
    found.push({ at, back: last || both.has(token.norm) || token.norm === 'too', reach: short.has(token.norm) ? (cue ? 2 : 5) : Infinity });
  });
  return found;
}

/** "It is not true that": the whole statement after it. */
const deniesStatement = (tokens: readonly Token[], at: number): boolean =>
  tokens.slice(at + 1, at + 4).some((token) => /^(?:true|correct|wahr|richtig|zutreffend|cierto|verdad|真的|صحيح|صحيحا)$/.test(token.norm));

const MOST = 500;
const LONGEST = 120;

/** For each token, whether an odd number of negations covers it: from the negation to the end of its clause, German "nicht" backwards too. */
export function negated(tokens: readonly Token[], found: readonly Denial[]): boolean[] {
  const flags = Array.from({ length: tokens.length }, () => false);
  for (const { at, back, reach } of found.slice(0, MOST)) {
    const scope = deniesStatement(tokens, at) ? 'sentence' : 'clause';
    const within = (i: number): boolean => tokens[i]?.[scope] === tokens[at]?.[scope] && Math.abs(i - at) <= LONGEST;
    for (let i = at + 1; i <= at + reach && within(i); i += 1) flags[i] = !flags[i];
    for (let i = at - 1; back && within(i); i -= 1) flags[i] = !flags[i];
  }
  return flags;
}
