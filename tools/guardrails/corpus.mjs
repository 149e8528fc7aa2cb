// Training examples: text with labelled spans (UTF-16 offsets).
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { named, plain } from './templates.mjs';

export const labelOfType = {
  PERSON: 'person',
  GPE: 'place',
  LOCATION: 'place',
  ORGANIZATION: 'organization',
  STREET_ADDRESS: 'address',
  ZIP_CODE: 'address',
  TITLE: 'title',
};

export function lines(...path) {
  const file = join(...path);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** Number of a group out of `folds`, from its name alone. */
export const foldOf = (name, folds) => createHash('sha256').update(name).digest().readUInt32BE(0) % folds;

export function utf16Spans(text, spans) {
  const offsets = [];
  let at = 0;
  for (const point of text) {
    offsets.push(at);
    at += point.length;
  }
  offsets.push(at);
  return spans.map(({ type, start, end }) => ({ type, start: offsets[start], end: offsets[end] }));
}

/** Rows of the labelled set: `{text, spans: {label, start, end}, all: spans of every type, template}`. */
export const labelledRows = (dataDir) =>
  lines(dataDir, 'pii', 'text_synthetic.jsonl').map(({ text, spans, template }) => {
    const all = utf16Spans(text, spans);
    return { text, template, all, spans: all.flatMap(({ type, start, end }) => (labelOfType[type] ? [{ label: labelOfType[type], start, end }] : [])) };
  });

function fill(template, fillers) {
  let text = '';
  const spans = [];
  let from = 0;
  for (const { index, 0: slot, 1: name } of template.matchAll(/\{([A-Z]+)\}/g)) {
    text += template.slice(from, index);
    from = index + slot.length;
    const [label, make] = Object.entries(fillers).flatMap(([key, group]) => (group[name] ? [[key, group[name]]] : []))[0];
    const value = make();
    if (label !== 'none') spans.push({ label, start: text.length, end: text.length + value.length });
    text += value;
  }
  return { text: text + template.slice(from), spans };
}

const recased = (example, change) => {
  const text = change(example.text);
  return text.length === example.text.length ? { ...example, text } : example;
};

/** Some texts are written small, some large: people do. */
export function withCases(example, random) {
  if (random.chance(0.08)) return recased(example, (text) => text.toLowerCase());
  return random.chance(0.02) ? recased(example, (text) => text.toUpperCase()) : example;
}

/** `count` sentences from our own templates, some joined to longer texts. */
export function ownExamples(count, fillers, random) {
  const one = () => (random.chance(0.3) ? fill(random.pick(plain), fillers) : fill(random.pick(named), fillers));
  return Array.from({ length: count }, () => {
    const first = one();
    if (!random.chance(0.35)) return first;
    const second = one();
    const gap = random.pick([' ', '\n', ' ', '\n\n']);
    const shift = first.text.length + gap.length;
    return { text: first.text + gap + second.text, spans: [...first.spans, ...second.spans.map((span) => ({ ...span, start: span.start + shift, end: span.end + shift }))] };
  });
}

/** Prose nobody labelled: words written small are no names; what begins with a capital is left out of training unless the source names nobody. */
export function proseExamples(dataDir, wanted) {
  const named = ['xquad_en', 'wiki_longform'];
  const nameless = ['product_docs', 'scifact_small'];
  return [...named, ...nameless].flatMap((set) =>
    lines(dataDir, 'retrieval', set, 'corpus.jsonl')
      .filter(({ doc_id: id }) => wanted(`${set} ${id}`))
      .map(({ text }) => ({ text: text.slice(0, 4000), spans: [], unlabelled: named.includes(set) })),
  );
}

/** Requests and tool answers that nobody labelled for names: only their small words teach. */
export const requestExamples = (dataDir, wanted) =>
  ['benign_plain', 'benign_hard_negatives'].flatMap((file) =>
    lines(dataDir, 'injection', `${file}.jsonl`)
      .filter(({ id }) => wanted(id))
      .map(({ text }) => ({ text: text.slice(0, 1500), spans: [], unlabelled: true })),
  );

/** The documentation of this repository: full of capitals, and nobody is named in it. */
export function ownDocuments(root) {
  const texts = [];
  for (const name of readdirSync(join(root, 'docs'), { recursive: true })) {
    if (name.endsWith('.md')) texts.push(readFileSync(join(root, 'docs', name), 'utf8'));
  }
  return texts.flatMap((text) => text.split('\n\n')).map((text) => ({ text: text.slice(0, 3000), spans: [] }));
}

const mentionsPeople = /copyright|\u00a9|author|contribut|maintain|thanks|sponsor|credit|inspired|by \[/i;

/** Read-mes of installed packages, without the paragraphs that may thank somebody: capitals that name products and methods. */
export function packageReadmes(root, most = 200) {
  const names = readdirSync(join(root, 'node_modules')).filter((name) => !name.startsWith('.') && !name.startsWith('@')).sort();
  const files = names.map((name) => join(root, 'node_modules', name, 'README.md')).filter((file) => existsSync(file)).slice(0, most);
  return files.flatMap((file) =>
    readFileSync(file, 'utf8')
      .slice(0, 12_000)
      .split('\n\n')
      .filter((text) => text.length > 40 && !mentionsPeople.test(text))
      .map((text) => ({ text: text.slice(0, 2000), spans: [] })),
  );
}
