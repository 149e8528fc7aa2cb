// Logistic regression over hashed features where a text is judged by its strongest window (multiple-instance learning), by AdaGrad.
import { buckets, cutOf, featuresOf, mostFeatures, read, strongestWindow, unfold } from '@octobus/guardrails/training';
import { randomFrom } from './generate.mjs';

const limits = { maxRun: 8192, maxRuns: 32, maxDepth: 2 };

/** A row as the classifier sees it, features flattened: `ids[offsets[i]..offsets[i + 1]]` are those of piece i. */
function prepared(row, reading) {
  const cut = cutOf(reading);
  const buffer = new Int32Array(mostFeatures);
  const ids = [];
  const offsets = [0];
  const plain = [];
  let signal = 0;
  cut.pieces.forEach((piece, i) => {
    const count = featuresOf(reading.words, piece, buffer);
    for (let k = 0; k < count; k += 1) ids.push(buffer[k]);
    plain.push(ids.length);
    for (; signal < cut.signals.length && cut.signals[signal].piece === i; signal += 1) ids.push(cut.signals[signal].bucket);
    offsets.push(ids.length);
  });
  return { row, pieces: cut.pieces, boundaries: cut.boundaries, ids: Int32Array.from(ids), offsets, plain, end: reading.length };
}

/** What of a text was planted, with what stands around it: the rest of an attacked mail is a harmless mail. */
function taughtPart(row) {
  const at = row.planted === undefined ? -1 : row.text.indexOf(row.planted);
  return at < 0 ? row.text : row.text.slice(Math.max(0, at - 12), at + row.planted.length + 12);
}

const anyAddress = /[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}/g;
const addresses = [
  'eve@mail.example',
  'j.miller@yahoo.com',
  'info@service.example',
  'anna.k@gmail.com',
  'team@office.example',
  'x77@outlook.com',
];

const stretch = 1200;

/** Stretches of a long text, cut between words. Every one of a harmless text is harmless, so each is a lesson. */
function stretchesOf(text) {
  const parts = [];
  for (let at = 0; at < text.length;) {
    const end = text.length - at <= stretch * 1.5 ? text.length : Math.max(at + 1, text.lastIndexOf(' ', at + stretch));
    parts.push(text.slice(at, end));
    at = end;
  }
  return parts;
}

/** What is taught of a row. An attacker's address says nothing about the next attack, so addresses are exchanged for others. */
export function lessonsOf(rows) {
  let next = 0;
  return rows.map((row) => {
    const text = taughtPart(row).replace(anyAddress, () => addresses[(next += 1) % addresses.length]);
    return (row.attack ? [text] : stretchesOf(text)).map((part) => ({ ...row, text: part }));
  });
}

/** The text and, where something is encoded in it, what it says. */
export function preparedRows(rows) {
  return rows.flatMap((row) => {
    const { outer, layers } = unfold(row.text, limits);
    const all = [outer, ...layers.map((layer) => layer.text)].map((text) => prepared(row, read(text, row.side)));
    return [all.filter((one) => one.pieces.length > 0)];
  });
}

function sumsOf(one, weights, withSignals) {
  const sums = new Float64Array(one.pieces.length + 1);
  let sum = 0;
  for (let i = 0; i < one.pieces.length; i += 1) {
    const end = withSignals ? one.offsets[i + 1] : one.plain[i];
    for (let k = one.offsets[i]; k < end; k += 1) sum += weights[one.ids[k]];
    sums[i + 1] = sum;
  }
  return sums;
}

function strongest(views, weights, withSignals = true) {
  let best;
  for (const view of views) {
    const found = strongestWindow(view.pieces, view.boundaries, sumsOf(view, weights, withSignals), view.end);
    if (best === undefined || found.evidence > best.evidence) best = { ...found, view };
  }
  return best;
}

export const evidenceOf = (views, weights) => strongest(views, weights)?.evidence ?? 0;

/** Weight of every row: a source with many rows of a kind counts as `cap` of them. */
function rowWeights(rows, cap) {
  const counts = new Map();
  const keyOf = (row) => `${row.family} ${row.attack} ${row.side}`;
  for (const row of rows) counts.set(keyOf(row), (counts.get(keyOf(row)) ?? 0) + 1);
  return rows.map((row) => {
    const n = counts.get(keyOf(row));
    const most = (row.family === 'written' ? cap * 3 : cap) * (row.attack ? 1 : 1.3);
    return Math.min(1, Math.sqrt(most / n));
  });
}

