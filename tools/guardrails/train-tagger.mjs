// `node tools/guardrails/train-tagger.mjs --data DIR --faker DIR [--write]`: trains the tagger of names of libs/guardrails.
// DIR of --data holds the labelled data; DIR of --faker is a folder where `npm install @faker-js/faker@10.6.0` (MIT) was run.
// Without --write: five folds by template, figures on what each has not seen. With it: all rows, and the weights file is written.
import { writeFileSync } from 'node:fs';
import { labelledRows } from './corpus.mjs';
import { crossValidate } from './evaluate-tagger.mjs';
import { randomOf } from './fillers.mjs';
import { examplesOf, settings, train } from './learn-tagger.mjs';

const option = (name) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};

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
  process.stdout.write(
    `weights ${trained.weights.length}, zeros ${trained.weights.filter((w) => w === 0).length}, plain words ${trained.plain.size}\n`,
  );
} else {
  await crossValidate(data, faker, rows);
}
