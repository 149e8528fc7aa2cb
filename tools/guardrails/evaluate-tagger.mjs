// Figures of the tagger, with everything else of findPersonalData, on templates it has not been trained on.
import { findNames } from '../../libs/guardrails/src/names/find-names.ts';
import { findPersonalData } from '../../libs/guardrails/src/personal/find-personal-data.ts';
import { foldOf, lines } from './corpus.mjs';
import { randomOf } from './fillers.mjs';
import { examplesOf, settings, toModel, train, trainsOn } from './train-tagger.mjs';

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

export async function crossValidate(data, faker, rows, folds = 5) {
  const structured = new Map(rows.map((row) => [row, findPersonalData(row.text, { names: false })]));
  const eagers = [-120, -80, -50, -25, 0, 12];
  const counts = new Map(eagers.map((eager) => [eager, new Map()]));
  const missed = [];
  const documents = ['product_docs', 'scifact_small', 'wiki_longform', 'xquad_en'].map((set) => [set, lines(data, 'retrieval', set, 'corpus.jsonl').filter(({ doc_id: id }) => !trainsOn(`${set} ${id}`))]);
  for (let fold = 0; fold < folds; fold += 1) {
    const random = randomOf(fold + 1);
    const seen = rows.filter(({ template }) => foldOf(template, folds) !== fold);
    const trained = train(await examplesOf(data, faker, seen, random), random, settings);
    for (const eager of eagers) {
      const model = toModel(trained, eager);
      for (const row of rows.filter(({ template }) => foldOf(template, folds) === fold)) {
        const findings = merged([...structured.get(row), ...findNames(row, model)]);
        const count = countsOf(row, findings);
        const groups = counts.get(eager);
        groups.set(row.template, [...(groups.get(row.template) ?? []), count]);
        if (eager === settings.eagerness && (count.hits < count.spans || count.touching < count.findings)) missed.push({ row, findings });
      }
    }
    if (fold === 0) {
      for (const eager of eagers) for (const [set, docs] of documents) {
        const names = docs.flatMap(({ text }) => findNames({ text }, toModel(trained, eager)).filter(({ kind }) => kind !== 'group').map(({ kind, start, end }) => `${kind}:${text.slice(start, end)}`));
        const size = docs.reduce((sum, { text }) => sum + text.length, 0);
        process.stdout.write(`${eager} ${set}: ${names.length} names in ${Math.round(size / 1000)} kB, ${((1000 * names.length) / size).toFixed(2)} a kB: ${JSON.stringify(names.slice(0, 12))}\n`);
      }
    }
    process.stdout.write(`fold ${fold} done\n`);
  }
  for (const [eager, groups] of counts) {
    const { recall, precision, f } = fScore([...groups.values()].flat());
    const [low, high] = interval(groups);
    process.stdout.write(`eagerness ${eager}: recall ${recall.toFixed(3)} precision ${precision.toFixed(3)} F2 ${f.toFixed(3)} (${low.toFixed(3)}-${high.toFixed(3)})\n`);
  }
  return missed;
}
