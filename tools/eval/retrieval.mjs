// Measures search and the "not found in these documents" decision on labelled retrieval sets (corpus, queries, qrels as JSON Lines). Needs a build: `node tools/build.mjs`.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const TARGETS = { product_docs: 0.87, scifact_small: 0.78, xquad_en: 0.95, xquad_zh: 0.95, xquad_de: 0.92, xquad_ar: 0.88 };
const SETS = [...Object.keys(TARGETS), 'wiki_longform'];
const K = 10;

const built = (path) => import(new URL(`../../apps/memory/dist/${path}`, import.meta.url).href);

async function jsonLines(path) {
  const text = await readFile(path, 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** A set: its documents, questions and, by question, the documents that answer with their grade. */
async function load(folder) {
  const [corpus, queries, qrels] = await Promise.all(
    ['corpus', 'queries', 'qrels'].map((name) => jsonLines(join(folder, `${name}.jsonl`))),
  );
  const relevant = new Map();
  for (const { qid, doc_id: id, rel } of qrels) relevant.set(qid, (relevant.get(qid) ?? new Map()).set(id, rel));
  return { corpus, queries, relevant };
}

const gain = (grades) => grades.reduce((sum, grade, rank) => sum + (2 ** grade - 1) / Math.log2(rank + 2), 0);

function ndcg(ids, grades) {
  const ideal = [...grades.values()].toSorted((a, b) => b - a).slice(0, K);
  return gain(ids.map((id) => grades.get(id) ?? 0)) / gain(ideal);
}

const recall = (ids, grades) => ids.filter((id) => grades.has(id)).length / grades.size;
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Chance that a value of `high` is above one of `low`, ties counted half. */
export function auc(high, low) {
  const sorted = low.toSorted((a, b) => a - b);
  const below = (value, orEqual) => {
    let [from, to] = [0, sorted.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (orEqual ? sorted[middle] <= value : sorted[middle] < value) from = middle + 1;
      else to = middle;
    }
    return from;
  };
  return mean(high.map((value) => (below(value, false) + below(value, true)) / 2 / sorted.length));
}

const whole = (text) => [{ ordinal: 0, text, startByte: 0, endByte: Buffer.byteLength(text), startLine: 1, endLine: 1 }];

function indexOf(SearchIndex, corpus, divide) {
  const index = new SearchIndex();
  for (const { doc_id: documentId, title, text } of corpus) {
    index.add({ documentId, name: documentId, ...(title ? { title } : {}), chunks: divide(text) });
  }
  return index;
}

/** nDCG@10 and recall@10 of documents; a document stands where its best passage stands. */
function rankingRows(set, label, index, { queries, relevant }, target) {
  const asked = queries.filter((query) => query.answerable && relevant.has(query.qid));
  const found = asked.map(({ qid, text }) => ({
    ids: [...new Set(index.search(text, { k: 100 }).hits.map((hit) => hit.documentId))].slice(0, K),
    grades: relevant.get(qid),
  }));
  const n = asked.length;
  return [
    { set, metric: `nDCG@10${label}`, value: mean(found.map(({ ids, grades }) => ndcg(ids, grades))), n, target },
    { set, metric: `recall@10${label}`, value: mean(found.map(({ ids, grades }) => recall(ids, grades))), n },
  ].map((row) => (row.target === undefined ? { set: row.set, metric: row.metric, value: row.value, n: row.n } : row));
}

const below = (values, threshold) => values.filter((value) => value < threshold).length / values.length;

/** How well answerable questions are told from others; `foreign` are questions that belong to another corpus. */
function refusalRows(set, label, confidence, threshold, { queries }, foreign) {
  const answerable = queries.filter((query) => query.answerable).map(confidence);
  const not = queries.filter((query) => !query.answerable).map(confidence);
  const strange = foreign.map(confidence);
  return [
    { set, metric: `AUC answerable against not${label}`, value: auc(answerable, not), n: answerable.length + not.length, target: 0.82 },
    {
      set,
      metric: `AUC answerable against xquad_en's questions${label}`,
      value: auc(answerable, strange),
      n: answerable.length + strange.length,
      target: 0.95,
    },
    { set, metric: `xquad_en's questions refused${label}`, value: below(strange, threshold), n: strange.length, target: 0.8 },
    {
      set,
      metric: `answerable questions refused${label}`,
      value: below(answerable, threshold),
      n: answerable.length,
      target: 0.15,
      atMost: true,
    },
    { set, metric: `unanswerable questions refused${label}`, value: below(not, threshold), n: not.length },
  ];
}

async function modules() {
  const [{ SearchIndex }, { answerable, ANSWERABLE_FROM }, { chunk }] = await Promise.all(
    ['search/search-index.js', 'search/answerable.js', 'chunking/chunk.js'].map(built),
  );
  return { SearchIndex, answerable, ANSWERABLE_FROM, divide: (text) => chunk(text, 'text/plain') };
}

/**
 * Rows for every set below `dataDir`/retrieval; a set that is not there is named in `skipped`. `target` is the least value wanted, with `atMost` the greatest.
 * "(chunked)": documents divided as the product does it, ranked by their best passage; otherwise one passage a document.
 */
export async function evalRetrieval(dataDir) {
  const { SearchIndex, answerable, ANSWERABLE_FROM, divide } = await modules();
  const folderOf = (set) => join(dataDir, 'retrieval', set);
  const present = SETS.filter((set) => existsSync(folderOf(set)));
  const sets = new Map(await Promise.all(present.map(async (set) => [set, await load(folderOf(set))])));
  const foreign = sets.get('xquad_en')?.queries;
  const rows = [];
  for (const [set, data] of sets) {
    for (const [label, cut] of [
      ['', whole],
      [' (chunked)', divide],
    ]) {
      const index = indexOf(SearchIndex, data.corpus, cut);
      rows.push(...rankingRows(set, label, index, data, TARGETS[set]));
      const confidence = ({ text }) => answerable(index.search(text));
      if (set === 'wiki_longform' && foreign !== undefined)
        rows.push(...refusalRows(set, label, confidence, ANSWERABLE_FROM, data, foreign));
    }
  }
  return { rows, skipped: SETS.filter((set) => !present.includes(set)) };
}

function percentile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** Indexing rate (chunking included) and time of a search with its confidence, over at least `passages` passages of the sets below `dataDir`/retrieval. */
export async function benchSearch(dataDir, names, passages = 0) {
  const { SearchIndex, answerable, divide } = await modules();
  const sets = await Promise.all(names.map((set) => load(join(dataDir, 'retrieval', set))));
  const corpus = sets.flatMap((set) => set.corpus);
  const index = new SearchIndex();
  let bytes = 0;
  const start = performance.now();
  for (let round = 0; round === 0 || index.stats.chunks < passages; round++) {
    for (const { doc_id: id, title, text } of corpus) {
      index.add({ documentId: `${round}-${id}`, name: id, title, chunks: divide(text) });
      bytes += Buffer.byteLength(text);
    }
  }
  const indexMs = performance.now() - start;
  const times = [];
  for (const { text } of sets.flatMap((set) => set.queries)) {
    const from = performance.now();
    answerable(index.search(text));
    times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  return {
    chunks: index.stats.chunks,
    megabytesPerSecond: bytes / 1e3 / indexMs,
    p50Ms: percentile(times, 0.5),
    p95Ms: percentile(times, 0.95),
    queries: times.length,
  };
}
