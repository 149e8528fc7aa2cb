// `node tools/guardrails/train-tagger.mjs --data DIR --faker DIR [--write]`: trains the tagger of names of libs/guardrails.
// DIR of --data holds the labelled data; DIR of --faker is a folder where `npm install @faker-js/faker@10.6.0` (MIT) was run.
// Without --write: five folds by template, figures on what each has not seen. With it: all rows, and the weights file is written.
import { writeFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { featureBits, featureCount, featuresOf, labels } from '../../libs/guardrails/src/names/features.ts';
import { commonWords, isPlain } from '../../libs/guardrails/src/names/tagger.ts';
import { shape, tokensOf } from '../../libs/guardrails/src/names/tokens.ts';
import { foldOf, labelledRows, ownDocuments, ownExamples, packageReadmes, proseExamples, requestExamples, withCases } from './corpus.mjs';
import { fillersOf, randomOf } from './fillers.mjs';

const root = new URL('../..', import.meta.url).pathname;
const width = labels.length;
const size = 2 ** featureBits * width;

export const settings = { own: 30_000, epochs: 4, dropWord: 0.3, eagerness: -80, plainMinimum: 2, repeatRows: 2 };

function goldOf(tokens, { spans, unlabelled, text }) {
  const gold = new Uint8Array(tokens.count);
  for (const { label, start, end } of spans) {
    const number = labels.indexOf(label);
    for (let i = 0; i < tokens.count; i += 1) if (tokens.starts[i] < end && tokens.ends[i] > start) gold[i] = number;
  }
  const skip = new Uint8Array(tokens.count);
  if (unlabelled) for (let i = 0; i < tokens.count; i += 1) skip[i] = tokens.shapes[i] === shape.lower || tokens.shapes[i] >= shape.digits ? 0 : 1;
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
        if (gold[i] !== titleLabel) named.set(word, (named.get(word) ?? 0) + (tokens.shapes[i] === shape.lower || tokens.shapes[i] === shape.caseless ? 1 : 0.1));
      }
      else if (tokens.shapes[i] === shape.lower || tokens.shapes[i] === shape.caseless) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return new Set([...counts].filter(([word, count]) => count >= minimum && count >= 4 * (named.get(word) ?? 0)).map(([word]) => word));
}

/** Word, prefix and suffix features: dropped at times, so that the surroundings learn to decide alone. */
const identity = new Set([1, 8, 9, 10, 18, 20]);

export function train(examples, random, { epochs, dropWord, plainMinimum }) {
  const prepared = examples.map((example) => goldOf(tokensOf(example.text), example));
  const plain = plainWords(prepared, plainMinimum);
  for (const one of prepared) one.common = commonWords(one.tokens, plain);
  const weights = new Float64Array(size);
  const sums = new Float64Array(size);
  const features = new Int32Array(featureCount);
  const scores = new Float64Array(width);
  let step = 0;
  const order = prepared.map((_, i) => i);
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    for (let i = order.length - 1; i > 0; i -= 1) {
      const j = random.below(i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    for (const at of order) {
      const { tokens, gold, skip, common } = prepared[at];
      let [previous, before] = [0, 0];
      for (let i = 0; i < tokens.count; i += 1) {
        const passed = previous === 0 && isPlain(tokens, common, i);
        let best = 0;
        if (!passed) {
          step += 1;
          featuresOf(tokens, common, i, previous, before, features);
          const dropped = random.chance(dropWord);
          scores.fill(0);
          for (let f = 0; f < featureCount; f += 1) {
            if (dropped && identity.has(f)) continue;
            for (let label = 0; label < width; label += 1) scores[label] += weights[features[f] * width + label];
          }
          for (let label = 1; label < width; label += 1) if (scores[label] > scores[best]) best = label;
          const wanted = gold[i];
          if (best !== wanted && skip[i] === 0) {
            for (let f = 0; f < featureCount; f += 1) {
              if (dropped && identity.has(f)) continue;
              const row = features[f] * width;
              weights[row + wanted] += 1;
              weights[row + best] -= 1;
              sums[row + wanted] += step;
              sums[row + best] -= step;
            }
          }
        }
        // Half of the time the tags before are the right ones, half of the time those it gave: at run time it meets its own mistakes.
        const seen = skip[i] === 1 || random.chance(0.5) ? best : gold[i];
        [before, previous] = [previous, seen];
      }
    }
  }
  const averaged = weights.map((weight, i) => weight - sums[i] / step);
  return { ...quantised(averaged), plain };
}

function quantised(weights) {
  const largest = [...weights].map(Math.abs).sort((a, b) => a - b);
  const top = largest[Math.floor(largest.length * 0.9995)] || 1;
  const scale = 127 / top;
  return { weights: Int8Array.from(weights, (weight) => Math.max(-127, Math.min(127, Math.round(weight * scale)))), scale };
}

const option = (name) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};

/** Half of the unlabelled documents train; the other half measures false alarms. */
export const trainsOn = (name) => foldOf(name, 2) === 0;

export async function examplesOf(dataDir, fakerDir, rows, random) {
  const fillers = await fillersOf(fakerDir, random);
  const own = ownExamples(settings.own, fillers, random);
  const labelled = Array.from({ length: settings.repeatRows }, () => rows).flat();
  return [...own, ...labelled, ...proseExamples(dataDir, trainsOn), ...requestExamples(dataDir, trainsOn), ...ownDocuments(root), ...packageReadmes(root)].map((example) => withCases(example, random));
}

export const toModel = ({ weights, plain }, eagerness = settings.eagerness) => ({ weights, plain, eagerness });

const base64Lines = (name, bytes) => `export const ${name} =\n  '${Buffer.from(bytes).toString('base64')}';\n`;

function weightsModule({ weights, plain }) {
  const words = Int32Array.from(plain).sort();
  return [
    '// Written by tools/guardrails/train-tagger.mjs; not to be changed by hand.',
    `export const eagerness = ${settings.eagerness};`,
    base64Lines('weights', weights),
    base64Lines('plainWords', new Uint8Array(words.buffer)),
  ].join('\n');
}

if (process.argv[1] === import.meta.filename) {
  const [data, faker] = [option('--data'), option('--faker')];
  if (!data || !faker) {
    process.stderr.write('usage: node tools/guardrails/train-tagger.mjs --data DIR --faker DIR [--write]\n');
    process.exit(2);
  }
  const rows = labelledRows(data);
  if (process.argv.includes('--write')) {
    const random = randomOf(7);
    const trained = train(await examplesOf(data, faker, rows, random), random, settings);
    const file = new URL('../../libs/guardrails/src/names/weights.ts', import.meta.url);
    writeFileSync(file, weightsModule(trained));
    process.stdout.write(`weights ${trained.weights.length}, zeros ${trained.weights.filter((w) => w === 0).length}, packed ${deflateRawSync(trained.weights).length}, plain words ${trained.plain.size}\n`);
  } else {
    const { crossValidate } = await import('./evaluate-tagger.mjs');
    await crossValidate(data, faker, rows);
  }
}
