import { defaultPolicy } from '../policy.ts';
import { type DecodeLimits, unfold } from '../text/decode.ts';
import { channelOf, type Side, sideOf, type Source } from './channels.ts';
import { direct, indirect } from './classifier/gen/weights.ts';
import { classify, type LinearModel, loadModel } from './classifier/model.ts';
import { type Reading, read } from './read.ts';

export interface InjectionScreening {
  /** Calibrated probability of an attack, where attacks and harmless texts are equally frequent: 0 to 1. */
  readonly score: number;
  /** Names of the signals that made the score, strongest first. Never text of the input. */
  readonly signals: readonly string[];
}

const models: Readonly<Record<Side, LinearModel>> = { direct: loadModel(direct), indirect: loadModel(indirect) };

/** Below this nothing is worth a reason. */
const worthAReason = 0.2;

/** Words from which on the classifier has something to go by; "Say yes." is no attack, whatever resembles it. */
const enoughWords = 5;

/** Rules that fired in the window, strongest first; what no rule explains was learned. */
function reasonsIn({ hits }: Reading, { from, to }: { from: number; to: number }): string[] {
  const inside = new Map<string, number>();
  for (const { signal, weight, at } of hits)
    if (at >= from && at < Math.max(to, from + 1)) inside.set(signal, Math.max(weight, inside.get(signal) ?? 0));
  return [...inside].sort((a, b) => b[1] - a[1]).map(([signal]) => signal);
}

function scoreOf(text: string, side: Side): InjectionScreening {
  const reading = read(text, side);
  const { probability, window } = classify(models[side], reading);
  const reasons = reasonsIn(reading, window);
  const score = reasons.length > 0 ? probability : probability * Math.min(1, reading.length / enoughWords);
  if (score < worthAReason) return { score, signals: [] };
  return { score, signals: [...reasons, `learned:${side}`] };
}

/**
 * How much a text looks like an attempt to take over the model's instructions. The score is that of the strongest window of the text or of
 * anything encoded in it, so no friendly words around an attack lower it. What is missed and flagged wrongly: docs/quality.md.
 */
export function screenInjection(text: string, source: Source, limits: DecodeLimits = defaultPolicy.decode): InjectionScreening {
  const side = sideOf(channelOf(source));
  const { outer, escapes, layers } = unfold(text, limits);
  const open = scoreOf(outer, side);
  let best = open.score < worthAReason ? open : { ...open, signals: [...open.signals, ...escapes.map((kind) => `encoded:${kind}`)] };
  for (const layer of layers) {
    const found = scoreOf(layer.text, side);
    if (found.score > best.score) best = { score: found.score, signals: [`encoded:${layer.encoding}`, ...found.signals] };
  }
  return best;
}
