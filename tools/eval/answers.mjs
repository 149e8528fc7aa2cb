// Figures of the offline answers on labelled data (a directory with retrieval/ and goals/; what is absent is skipped). Run after the build.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answerFromPassages, planByRules } from '@octobus/models';
import { terms } from '@octobus/text';
import { chunk } from '../../apps/memory/dist/chunking/chunk.js';
import { answerable } from '../../apps/memory/dist/search/answerable.js';
import { SearchIndex } from '../../apps/memory/dist/search/search-index.js';

const PASSAGES = 5;
const SHORT_ANSWERS = ['xquad_en', 'xquad_de', 'xquad_zh', 'xquad_ar'];
const LONG_ANSWERS = ['wiki_longform', 'product_docs'];

const percent = (list, holds) => (list.length === 0 ? 0 : Math.round((1000 * list.filter(holds).length) / list.length) / 10);
const mean = (list) => (list.length === 0 ? 0 : Math.round((1000 * list.reduce((sum, value) => sum + value, 0)) / list.length) / 10);
const row = (set, metric, value, n, target) => ({ set, metric, value, n, ...(target === undefined ? {} : { target }) });

function lines(...path) {
  const file = join(...path);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** Letters and digits only, so that spacing and quotation marks don't decide. */
const bare = (text) =>
  text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
const joined = (texts) => bare(texts.join(' '));

/** Chance that one of `yes` lies above one of `no` (ties count half). */
function auc(yes, no) {
  let wins = 0;
  for (const a of yes) for (const b of no) wins += a > b ? 1 : a === b ? 0.5 : 0;
  return yes.length * no.length === 0 ? 0 : Math.round((1000 * wins) / (yes.length * no.length)) / 1000;
}

function indexOf(dataDir, set) {
  const index = new SearchIndex();
  for (const { doc_id: documentId, title, text } of lines(dataDir, 'retrieval', set, 'corpus.jsonl')) {
    index.add({ documentId, name: title || documentId, ...(title ? { title } : {}), chunks: chunk(text, 'text/plain') });
  }
  return index;
}

/** What the retriever and the generalist do with a question, without the bus between them. */
function answer(index, query) {
  const result = index.search(query.text, { k: PASSAGES });
  const passages = result.hits.map((hit) => ({
    id: `${hit.documentId}/${hit.chunk.ordinal}`,
    name: hit.name,
    heading: hit.chunk.heading,
    text: hit.chunk.text,
  }));
  const options = { retrievalConfidence: answerable(result) };
  const { found, sentences, confidence } = answerFromPassages(query.text, passages, options);
  const forced = answerFromPassages(query.text, passages, { retrievalConfidence: 1 }).sentences;
  return { query, passages, found, confidence, sentences, forced: forced.length > 0 ? forced : sentences };
}

/** Share of the gold answer's terms that the sentences hold. */
function recall({ query, forced }) {
  const gold = new Set(terms(query.answer));
  const given = new Set(forced.flatMap(({ text }) => terms(text)));
  return gold.size === 0 ? 0 : [...gold].filter((term) => given.has(term)).length / gold.size;
}

const containsGold = ({ query, forced }) => joined(forced.map(({ text }) => text)).includes(bare(query.answer));
const passagesContainGold = ({ query, passages }) => joined(passages.map(({ text }) => text)).includes(bare(query.answer));
const isVerbatim = ({ sentences, passages }) => sentences.every(({ text, citations: [at] }) => passages[at - 1]?.text.includes(text));

function answerRows(dataDir, set) {
  const queries = lines(dataDir, 'retrieval', set, 'queries.jsonl').filter((query) => query.answerable && query.answer);
  if (queries.length === 0) return [];
  const index = indexOf(dataDir, set);
  const answers = queries.map((query) => answer(index, query));
  const name = `answers/${set}`;
  const contained = [
    row(name, 'gold answer within the 3 sentences, %', percent(answers, containsGold), answers.length),
    row(name, 'gold answer within the passages found (bound), %', percent(answers, passagesContainGold), answers.length),
  ];
  return [
    ...(SHORT_ANSWERS.includes(set) ? contained : []),
    row(name, "gold answer's terms within the 3 sentences, %", mean(answers.map(recall)), answers.length),
    row(
      name,
      'answerable refused, %',
      percent(answers, ({ found }) => !found),
      answers.length,
      set === 'wiki_longform' ? '<= 15' : undefined,
    ),
    row(name, 'sentences word for word from the passage cited, %', percent(answers, isVerbatim), answers.length, '= 100'),
  ];
}

function refusalRows(dataDir) {
  const queries = lines(dataDir, 'retrieval', 'wiki_longform', 'queries.jsonl');
  const foreign = lines(dataDir, 'retrieval', 'xquad_en', 'queries.jsonl');
  if (queries.length === 0) return [];
  const index = indexOf(dataDir, 'wiki_longform');
  const confident = (list) => list.map((query) => answer(index, query));
  const yes = confident(queries.filter((query) => query.answerable));
  const near = confident(queries.filter((query) => !query.answerable));
  const far = confident(foreign);
  const scores = (list) => list.map(({ confidence }) => confidence);
  return [
    row('answers/wiki_longform', 'AUC answerable against not', auc(scores(yes), scores(near)), yes.length + near.length, '>= .82'),
    row(
      'answers/wiki_longform',
      'unanswerable refused, %',
      percent(near, ({ found }) => !found),
      near.length,
    ),
    ...(far.length === 0
      ? []
      : [
          row(
            'answers/wiki_longform',
            "AUC against xquad_en's questions",
            auc(scores(yes), scores(far)),
            yes.length + far.length,
            '>= .95',
          ),
          row(
            'answers/wiki_longform',
            "xquad_en's questions refused, %",
            percent(far, ({ found }) => !found),
            far.length,
            '>= 80',
          ),
        ]),
  ];
}

/** Rules know retriever, generalist and judge only, so rows that need tools, coders, questions back or refusals are not theirs. */
function planRows(dataDir) {
  const goals = lines(dataDir, 'goals', 'goals.jsonl').filter(
    ({ expect }) =>
      ['direct', 'plan'].includes(expect.path) &&
      !expect.approval &&
      expect.capabilities.every((name) => ['retriever', 'generalist'].includes(name)),
  );
  if (goals.length === 0) return [];
  const plans = goals.map(({ goal, documents, expect }) => ({
    expect,
    steps: planByRules(goal, { documents: documents !== undefined, maxSteps: 8 }).steps,
  }));
  const isRight = ({ expect, steps }) =>
    steps.length >= expect.minSteps &&
    steps.length <= expect.maxSteps &&
    expect.capabilities.every((name) => steps.some(({ agent }) => agent === name)) &&
    steps.every(({ agent }) => !expect.forbidden.includes(agent)) &&
    (!expect.verificationStep || steps.some(({ agent }) => agent === 'judge')) &&
    (!expect.parallel || steps.filter(({ after }) => after.length === 0).length > 1);
  return [row('plans/goals', 'right by rules, of the goals within their reach, %', percent(plans, isRight), plans.length)];
}

/** @param {string} dataDir @returns {Promise<{rows: {set: string, metric: string, value: number, n: number, target?: string}[]}>} */
export async function evalAnswers(dataDir) {
  return {
    rows: [
      ...[...SHORT_ANSWERS, ...LONG_ANSWERS].flatMap((set) => answerRows(dataDir, set)),
      ...refusalRows(dataDir),
      ...planRows(dataDir),
    ],
  };
}
