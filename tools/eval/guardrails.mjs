// Figures of libs/guardrails on labelled data (a directory with injection/, pii/, strings/, retrieval/; what is absent is skipped).
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPersonalData, kinds, maskPersonalData, screen } from '@octobus/guardrails';

const percent = (part, whole) => (whole === 0 ? 0 : Math.round((1000 * part) / whole) / 10);

function lines(dataDir, ...path) {
  const file = join(dataDir, ...path);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

const groupBy = (rows, keyOf) => {
  const groups = new Map();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return [...groups].sort(([a], [b]) => a.localeCompare(b));
};

const row = (set, metric, value, n, target) => ({ set, metric, value, n, ...(target === undefined ? {} : { target }) });

/** Chance that an attacked row scores above a clean one (ties count half). */
function auc(attacks, clean) {
  let wins = 0;
  for (const attack of attacks) for (const other of clean) wins += attack > other ? 1 : attack === other ? 0.5 : 0;
  return attacks.length * clean.length === 0 ? 0 : Math.round((1000 * wins) / (attacks.length * clean.length)) / 1000;
}

const injectionFiles = [
  'attacks',
  'attacks_multilingual',
  'deepset',
  'benign_hard_negatives',
  'benign_plain',
  'indirect_email',
  'indirect_tool_response',
];

const screened = (rows) => rows.map((item) => ({ ...item, ...screen(item.text, { channel: item.channel }) }));

function injectionRows(dataDir) {
  const rows = [];
  const all = [];
  for (const file of injectionFiles) {
    const items = screened(
      lines(dataDir, 'injection', `${file}.jsonl`).filter((item) => !item.disputed && item.label !== 'harmful_request'),
    );
    all.push(...items.map((item) => ({ ...item, file })));
  }
  for (const [source, items] of groupBy(all, (item) => `${item.file}: ${item.source}`)) {
    const attacks = items.filter((item) => item.attack);
    const benign = items.filter((item) => !item.attack);
    const flagged = (list) => percent(list.filter((item) => item.verdict !== 'pass').length, list.length);
    if (attacks.length > 0) rows.push(row(`injection/${source}`, 'recall, %', flagged(attacks), attacks.length));
    if (benign.length > 0) rows.push(row(`injection/${source}`, 'false positives, %', flagged(benign), benign.length, '<= 3'));
    if (benign.length > 0)
      rows.push(
        row(
          `injection/${source}`,
          'benign blocked, %',
          percent(benign.filter((item) => item.verdict === 'block').length, benign.length),
          benign.length,
          '<= 1',
        ),
      );
  }
  return [...rows, ...separationRows(all), ...totalRows(all), ...documentRows(dataDir)];
}

function separationRows(all) {
  return ['indirect_email', 'indirect_tool_response'].flatMap((file) => {
    const scores = (attack) => all.filter((item) => item.file === file && item.attack === attack).map((item) => item.injection.score);
    const attacks = scores(true);
    return attacks.length === 0
      ? []
      : [row(`injection/${file}`, 'AUC attacked against clean', auc(attacks, scores(false)), attacks.length)];
  });
}

function totalRows(all) {
  const share = (set, items, metric, target) =>
    items.length === 0
      ? []
      : [row(set, metric, percent(items.filter((item) => item.verdict !== 'pass').length, items.length), items.length, target)];
  const attacks = all.filter((item) => item.attack);
  return [
    ...share(
      'injection, all',
      attacks.filter((item) => item.channel === 'direct' && item.file !== 'attacks_multilingual'),
      'recall direct, %',
    ),
    ...share(
      'injection, all',
      attacks.filter((item) => item.file === 'attacks_multilingual'),
      'recall other languages, %',
    ),
    ...share(
      'injection, all',
      attacks.filter((item) => item.channel === 'indirect'),
      'recall indirect, %',
    ),
    ...share(
      'injection, all',
      all.filter((item) => item.file.startsWith('benign_')),
      'false positives benign files, %',
      '<= 3',
    ),
    ...share(
      'injection, all',
      all.filter((item) => /NotInject/.test(item.source)),
      'false positives NotInject, %',
      '<= 5',
    ),
  ];
}

/** Documents nobody planted anything in, read as retrieved text. */
function documentRows(dataDir) {
  return ['product_docs', 'scifact_small', 'wiki_longform', 'xquad_en', 'xquad_de', 'xquad_zh', 'xquad_ar'].flatMap((set) => {
    const documents = lines(dataDir, 'retrieval', set, 'corpus.jsonl');
    const flagged = documents.filter((item) => screen(item.text, { channel: 'indirect' }).verdict !== 'pass').length;
    return documents.length === 0
      ? []
      : [row(`retrieval/${set}`, 'clean documents flagged, %', percent(flagged, documents.length), documents.length)];
  });
}

const entities = new Set(Object.values(kinds));
const entityOf = (finding) => kinds[finding.kind];
const regionOf = (locale) => (typeof locale === 'string' ? /^(?:[a-z]{2,3}-)?([A-Z]{2})$/.exec(locale)?.[1] : undefined);

/** Locales of NATIONAL_ID whose rule is claimed -> kinds that answer for them. */
const nationalKinds = {
  ES: ['es-nif', 'es-nie'],
  FI: ['fi-hetu'],
  IN: ['in-aadhaar'],
  IR: ['ir-id'],
  NO: ['no-id'],
  PL: ['pl-pesel'],
  TH: ['th-tnin'],
  'he-IL': ['il-id'],
  'zh-CN': ['cn-id'],
  'zh-TW': ['tw-id'],
};

function recallAndFalse(set, items, hits, wrong, target = '100') {
  const valid = items.filter((item) => item.valid);
  const invalid = items.filter((item) => !item.valid);
  return [
    ...(valid.length > 0 ? [row(set, 'found, %', percent(valid.filter(hits).length, valid.length), valid.length, target)] : []),
    ...(invalid.length > 0
      ? [row(set, 'invalid flagged, %', percent(invalid.filter(wrong).length, invalid.length), invalid.length, '0')]
      : []),
  ];
}

function recognizerRows(dataDir) {
  const cases = lines(dataDir, 'pii', 'recognizer_cases.jsonl').filter(
    (item) => entities.has(item.entity) && item.entity !== 'NATIONAL_ID',
  );
  const found = (item) => findPersonalData(item.text).filter((finding) => entityOf(finding) === item.entity).length;
  const rows = groupBy(cases, (item) => item.entity).flatMap(([entity, items]) => {
    const labelled = items.map((item) => ({ ...item, valid: item.expected_count > 0 }));
    return recallAndFalse(
      `pii/recognizer/${entity}`,
      labelled,
      (item) => found(item) >= item.expected_count,
      (item) => found(item) > 0,
    );
  });
  const right = cases.filter((item) => (item.expected_count > 0 ? found(item) >= item.expected_count : found(item) === 0)).length;
  return [...rows, row('pii/recognizer', 'cases right, claimed types, %', percent(right, cases.length), cases.length, '>= 98')];
}

function validatorRows(dataDir) {
  const cases = lines(dataDir, 'pii', 'validator_cases.jsonl');
  const plain = ['EMAIL_ADDRESS', 'CREDIT_CARD', 'IBAN_CODE', 'IP_ADDRESS', 'CRYPTO', 'IMEI'].flatMap((type) => {
    const items = cases.filter((item) => item.type === type && (item.args?.length ?? 0) === 0);
    const hit = (item) => findPersonalData(item.input).some((finding) => entityOf(finding) === type);
    return recallAndFalse(`pii/validator/${type}`, items, hit, hit);
  });
  const jwt = cases.filter((item) => item.type === 'JWT');
  const isJwt = (item) => findPersonalData(item.input).some((finding) => finding.kind === 'jwt');
  const national = cases.filter((item) => item.type === 'NATIONAL_ID' && nationalKinds[item.args?.[0]]);
  const isNational = (item) => findPersonalData(item.input).some((finding) => nationalKinds[item.args[0]].includes(finding.kind));
  const phones = cases.filter(
    (item) => item.type === 'PHONE_NUMBER' && (regionOf(item.args?.[0]) || item.args?.[0] === 'any' || item.args?.length === 0),
  );
  const isPhone = (item) =>
    findPersonalData(item.input, regionOf(item.args?.[0]) ? { regions: [regionOf(item.args[0])] } : {}).some(
      (finding) => finding.kind === 'phone',
    );
  return [
    ...plain,
    ...recallAndFalse('pii/validator/JWT', jwt, isJwt, isJwt),
    ...recallAndFalse('pii/validator/NATIONAL_ID (claimed)', national, isNational, isNational),
    ...recallAndFalse('pii/validator/PHONE_NUMBER', phones, isPhone, isPhone, undefined),
  ];
}

function phoneRows(dataDir) {
  const examples = lines(dataDir, 'pii', 'phone_examples.jsonl');
  const hard = lines(dataDir, 'pii', 'phone_hard_negatives.jsonl');
  const isPhone = (text, regions) => findPersonalData(text, regions ? { regions } : {}).some((finding) => finding.kind === 'phone');
  if (examples.length === 0) return [];
  const inRegion = examples.filter((item) => isPhone(item.national_number, [item.region])).length;
  const inText = examples.filter((item) => isPhone(`Please call me on ${item.national_number} tomorrow.`, [item.region])).length;
  return [
    row('pii/phone_examples', 'found alone, region given, %', percent(inRegion, examples.length), examples.length),
    row('pii/phone_examples', 'found in a sentence, region given, %', percent(inText, examples.length), examples.length),
    row('pii/phone_hard_negatives', 'flagged, %', percent(hard.filter((item) => isPhone(item.text)).length, hard.length), hard.length, '0'),
  ];
}

function secretRows(dataDir) {
  const items = lines(dataDir, 'pii', 'secrets_detect_secrets.jsonl').filter((item) => item.type !== 'IP_PUBLIC');
  const secret = (finding) => entityOf(finding).startsWith('SECRET_');
  const any = (item) => findPersonalData(item.text).some(secret);
  const same = (item) => findPersonalData(item.text).some((finding) => entityOf(finding) === item.type);
  const should = items.filter((item) => item.should_flag);
  const not = items.filter((item) => !item.should_flag);
  if (items.length === 0) return [];
  return [
    row('pii/secrets', 'found, any kind, %', percent(should.filter(any).length, should.length), should.length, '>= 95'),
    row('pii/secrets', 'harmless flagged as their type, %', percent(not.filter(same).length, not.length), not.length, '<= 2'),
    row('pii/secrets', 'harmless flagged as any secret, %', percent(not.filter(any).length, not.length), not.length),
  ];
}

const structured = ['CREDIT_CARD', 'US_SSN', 'IBAN_CODE', 'EMAIL_ADDRESS', 'IP_ADDRESS', 'PHONE_NUMBER'];

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

function freeTextRows(dataDir) {
  const found = new Map(structured.map((type) => [type, { hit: 0, n: 0 }]));
  let findingsTotal = 0;
  let falseAlarms = 0;
  const items = lines(dataDir, 'pii', 'text_synthetic.jsonl');
  for (const { text, spans } of items) {
    const expected = utf16Spans(text, spans);
    const findings = findPersonalData(text);
    findingsTotal += findings.length;
    falseAlarms += findings.filter((finding) => expected.every((span) => overlap(finding, span) === 0)).length;
    for (const span of expected.filter(({ type }) => found.has(type))) {
      const count = found.get(span.type);
      count.n += 1;
      if (findings.some((finding) => overlap(finding, span) * 2 >= span.end - span.start)) count.hit += 1;
    }
  }
  if (items.length === 0) return [];
  return [
    ...[...found].map(([type, { hit, n }]) =>
      row(`pii/text_synthetic/${type}`, 'found, %', percent(hit, n), n, type === 'PHONE_NUMBER' ? undefined : '100'),
    ),
    row('pii/text_synthetic', 'findings that touch no span, %', percent(falseAlarms, findingsTotal), findingsTotal),
  ];
}

/** Every hostile string gets an answer, and masking it twice changes nothing more. */
function stringRows(dataDir) {
  return ['naughty', 'command_injection', 'nosql_injection', 'path_traversal'].flatMap((file) => {
    const items = lines(dataDir, 'strings', `${file}.jsonl`);
    const broken = items.filter(({ text, traversal_template: template }) => {
      const value = text ?? template ?? '';
      screen(value, { channel: 'indirect' });
      const masked = maskPersonalData(value, findPersonalData(value));
      return maskPersonalData(masked, findPersonalData(masked)) !== masked;
    });
    return items.length === 0
      ? []
      : [row(`strings/${file}`, 'answered, masks stable, %', percent(items.length - broken.length, items.length), items.length, '100')];
  });
}

const rounds = 5;

/** Times of `rounds` rounds; the quietest counts, because other processes of the machine only ever make one slower. */
function speedOf(text) {
  for (let i = 0; i < 500; i += 1) screen(text);
  const sorted = Array.from({ length: rounds }, () =>
    Array.from({ length: 1000 }, () => {
      const start = performance.now();
      screen(text);
      return performance.now() - start;
    }).sort((a, b) => a - b),
  );
  const at = (share) => Math.min(...sorted.map((times) => times[Math.floor(times.length * share)]));
  return { p50: Math.round(at(0.5) * 1000) / 1000, p95: Math.round(at(0.95) * 1000) / 1000 };
}

function speedRows() {
  const prose =
    'Please summarise the minutes of the harbour committee and file them under project 4711 by Friday, 14:30, before the ferry leaves. ';
  const personal =
    'Reach Ana at ana@example.org or +351 912 345 678; card 4539 1488 0343 6467, IBAN DE89 3704 0044 0532 0130 00, host 203.0.113.7. ';
  return Object.entries({
    prose,
    'prose full of personal data': personal,
    'not ASCII': 'Bitte fasse die Ergebnisse für das Gremium zusammen; größere Änderungen zuerst. ',
  }).flatMap(([name, sentence]) => {
    const { p50, p95 } = speedOf(sentence.repeat(20).slice(0, 1024));
    return [row(`speed/${name}`, '1 kB, ms p50', p50, rounds * 1000), row(`speed/${name}`, '1 kB, ms p95', p95, rounds * 1000, '<= 1')];
  });
}

/** All figures of the screening library on the data in `dataDir`. */
export async function evalGuardrails(dataDir) {
  const rows = [injectionRows, recognizerRows, validatorRows, phoneRows, secretRows, freeTextRows, stringRows].flatMap((measure) =>
    measure(dataDir),
  );
  return { rows: [...rows, ...speedRows()] };
}
