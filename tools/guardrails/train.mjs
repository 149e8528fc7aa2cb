// `npm run guardrails:train -- --data DIR [--evaluate]`: trains the two injection classifiers of libs/guardrails on the labelled data in DIR and
// on written phrases, and writes their weights. --evaluate also measures on sources left out whole, and writes both held-out figures.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bandOf, channelOf, defaultPolicy } from '@octobus/guardrails/training';
import { auc, aucInterval, wilson } from '../eval/statistics.mjs';
import { digestOf, documents, groupNumbers, labelled, written } from './injection-corpus.mjs';
import { calibrate, defaults, evidenceOf, lessonsOf, preparedRows, train, trainOnce } from './learn.mjs';

const folds = 5;
const seed = 7;
const writtenCount = 60;
const sides = ['direct', 'indirect'];
const weightsFile = new URL('../../libs/guardrails/src/injection/classifier/gen/weights.ts', import.meta.url);
const heldOutFile = new URL('held-out.json', import.meta.url);

const say = (text) => process.stdout.write(`${text}\n`);

function option(name) {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}

const rounded = (value, places = 4) => Math.round(value * 10 ** places) / 10 ** places;

/** Rows that one side's model learns from: what users try is an attack in a document, too. */
const learnsFrom = (side, row) => row.side === side || (side === 'indirect' && row.attack && row.family !== 'written');

/** Scores of the measured rows of one side by models that didn't see their part; `partOf` names the part of a row. */
function heldOutScores(side, measured, extra, partOf) {
  const scores = new Map();
  for (const part of new Set(measured.filter(({ row }) => row.side === side).map(partOf))) {
    const taught = [...measured.filter((one) => partOf(one) !== part), ...extra].filter(({ row }) => learnsFrom(side, row));
    const { weights, bias } = trainOnce(taught.flatMap(({ taught: lessons }) => lessons));
    for (const one of measured) if (one.row.side === side && partOf(one) === part) scores.set(one, evidenceOf(one.views, weights) + bias);
  }
  return scores;
}

const byName = (a, b) => a.localeCompare(b);

const interval = ([low, high]) => [rounded(low), rounded(high)];

function shareOf(list, test) {
  const hits = list.filter(test).length;
  return { value: rounded(hits / list.length), interval: interval(wilson(hits, list.length)), n: list.length };
}

/** Flagged and blocked shares by source and label, and the AUC where a family has both labels in text from outside. */
function figuresOf(side, scores, calibration) {
  const probabilityOf = (score) => 1 / (1 + Math.exp(-(calibration.slope * score + calibration.intercept)));
  const bandsOf = (row) => defaultPolicy.bands[row.family.startsWith('retrieval/') && side === 'indirect' ? 'retrieved' : channelOf(side)];
  const rows = [...scores].map(([{ row }, score]) => ({ row, score, band: bandOf(probabilityOf(score), bandsOf(row)) }));
  const figures = [...new Set(rows.map(({ row }) => row.source))].sort(byName).flatMap((source) =>
    [true, false].flatMap((attack) => {
      const list = rows.filter(({ row }) => row.source === source && row.attack === attack);
      if (list.length === 0) return [];
      return [
        { side, source, attack, metric: 'flagged', ...shareOf(list, ({ band }) => band !== 'allow') },
        { side, source, attack, metric: 'blocked', ...shareOf(list, ({ band }) => band === 'block') },
      ];
    }),
  );
  const families = side === 'direct' ? [] : [...new Set(rows.map(({ row }) => row.family))].sort(byName);
  for (const family of families) {
    const of = (attack) => rows.filter(({ row }) => row.family === family && row.attack === attack).map(({ score }) => score);
    const [attacks, clean] = [of(true), of(false)];
    if (attacks.length * clean.length > 0) {
      figures.push({
        side,
        source: family,
        metric: 'AUC',
        value: rounded(auc(attacks, clean)),
        interval: interval(aucInterval(attacks, clean)),
        n: attacks.length,
      });
    }
  }
  return figures;
}

