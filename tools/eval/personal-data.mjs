// Figures of personal data and secrets of libs/guardrails: by the types that `octobus scan` writes, from the text alone.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPersonalData, namedFindings } from '@octobus/guardrails';

const percent = (part, whole) => (whole === 0 ? 0 : Math.round((1000 * part) / whole) / 10);

function lines(dataDir, ...path) {
  const file = join(dataDir, ...path);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function groupBy(rows, keyOf) {
  const groups = new Map();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return [...groups].toSorted(([a], [b]) => a.localeCompare(b));
}

const row = (set, metric, value, n, target) => ({ set, metric, value, n, ...(target === undefined ? {} : { target }) });
const typesIn = (text) => namedFindings(findPersonalData(text)).map(({ type }) => type);

function recallAndFalse(set, items, isFound, isFlagged, claimed) {
  const valid = items.filter((item) => item.valid);
  const invalid = items.filter((item) => !item.valid);
  const share = (metric, list, test, target) =>
    list.length === 0 ? [] : [row(set, metric, percent(list.filter(test).length, list.length), list.length, claimed ? target : undefined)];
  return [...share('found, %', valid, isFound, '>= 98'), ...share('invalid flagged, %', invalid, isFlagged, '<= 2')];
}

/** Entities whose rows say two at once are names and dates of running text. */
const entitiesOf = ({ entity }) => (Array.isArray(entity) ? entity : [entity]);

function recognizerRows(dataDir) {
  const cases = lines(dataDir, 'pii', 'recognizer_cases.jsonl').map((item) => {
    const found = typesIn(item.text).filter((type) => entitiesOf(item).includes(type)).length;
    return { ...item, found, valid: item.expected_count > 0, right: item.expected_count > 0 ? found >= item.expected_count : found === 0 };
  });
  if (cases.length === 0) return [];
  const rows = groupBy(cases, (item) => entitiesOf(item).join('+')).flatMap(([entity, items]) =>
    recallAndFalse(
      `pii/recognizer/${entity}`,
      items,
      (item) => item.right,
      (item) => item.found > 0,
      true,
    ),
  );
  return [
    ...rows,
    row('pii/recognizer', 'cases right, %', percent(cases.filter(({ right }) => right).length, cases.length), cases.length, '>= 98'),
  ];
}

/** Types whose published rule decides without an option. */
const decided = [
  'EMAIL_ADDRESS',
  'CREDIT_CARD',
  'IBAN_CODE',
  'IP_ADDRESS',
  'MAC_ADDRESS',
  'CRYPTO',
  'IMEI',
  'ISIN',
  'BIC',
  'ABA_ROUTING',
  'JWT',
];
const exact = new Set(['EMAIL_ADDRESS', 'CREDIT_CARD', 'IBAN_CODE', 'IP_ADDRESS']);
const typeNames = { JWT: 'SECRET_JWT' };

/** Locales of NATIONAL_ID with a check digit or a form of their own -> the kinds that answer for them. */
const nationalKinds = {
  ES: ['es-nif', 'es-nie'],
  FI: ['fi-hetu'],
  IN: ['in-aadhaar'],
  IR: ['ir-id'],
  LK: ['lk-id'],
  NO: ['no-id'],
  PK: ['pk-id'],
  PL: ['pl-pesel'],
  TH: ['th-tnin'],
  'ar-LY': ['ly-id'],
  'he-IL': ['il-id'],
  'zh-CN': ['cn-id'],
  'zh-HK': ['hk-id'],
  'zh-TW': ['tw-id'],
};

function validatorRows(dataDir) {
  const cases = lines(dataDir, 'pii', 'validator_cases.jsonl');
  const byType = (type, items, claimed) => {
    const hit = (item) => typesIn(item.input).includes(typeNames[type] ?? type);
    const rows = recallAndFalse(`pii/validator/${type}`, items, hit, hit, claimed);
    return exact.has(type) ? rows.map((one) => ({ ...one, target: one.metric === 'found, %' ? '>= 100' : '<= 0' })) : rows;
  };
  const plain = decided.flatMap((type) =>
    byType(
      type,
      cases.filter((item) => item.type === type && (item.args?.length ?? 0) === 0),
      true,
    ),
  );
  const national = cases.filter((item) => item.type === 'NATIONAL_ID' && nationalKinds[item.args?.[0]]);
  const isNational = (item) => findPersonalData(item.input).some((finding) => nationalKinds[item.args[0]].includes(finding.kind));
  const weak = ['URL', 'PHONE_NUMBER', 'TAX_ID', 'VAT_ID', 'PASSPORT', 'LICENSE_PLATE', 'POSTAL_CODE'].flatMap((type) =>
    byType(
      type,
      cases.filter((item) => item.type === type),
      false,
    ),
  );
  return [...plain, ...recallAndFalse('pii/validator/NATIONAL_ID (by locale)', national, isNational, isNational, true), ...weak];
}

function phoneRows(dataDir) {
  const examples = lines(dataDir, 'pii', 'phone_examples.jsonl');
  const hard = lines(dataDir, 'pii', 'phone_hard_negatives.jsonl');
  const isPhone = (text, regions) => findPersonalData(text, regions ? { regions } : {}).some((finding) => finding.kind === 'phone');
  if (examples.length === 0) return [];
  const share = (metric, text, regionsOf) =>
    row(
      'pii/phone_examples',
      metric,
      percent(examples.filter((item) => isPhone(text(item), regionsOf(item))).length, examples.length),
      examples.length,
    );
  return [
    share(
      'found alone, no region given, %',
      (item) => item.national_number,
      () => undefined,
    ),
    share(
      'found alone, region given, %',
      (item) => item.national_number,
      (item) => [item.region],
    ),
    share(
      'found in a sentence, region given, %',
      (item) => `Please call me on ${item.national_number} tomorrow.`,
      (item) => [item.region],
    ),
    row(
      'pii/phone_hard_negatives',
      'flagged, %',
      percent(hard.filter((item) => isPhone(item.text)).length, hard.length),
      hard.length,
      '<= 0',
    ),
  ];
}

function secretRows(dataDir) {
  const items = lines(dataDir, 'pii', 'secrets_detect_secrets.jsonl').filter((item) => item.type !== 'IP_PUBLIC');
  const any = (item) => typesIn(item.text).some((type) => type.startsWith('SECRET_'));
  const same = (item) => typesIn(item.text).includes(item.type);
  const should = items.filter((item) => item.should_flag);
  const not = items.filter((item) => !item.should_flag);
  if (items.length === 0) return [];
  return [
    row('pii/secrets', 'found, any kind, %', percent(should.filter(any).length, should.length), should.length, '>= 95'),
    row('pii/secrets', 'harmless flagged as their type, %', percent(not.filter(same).length, not.length), not.length, '<= 2'),
    row('pii/secrets', 'harmless flagged as any secret, %', percent(not.filter(any).length, not.length), not.length),
  ];
}

/** Code point offsets of the data as UTF-16 offsets of `text`. */
function utf16Spans(text, spans) {
  const offsets = [];
  let at = 0;
  for (const point of text) {
    offsets.push(at);
    at += point.length;
  }
  offsets.push(at);
  return spans.map((span) => ({ type: span.type, start: offsets[span.start], end: offsets[span.end] }));
}

const overlap = (a, b) => Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start));
const exactInText = new Set(['CREDIT_CARD', 'US_SSN', 'IBAN_CODE', 'EMAIL_ADDRESS', 'IP_ADDRESS']);

