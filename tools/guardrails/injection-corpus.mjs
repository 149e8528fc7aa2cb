// Texts to train and measure on: labelled data by path, documents nobody planted anything in, and what generate.mjs writes.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generated } from './generate.mjs';

const rowsOf = (file) =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
    : [];

const injectionFiles = [
  'attacks',
  'attacks_multilingual',
  'deepset',
  'benign_hard_negatives',
  'benign_plain',
  'indirect_email',
  'indirect_tool_response',
];

/** Sources whose parts are no strangers to each other count as one when a whole source is left out. */
const familyOf = (source) => source.replace(/_multilingual$/, '').replace(/^(NotInject|InjecAgent|BFCL)\/.*$/, '$1');

/** Labelled texts: `{id, text, attack, side, source, family, group}`; harmful requests and doubtful labels are left out. */
export function labelled(data) {
  return injectionFiles.flatMap((file) =>
    rowsOf(join(data, 'injection', `${file}.jsonl`))
      .filter((row) => row.disputed !== true && row.label !== 'harmful_request')
      .map((row) => ({
        id: row.id,
        text: row.text,
        attack: row.attack,
        ...(row.attack && row.instruction !== undefined ? { planted: row.instruction } : {}),
        side: row.channel,
        lang: row.lang,
        source: `${file}: ${row.source}`,
        family: familyOf(row.source),
        group: row.attack && row.instruction !== undefined ? `instruction ${row.instruction}` : (row.base ?? row.id),
      })),
  );
}

const retrievalSets = ['product_docs', 'scifact_small', 'wiki_longform', 'xquad_en', 'xquad_de', 'xquad_zh', 'xquad_ar'];

/** Documents and questions of the retrieval sets: nobody planted anything in them. */
export function documents(data) {
  return retrievalSets.flatMap((set) => [
    ...rowsOf(join(data, 'retrieval', set, 'corpus.jsonl')).map((row) => ({
      id: `${set}-${row.doc_id}`,
      text: row.text,
      attack: false,
      side: 'indirect',
      source: `retrieval: ${set}`,
      family: `retrieval/${set}`,
      group: `${set}-${row.doc_id}`,
    })),
    ...rowsOf(join(data, 'retrieval', set, 'queries.jsonl')).map((row) => ({
      id: `${set}-q-${row.qid}`,
      text: row.text,
      attack: false,
      side: 'direct',
      source: `questions: ${set}`,
      family: `retrieval/${set}`,
      group: `${set}-q-${row.qid}`,
    })),
  ]);
}

export const written = (seed, count) => generated(seed, count).map((row) => ({ ...row, family: 'written' }));

const shingleWords = 6;

function shinglesOf(text) {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const shingles = new Set();
  for (let i = 0; i + shingleWords <= words.length; i += 1) shingles.add(words.slice(i, i + shingleWords).join(' '));
  return shingles;
}

/** Root of a row in the forest of groups. */
function rootOf(parent, i) {
  let root = i;
  while (parent[root] !== root) root = parent[root];
  parent[i] = root;
  return root;
}

/** Rows that share a group, or a third of their word sequences, get the same number: a fold must not know its rows by their twins. */
export function groupNumbers(rows) {
  const parent = rows.map((_, i) => i);
  const join2 = (a, b) => (parent[rootOf(parent, a)] = rootOf(parent, b));
  const byGroup = new Map();
  rows.forEach((row, i) => {
    if (byGroup.has(row.group)) join2(i, byGroup.get(row.group));
    else byGroup.set(row.group, i);
  });
  const shingles = rows.map((row) => shinglesOf(row.text));
  const holders = new Map();
  shingles.forEach((set, i) => set.forEach((shingle) => holders.set(shingle, [...(holders.get(shingle) ?? []), i].slice(0, 50))));
  shingles.forEach((set, i) => {
    const common = new Map();
    for (const shingle of set) for (const other of holders.get(shingle)) if (other !== i) common.set(other, (common.get(other) ?? 0) + 1);
    for (const [other, count] of common)
      if (rows[other].side === rows[i].side && rows[other].side === 'direct' && count * 3 >= Math.min(set.size, shingles[other].size))
        join2(i, other);
  });
  return rows.map((_, i) => rootOf(parent, i));
}

/** Digest of everything that was trained on. */
export function digestOf(rows) {
  const hash = createHash('sha256');
  for (const row of rows) hash.update(JSON.stringify([row.id, row.text, row.attack, row.side]));
  return hash.digest('hex').slice(0, 16);
}
