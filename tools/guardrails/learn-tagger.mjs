// The tagger of names of libs/guardrails: averaged perceptron, its examples and its settings.
import { featureBits, featureCount, featuresOf, labels } from '../../libs/guardrails/src/names/features.ts';
import { commonWords, isPlain } from '../../libs/guardrails/src/names/tagger.ts';
import { shape, tokensOf } from '../../libs/guardrails/src/names/tokens.ts';
import { foldOf, headingExamples, ownExamples, proseExamples, requestExamples, withCases } from './corpus.mjs';
import { fillersOf } from './fillers.mjs';

const width = labels.length;
const size = 2 ** featureBits * width;

export const settings = { own: 30_000, headings: 4000, epochs: 4, dropWord: 0.3, eagerness: -80, plainMinimum: 2, repeatRows: 2 };

function goldOf(tokens, { spans, unlabelled, text }) {
  const gold = new Uint8Array(tokens.count);
  for (const { label, start, end } of spans) {
    const number = labels.indexOf(label);
    for (let i = 0; i < tokens.count; i += 1) if (tokens.starts[i] < end && tokens.ends[i] > start) gold[i] = number;
  }
  const skip = new Uint8Array(tokens.count);
  if (unlabelled)
    for (let i = 0; i < tokens.count; i += 1) skip[i] = tokens.shapes[i] === shape.lower || tokens.shapes[i] >= shape.digits ? 0 : 1;
  return { text, tokens, gold, skip };
}

const titleLabel = labels.indexOf('title');

/** Hashes of words that were never part of a span when written small. */
function plainWords(prepared, minimum) {
  const counts = new Map();
  const named = new Map();
  for (const { tokens, gold } of prepared) {
    for (let i = 0; i < tokens.count; i += 1) {
      const word = tokens.words[i];
      if (gold[i] !== 0) {
        if (gold[i] !== titleLabel)
          named.set(word, (named.get(word) ?? 0) + (tokens.shapes[i] === shape.lower || tokens.shapes[i] === shape.caseless ? 1 : 0.1));
      } else if (tokens.shapes[i] === shape.lower || tokens.shapes[i] === shape.caseless) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return new Set([...counts].filter(([word, count]) => count >= minimum && count >= 4 * (named.get(word) ?? 0)).map(([word]) => word));
}

/** Word, prefix and suffix features: dropped at times, so that the surroundings learn to decide alone. */
const identity = new Set([1, 8, 9, 10, 18, 20]);

/** The averaged perceptron while it learns. */
class Perceptron {
  weights = new Float64Array(size);
  sums = new Float64Array(size);
  step = 0;
  #features = new Int32Array(featureCount);
  #scores = new Float64Array(width);

  /** Label of word `i`; `dropped`: by its surroundings alone. */
  guess({ tokens, common }, i, previous, before, dropped) {
    this.step += 1;
    featuresOf(tokens, common, i, previous, before, this.#features);
    this.#scores.fill(0);
    for (const row of this.#rows(dropped)) for (let label = 0; label < width; label += 1) this.#scores[label] += this.weights[row + label];
    let best = 0;
    for (let label = 1; label < width; label += 1) if (this.#scores[label] > this.#scores[best]) best = label;
    return best;
  }

  /** After a wrong guess: towards the wanted label, away from the guessed one. */
  correct(wanted, guessed, dropped) {
    for (const row of this.#rows(dropped)) {
      this.weights[row + wanted] += 1;
      this.weights[row + guessed] -= 1;
      this.sums[row + wanted] += this.step;
      this.sums[row + guessed] -= this.step;
    }
  }

  averaged() {
    return this.weights.map((weight, i) => weight - this.sums[i] / this.step);
  }

  *#rows(dropped) {
    for (let f = 0; f < featureCount; f += 1) if (!dropped || !identity.has(f)) yield this.#features[f] * width;
  }
}

/** One text, word after word, as at run time. */
function learn(perceptron, one, random, dropWord) {
  const { tokens, gold, skip, common } = one;
  let [previous, before] = [0, 0];
  for (let i = 0; i < tokens.count; i += 1) {
    let guessed = 0;
    if (previous !== 0 || !isPlain(tokens, common, i)) {
      const dropped = random.chance(dropWord);
      guessed = perceptron.guess(one, i, previous, before, dropped);
      if (guessed !== gold[i] && skip[i] === 0) perceptron.correct(gold[i], guessed, dropped);
    }
    // Half of the time the tags before are the right ones, half of the time those it gave: at run time it meets its own mistakes.
    const seen = skip[i] === 1 || random.chance(0.5) ? guessed : gold[i];
    [before, previous] = [previous, seen];
  }
}

function shuffle(list, random) {
  for (let i = list.length - 1; i > 0; i -= 1) {
    const j = random.below(i + 1);
    [list[i], list[j]] = [list[j], list[i]];
  }
}

/** An ordinary word that begins a sentence is none, labelled or not. */
function isOrdinaryStart({ tokens, common }, i) {
  return common[i] === 1 && (i === 0 || tokens.shapes[i - 1] >= shape.lineEnd);
}

function prepare(examples, plainMinimum) {
  const prepared = examples.map((example) => goldOf(tokensOf(example.text), example));
  const plain = plainWords(prepared, plainMinimum);
  for (const one of prepared) {
    one.common = commonWords(one.tokens, plain);
    for (let i = 0; i < one.tokens.count; i += 1) if (isOrdinaryStart(one, i)) one.skip[i] = 0;
  }
  return { prepared, plain };
}

export function train(examples, random, { epochs, dropWord, plainMinimum }) {
  const { prepared, plain } = prepare(examples, plainMinimum);
  const perceptron = new Perceptron();
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    shuffle(prepared, random);
    for (const one of prepared) learn(perceptron, one, random, dropWord);
  }
  return { ...quantised(perceptron.averaged()), plain };
}

function quantised(weights) {
  const largest = [...weights].map(Math.abs).sort((a, b) => a - b);
  const top = largest[Math.floor(largest.length * 0.9995)] || 1;
  const scale = 127 / top;
  return { weights: Int8Array.from(weights, (weight) => Math.max(-127, Math.min(127, Math.round(weight * scale)))), scale };
}

/** Half of the unlabelled documents train; the other half measures false alarms. */
export const trainsOn = (name) => foldOf(name, 2) === 0;

export async function examplesOf(dataDir, fakerDir, rows, random) {
  const fillers = await fillersOf(fakerDir, random);
  const own = ownExamples(settings.own, fillers, random);
  const labelled = Array.from({ length: settings.repeatRows }, () => rows).flat();
  const prose = [...proseExamples(dataDir, trainsOn), ...requestExamples(dataDir, trainsOn)];
  const headings = headingExamples(prose, settings.headings, random);
  return [...own, ...labelled, ...headings, ...prose].map((example) => withCases(example, random));
}

export const toModel = ({ weights, plain }, eagerness = settings.eagerness) => ({ weights, plain, eagerness });
