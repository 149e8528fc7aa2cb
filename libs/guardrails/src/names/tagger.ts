import { featureCount, featuresOf, labels } from './features.ts';
import { shape, type Tokens } from './tokens.ts';

/** A trained tagger. */
export interface TaggerModel {
  /** `2 ** featureBits` rows of one weight for each label. */
  readonly weights: Int8Array;
  /** Hashes of words that are never part of a name when written small. */
  readonly plain: ReadonlySet<number>;
  /** Taken from the score of `none`: the higher, the more is found. */
  readonly eagerness: number;
}

const width = labels.length;

const isWord = (form: number): boolean => form < shape.digits || form === shape.caseless;

/** 1 for words that are ordinary when written small. */
export function commonWords(tokens: Tokens, plain: ReadonlySet<number>): Uint8Array {
  const common = new Uint8Array(tokens.count);
  for (let i = 0; i < tokens.count; i += 1) if (isWord(tokens.shapes[i] ?? shape.sign) && plain.has(tokens.words[i] ?? 0)) common[i] = 1;
  return common;
}

/** Signs and plain small words after something that is no name need no look. */
export const isPlain = (tokens: Tokens, common: Uint8Array, i: number): boolean => {
  const form = tokens.shapes[i] ?? 0;
  return form === shape.lineEnd || form === shape.sign || (form === shape.lower && common[i] === 1);
};

export interface Tags {
  readonly tags: Uint8Array;
  /** How far the label was ahead of `none`, 0 where it is `none`. */
  readonly margins: Float32Array;
}

/** Scores of all labels: the sum of their weights over the features. */
function sumUp(weights: Int8Array, features: Int32Array, scores: Int32Array): void {
  let [a, b, c, d, e, f] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < featureCount; i += 1) {
    const row = (features[i] ?? 0) * width;
    a += weights[row] ?? 0;
    b += weights[row + 1] ?? 0;
    c += weights[row + 2] ?? 0;
    d += weights[row + 3] ?? 0;
    e += weights[row + 4] ?? 0;
    f += weights[row + 5] ?? 0;
  }
  scores.set([a, b, c, d, e, f]);
}

/** Greedy, left to right: cost in proportion to the number of words. */
export function tag(tokens: Tokens, model: TaggerModel): Tags {
  const { count } = tokens;
  const common = commonWords(tokens, model.plain);
  const tags = new Uint8Array(count);
  const margins = new Float32Array(count);
  const features = new Int32Array(featureCount);
  const scores = new Int32Array(width);
  let [previous, before] = [0, 0];
  for (let i = 0; i < count; i += 1) {
    let best = 0;
    if (previous !== 0 || !isPlain(tokens, common, i)) {
      featuresOf(tokens, common, i, previous, before, features);
      sumUp(model.weights, features, scores);
      scores[0] = (scores[0] ?? 0) - model.eagerness;
      for (let label = 1; label < width; label += 1) if ((scores[label] ?? 0) > (scores[best] ?? 0)) best = label;
      margins[i] = (scores[best] ?? 0) - (scores[0] ?? 0);
    }
    tags[i] = best;
    [before, previous] = [previous, best];
  }
  return { tags, margins };
}
