import { defaultPolicy } from '../policy.ts';
import { type DecodeLimits, decodedLayers } from '../text/decode.ts';
import { normaliseVisible } from '../text/normalise.ts';
import { visible } from '../text/visible.ts';
import { forgedDelimiter } from './forged-delimiters.ts';
import { broaderIdeas } from './ideas.ts';
import { compileLexicon, mentionsOf } from './lexicon.ts';
import { type Hit, hitsOf, positionsOf } from './proximity.ts';
import { type Channel, proximityRules } from './rules.ts';
import { vocabularies } from './vocabulary/index.ts';
import { skeleton, wordsOf } from './words.ts';

export interface InjectionScreening {
  /** 0 (nothing found) to 1. */
  readonly score: number;
  /** Names of the signals that made the score, strongest first. Never text of the input. */
  readonly signals: readonly string[];
}

const lexicon = compileLexicon(vocabularies, broaderIdeas);

/** Signals further apart than this many words don't add up: a long document is no attack because it is long. */
const windowWords = 400;

const combine = (weights: Iterable<number>): number => {
  let innocent = 1;
  for (const weight of weights) innocent *= 1 - weight;
  return 1 - innocent;
};

/** The densest window of hits: each signal counts once. */
function densest(hits: readonly Hit[]): Map<string, number> {
  const sorted = [...hits].sort((a, b) => a.at - b.at);
  const last = sorted[sorted.length - 1];
  if (last === undefined) return new Map();
  let best = new Map<string, number>();
  let bestScore = -1;
  let from = 0;
  for (let start = 0; start <= last.at; start += windowWords / 2) {
    while (from < sorted.length && (sorted[from]?.at ?? 0) < start) from += 1;
    const seen = new Map<string, number>();
    for (let i = from; i < sorted.length && (sorted[i]?.at ?? 0) < start + windowWords; i += 1) {
      const hit = sorted[i];
      if (hit !== undefined) seen.set(hit.signal, Math.max(hit.weight, seen.get(hit.signal) ?? 0));
    }
    const score = combine(seen.values());
    if (score > bestScore) [best, bestScore] = [seen, score];
  }
  return best;
}

function hitsInText(text: string, channel: Channel): Hit[] {
  const normalised = normaliseVisible(visible(text)).text;
  const words = wordsOf(skeleton(normalised));
  const positions = positionsOf(mentionsOf(lexicon, words).mentions);
  const rules = proximityRules.filter((rule) => rule.channel === undefined || rule.channel === channel);
  const forged = forgedDelimiter(normalised);
  const hits = rules.flatMap((rule) => hitsOf(rule, positions));
  return forged === undefined ? hits : [...hits, { signal: 'forged-delimiter', weight: forged.weight, at: hits[0]?.at ?? 0 }];
}

/**
 * How much a text looks like an attempt to take over the model's instructions. `direct` = typed by the user, `indirect` = part of an
 * e-mail, page or tool answer. Rules only; what they miss and flag wrongly is measured by `npm run eval`.
 */
export function screenInjection(text: string, channel: Channel, limits: DecodeLimits = defaultPolicy.decode): InjectionScreening {
  const plain = densest(hitsInText(text, channel));
  const layers = decodedLayers(text, limits).map((layer) => ({ layer, signals: densest(hitsInText(layer.text, channel)) }));
  const best = layers.reduce((strongest, { layer, signals }) => {
    if (signals.size === 0) return strongest;
    const merged = new Map([...strongest, ...signals]);
    return merged.set(`encoded:${layer.encoding}`, 0.4);
  }, plain);
  const ranked = [...best].sort((a, b) => b[1] - a[1]);
  return { score: combine(best.values()), signals: ranked.map(([signal]) => signal) };
}
