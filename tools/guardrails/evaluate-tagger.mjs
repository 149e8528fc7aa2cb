// Figures of the tagger, with everything else of findPersonalData, on templates it has not been trained on.
import { findNames } from '../../libs/guardrails/src/names/find-names.ts';
import { findPersonalData } from '../../libs/guardrails/src/personal/find-personal-data.ts';
import { foldOf, lines } from './corpus.mjs';
import { randomOf } from './fillers.mjs';
import { examplesOf, settings, toModel, train, trainsOn } from './learn-tagger.mjs';

const overlap = (a, b) => Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start));

/** Spans, found spans, findings and findings that touch no span, of one row. */
export function countsOf({ all }, findings) {
  return {
    spans: all.length,
    hits: all.filter((span) => findings.some((finding) => overlap(finding, span) * 2 >= span.end - span.start)).length,
    findings: findings.length,
    touching: findings.filter((finding) => all.some((span) => overlap(finding, span) > 0)).length,
  };
}

export function fScore(counts, beta = 2) {
  const sum = (name) => counts.reduce((total, one) => total + one[name], 0);
  const recall = sum('hits') / sum('spans');
  const precision = sum('touching') / sum('findings');
  return { recall, precision, f: ((1 + beta ** 2) * precision * recall) / (beta ** 2 * precision + recall) };
}

/** 95 % interval of F2, drawing templates, not rows: rows of one template are alike. */
export function interval(byTemplate, draws = 500) {
  const random = randomOf(11);
  const groups = [...byTemplate.values()];
  const values = Array.from({ length: draws }, () => fScore(Array.from(groups, () => random.pick(groups)).flat()).f).sort((a, b) => a - b);
  return [values[Math.floor(draws * 0.025)], values[Math.floor(draws * 0.975)]];
}

const merged = (findings) => {
  const seen = new Set();
  return findings.filter(({ start, end }) => !seen.has(`${start} ${end}`) && seen.add(`${start} ${end}`));
};

const documentSets = ['product_docs', 'scifact_small', 'wiki_longform', 'xquad_en'];

/** Names found in documents that were not trained on: in the first two sets nobody is named, in the others people and places are. */
function reportDocuments(data, trained) {
  for (const set of documentSets) {
    const docs = lines(data, 'retrieval', set, 'corpus.jsonl').filter(({ doc_id: id }) => !trainsOn(`${set} ${id}`));
    const names = docs.flatMap((doc) => findNames(doc, toModel(trained))).filter(({ kind }) => kind !== 'group');
    const size = docs.reduce((sum, { text }) => sum + text.length, 0) / 1000;
    process.stdout.write(`${set}: ${names.length} names in ${Math.round(size)} kB, ${(names.length / size).toFixed(2)} a kB\n`);
  }
}

/** Counts by template, for each eagerness, of the rows of one fold. */
function measureFold(rows, trained, structured, counts) {
  for (const [eager, groups] of counts) {
    const model = toModel(trained, eager);
    for (const row of rows) {
      const count = countsOf(row, merged([...structured.get(row), ...findNames(row, model)]));
      groups.set(row.template, [...(groups.get(row.template) ?? []), count]);
    }
  }
}

export async function crossValidate(data, faker, rows, folds = 5) {
  const structured = new Map(rows.map((row) => [row, findPersonalData(row.text, { names: false })]));
  const counts = new Map([-120, settings.eagerness, -25, 12].map((eager) => [eager, new Map()]));
  for (let fold = 0; fold < folds; fold += 1) {
    const random = randomOf(fold + 1);
    const isHeldOut = ({ template }) => foldOf(template, folds) === fold;
    const trained = train(
      await examplesOf(
        data,
        faker,
        rows.filter((row) => !isHeldOut(row)),
        random,
      ),
      random,
      settings,
    );
    measureFold(rows.filter(isHeldOut), trained, structured, counts);
    if (fold === 0) reportDocuments(data, trained);
  }
  for (const [eager, groups] of counts) {
    const { recall, precision, f } = fScore([...groups.values()].flat());
    const [low, high] = interval(groups);
    process.stdout.write(
      `eagerness ${eager}: recall ${recall.toFixed(3)} precision ${precision.toFixed(3)} F2 ${f.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})\n`,
    );
  }
}