/** Weights as signed bytes; the bias goes into the intercept, so that evidence is what the library sums up. */
function stored({ weights, bias }, calibration) {
  const largest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  const scale = largest / 127;
  const bytes = Int8Array.from(weights, (weight) => Math.round(weight / scale));
  return {
    weights: Buffer.from(bytes.buffer).toString('base64'),
    scale,
    slope: calibration.slope,
    intercept: calibration.intercept + calibration.slope * bias,
  };
}

const literal = (text) => `[\n${(text.match(/.{1,160}/g) ?? []).map((line) => `  '${line}',`).join('\n')}\n].join('')`;

function moduleOf(models, card) {
  const bodies = sides.map((side) => {
    const { weights, scale, slope, intercept } = models[side];
    return `export const ${side}: StoredModel = {\n  scale: ${scale},\n  slope: ${slope},\n  intercept: ${intercept},\n  weights: ${literal(weights)},\n};`;
  });
  return `// Made by \`npm run guardrails:train\`; ${card}\nimport type { StoredModel } from '../model.ts';\n\n${bodies.join('\n\n')}\n`;
}

const data = option('--data');
if (data === undefined || process.argv.includes('--help')) {
  process.stderr.write(
    'usage: npm run guardrails:train -- --data DIR [--evaluate]\nDIR holds the labelled data; weights are written into libs/guardrails.\n',
  );
  process.exit(data === undefined ? 64 : 0);
}
const rows = [...labelled(data), ...documents(data)];
const extraRows = written(seed, writtenCount);
const groups = groupNumbers(rows);
const seen = (list) => {
  const views = preparedRows(list);
  return lessonsOf(list).map((lessons, i) => ({ row: list[i], views: views[i], taught: preparedRows(lessons) }));
};
const measured = seen(rows).map((one, i) => ({ ...one, fold: (Math.imul(groups[i] + 1, 0x9e3779b1) >>> 0) % folds }));
const extra = seen(extraRows);
const card = `seed ${seed}, ${rows.length} labelled texts and ${extraRows.length} written ones, digest ${digestOf([...rows, ...extraRows])}`;
say(card);

const models = {};
const figures = { card, folds: [], families: [] };
for (const side of sides) {
  const scores = heldOutScores(side, measured, extra, ({ fold }) => fold);
  const list = [...scores];
  const calibration = calibrate(
    list.map(([, score]) => score),
    list.map(([{ row }]) => row.attack),
  );
  figures.folds.push(...figuresOf(side, scores, calibration));
  const taught = [...measured, ...extra].filter(({ row }) => learnsFrom(side, row)).flatMap(({ taught: lessons }) => lessons);
  models[side] = stored(train(taught), calibration);
  say(`${side}: ${taught.length} texts learned`);
  if (process.argv.includes('--evaluate'))
    figures.families.push(
      ...figuresOf(
        side,
        heldOutScores(side, measured, extra, ({ row }) => row.family),
        calibration,
      ),
    );
}
writeFileSync(weightsFile, moduleOf(models, card));
say(`written: ${fileURLToPath(weightsFile)}`);
for (const { side, source, attack, metric, value, interval: ends, n } of figures.folds)
  say(
    `  ${side.padEnd(9)}${source.padEnd(66)}${(attack === undefined ? '' : attack ? 'attacks' : 'harmless').padEnd(9)}${metric.padEnd(8)} ${value.toFixed(3)} [${ends.map((end) => end.toFixed(3)).join(', ')}]  n=${String(n)}`,
  );
if (process.argv.includes('--evaluate')) {
  writeFileSync(heldOutFile, `${JSON.stringify({ ...figures, options: defaults }, undefined, 2)}\n`);
  say(`written: ${fileURLToPath(heldOutFile)}`);
}
