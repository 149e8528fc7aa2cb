import { fold } from './fold.ts';
import type { Token } from './tokens.ts';

const cue = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).map(fold));

export const universal = cue(
  'all every each always any whole ganze ganzen entire entirely completely everything everyone everybody unlimited throughout anything never alle allen aller jede jeder jedes jeden immer stets sämtliche ganz todo todos toda todas siempre cada cualquier 所有 全部 每 每天 每个 任何 总是 都 一律 كل جميع دائما أي',
);
export const regardless = cue('whatever whichever regardless unconditionally egal independientemente 无论 不管 مهما');
export const limiting = cue(
  `unless except only if some most about may partly partially usually often mainly exempt excluding without not no never cannot limited up until fewer less sometimes might could but least half
  außer nur wenn manche meisten kein keine nicht bis höchstens höchstenfalls falls salvo excepto solo sólo si algunos no ningún hasta 除 仅 只 只有 除非 如果 部分 不 没有 最多 至多 إلا فقط إذا بعض لا ليس حتى`,
);
export const exclusive = cue(
  'only solely exclusively alone sole nur lediglich ausschließlich allein solo sólo solamente únicamente único 只 仅 只有 仅限 只能 فقط وحده',
);
export const enough = cue(
  'only solely exclusively alone sole enough unless except until but nobody none no nur lediglich ausschließlich bis solo sólo solamente hasta 只 仅 只有 仅限 只能 فقط',
);
export const most = cue(
  'most majority usually typically generally often mostly mainly normally commonly frequently meist meistens meisten überwiegend normalerweise häufig mayoría generalmente normalmente suele 大多数 大部分 通常 معظم أغلب غالبا عادة',
);
export const causal = cue('because weil wegen aufgrund porque debido 因为 由于 بسبب لأن');
export const cause = cue(
  'because so therefore thus hence cause caused causes reason result results why blame led weil wegen aufgrund daher deshalb denn grund ursache porque debido causa 因为 由于 所以 因此 导致 بسبب لأن لذلك',
);
export const other = cue(
  'other others outside otherwise else rest remaining anderen andere sonst außerhalb übrigen ansonsten otros otras demás resto fuera restantes 其他 其余 平时 以外 其它 أخرى باقي بقية خارج',
);
export const conditional = cue('unless ausgenommen sofern salvo 除非 إلا');
export const membership = cue(
  'among one both part teil parte include includes included including such example belongs part listed list lists zählt zählen gehört gehören darunter unter beispiel entre incluye 包括 之一 其中 من بين ضمن',
);
export const obligation = cue('must required obligatory mandatory shall muss müssen verpflichtet obligatorio debe deben 必须 يجب');
export const option = cue(
  'may can could might should recommended optional voluntarily optionally kann können darf dürfen sollte sollten empfohlen puede pueden podría debería recomienda 可以 可 建议 يمكن يجوز',
);
export const permission = cue('may allowed permitted free dürfen darf erlaubt puede pueden permitido 可以 允许 يجوز يسمح');

export const lasting = cue('still noch todavía aún sigue 仍 仍然 还 لايزال مازال');
export const turning = cue(
  'again anymore longer since until ended stopped resumed meanwhile now wieder nicht_mehr inzwischen seitdem ya_no desde ahora 不再 重新 现在 恢复 مجددا الآن منذ',
);
export const freely = cue('optional voluntary voluntarily optionally freely freiwillig optional voluntario 自愿 可选 اختياري');

export const also = cue('also too likewise auch ebenfalls también 也 还 أيضا كذلك');

/** Whether any token from the set stands among `tokens`. */
export const has = (tokens: readonly Token[], words: ReadonlySet<string>): boolean => tokens.some((token) => words.has(token.norm));

/** Tokens of one sentence. */
export const ofSentence = (tokens: readonly Token[], sentence: number): Token[] => tokens.filter((token) => token.sentence === sentence);