export const defaults = { epochs: 8, rate: 0.15, decay: 1e-2, cap: 150, dropSignals: 0.5, spread: 2 };

/** Buckets that fewer than `spread` groups have teach nothing about strangers. */
function commonBuckets(all, spread) {
  const seen = new Uint8Array(buckets);
  const last = new Int32Array(buckets).fill(-1);
  all.forEach((views, i) => {
    for (const view of views)
      for (const id of view.ids)
        if (last[id] !== i) {
          last[id] = i;
          if (seen[id] < 255) seen[id] += 1;
        }
  });
  return seen.map((count) => (count >= spread ? 1 : 0));
}

function shuffle(list, random) {
  for (let i = list.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j], list[i]];
  }
}

/** Buckets of the features in a window, one for each time it is met. */
function idsIn(view, window, withSignals) {
  const ids = [];
  for (let piece = window.from; piece < window.to; piece += 1) {
    const end = withSignals ? view.offsets[piece + 1] : view.plain[piece];
    for (let k = view.offsets[piece]; k < end; k += 1) ids.push(view.ids[k]);
  }
  return ids;
}

/** A weight vector that AdaGrad moves: each weight by its own, falling rate. */
class Adaptive {
  constructor(length, rate) {
    this.values = new Float64Array(length);
    this.squares = new Float64Array(length).fill(1e-8);
    this.rate = rate;
  }

  move(at, gradient) {
    this.squares[at] += gradient * gradient;
    this.values[at] -= (this.rate * gradient) / Math.sqrt(this.squares[at]);
  }
}

/** One model: weights (and bias) that tell the attacks among the rows. `all`: one list of views a row. */
export function trainOnce(all, options = {}) {
  const { epochs, rate, decay, cap, dropSignals, seed, spread } = { ...defaults, seed: 7, ...options };
  const trained = all.filter((views) => views.length > 0);
  const rows = trained.map((views) => views[0].row);
  const weightOf = rowWeights(rows, cap);
  const common = commonBuckets(trained, spread);
  const random = randomFrom(seed);
  const weights = new Adaptive(buckets, rate);
  const bias = new Adaptive(1, rate);
  const order = rows.map((_, i) => i);
  const learn = (i) => {
    const withSignals = random() >= dropSignals;
    const { window, evidence, view } = strongest(trained[i], weights.values, withSignals);
    const error = 1 / (1 + Math.exp(-(evidence + bias.values[0]))) - (rows[i].attack ? 1 : 0);
    const length = (view.pieces[window.to]?.at ?? view.end) - (view.pieces[window.from]?.at ?? 0);
    const slope = (error * weightOf[i]) / Math.sqrt(length + 4);
    for (const id of idsIn(view, window, withSignals)) if (common[id] === 1) weights.move(id, slope + decay * weights.values[id]);
    bias.move(0, error * weightOf[i]);
  };
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    shuffle(order, random);
    order.forEach(learn);
  }
  return { weights: weights.values, bias: bias.values[0] };
}

const seeds = [7, 8, 9];

/** Mean of three models that met the rows in three orders. */
export function train(all, options = {}) {
  const models = seeds.map((seed) => trainOnce(all, { ...options, seed }));
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / models.length;
  return {
    weights: models[0].weights.map((_, i) => mean(models.map(({ weights }) => weights[i]))),
    bias: mean(models.map(({ bias }) => bias)),
  };
}

/** Platt's fit of probability to evidence by Newton's method; both labels weigh the same. */
export function calibrate(scores, labels) {
  const positive = labels.filter(Boolean).length;
  const share = [0.5 / (labels.length - positive), 0.5 / positive];
  let slope = 1;
  let intercept = 0;
  for (let round = 0; round < 50; round += 1) {
    const g = [0, 0];
    const h = [1e-9, 0, 1e-9];
    scores.forEach((score, i) => {
      const p = 1 / (1 + Math.exp(-(slope * score + intercept)));
      const weight = share[labels[i] ? 1 : 0];
      const error = weight * (p - (labels[i] ? 1 : 0));
      const curve = weight * Math.max(1e-9, p * (1 - p));
      g[0] += error * score;
      g[1] += error;
      h[0] += curve * score * score;
      h[1] += curve * score;
      h[2] += curve;
    });
    const determinant = h[0] * h[2] - h[1] * h[1];
    slope -= (h[2] * g[0] - h[1] * g[1]) / determinant;
    intercept -= (h[0] * g[1] - h[1] * g[0]) / determinant;
  }
  return { slope, intercept };
}