/** Places, each counted once however many types it has. */
const placesOf = (findings) => [...new Map(findings.map(({ start, end }) => [`${start} ${end}`, { start, end }])).values()];

function freeTextRows(dataDir) {
  const found = new Map();
  let [places, touching] = [0, 0];
  const items = lines(dataDir, 'pii', 'text_synthetic.jsonl');
  if (items.length === 0) return [];
  for (const { text, spans } of items) {
    const expected = utf16Spans(text, spans);
    const findings = placesOf(findPersonalData(text));
    places += findings.length;
    touching += findings.filter((finding) => expected.some((span) => overlap(finding, span) > 0)).length;
    for (const span of expected) {
      const count = found.get(span.type) ?? { hit: 0, n: 0 };
      const hit = findings.some((finding) => overlap(finding, span) * 2 >= span.end - span.start);
      found.set(span.type, { hit: count.hit + (hit ? 1 : 0), n: count.n + 1 });
    }
  }
  const sum = (name) => [...found.values()].reduce((total, count) => total + count[name], 0);
  const recall = sum('hit') / sum('n');
  const precision = touching / places;
  const rows = [...found].map(([type, { hit, n }]) =>
    row(`pii/text_synthetic/${type}`, 'found, %', percent(hit, n), n, exactInText.has(type) ? '>= 100' : undefined),
  );
  return [
    ...rows,
    row('pii/text_synthetic', 'findings that touch no span, %', percent(places - touching, places), places),
    row(
      'pii/text_synthetic',
      'F2 by span (trained on it; held out: train-tagger)',
      (5 * precision * recall) / (4 * precision + recall),
      sum('n'),
      '>= .85',
    ),
  ];
}

const guessed = new Set(['person', 'organization', 'place', 'address', 'title']);

/** Documents of others: what is found in a kilobyte. Wikipedia names people and places; the manuals and abstracts name nobody. */
function proseRows(dataDir) {
  return ['product_docs', 'scifact_small', 'wiki_longform', 'xquad_en'].flatMap((set) => {
    const documents = lines(dataDir, 'retrieval', set, 'corpus.jsonl');
    if (documents.length === 0) return [];
    const size = documents.reduce((total, { text }) => total + text.length, 0) / 1000;
    const findings = documents.flatMap(({ text }) => findPersonalData(text));
    const rate = (test) => findings.filter(test).length / size;
    return [
      row(
        `retrieval/${set}`,
        'names, places, organisations a kB',
        rate(({ kind }) => guessed.has(kind)),
        documents.length,
      ),
      row(
        `retrieval/${set}`,
        'masked by default a kB',
        rate(({ kind, score }) => score >= 0.5 && !guessed.has(kind) && !['url', 'date', 'age', 'group'].includes(kind)),
        documents.length,
      ),
    ];
  });
}

/** All figures of personal data and secrets. */
export const personalDataRows = (dataDir) =>
  [recognizerRows, validatorRows, phoneRows, secretRows, freeTextRows, proseRows].flatMap((measure) => measure(dataDir));
