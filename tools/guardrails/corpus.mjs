// Training examples: text with labelled spans (UTF-16 offsets).
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
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
    return {
      text,
      template,
      all,
      spans: all.flatMap(({ type, start, end }) => (labelOfType[type] ? [{ label: labelOfType[type], start, end }] : [])),
    };
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
    return {
      text: first.text + gap + second.text,
      spans: [...first.spans, ...second.spans.map((span) => ({ ...span, start: span.start + shift, end: span.end + shift }))],
    };
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

const around = [
  '{}',
  '# {}\n',
  '{}\n\n',
  'See {}.',
  'Open the {} page.',
  'Click {}, then {}.',
  'The {} of the {} is described in {}.',
  '{}: {}',
  '- {}\n- {}\n- {}',
  'What is {}?',
  '| {} | {} |',
  'Learn about {} and {}.',
  'We call this {} ({}).',
  '{} {} with {}',
  'In {}, choose {}.',
  '{}\n{}\n{}',
];

/** Headings, menus and terms: ordinary words of the prose with capitals, which name nobody. */
export function headingExamples(prose, count, random) {
  const counts = new Map();
  for (const { text } of prose)
    for (const [word] of text.matchAll(/(?<![\p{L}\p{N}])\p{Ll}{3,}(?![\p{L}\p{N}])/gu)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const words = [...counts].flatMap(([word, times]) => (times >= 3 ? [word] : []));
  const capital = (word) => (random.chance(0.08) ? word.toUpperCase() : word[0].toUpperCase() + word.slice(1));
  const phrase = () => Array.from({ length: 1 + random.below(3) }, () => capital(random.pick(words))).join(' ');
  return Array.from({ length: count }, () => ({ text: random.pick(around).replaceAll('{}', phrase), spans: [] }));
}
