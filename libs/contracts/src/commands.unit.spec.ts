import { describe, expect, it } from '@jest/globals';
import { COMMAND_SCHEMAS } from './command-schemas.ts';
import { type Problem, SCOPES, checkCommand } from './commands.ts';
import { VERBS, type Verb } from './subjects.ts';

type Body = Readonly<Record<string, unknown>>;
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: boolean;
  readonly type?: string;
}

const uuid = '01a1f83b-fbf0-7a12-b5d8-a5129b61c2c0';
const other = '9fc177c6-2761-8251-a1c0-679e3b98f090';
const digest = 'ab'.repeat(32);
const long = (n: number): string => 'x'.repeat(n);
const many = (n: number, make: (i: number) => unknown): unknown[] => Array.from({ length: n }, (_, i) => make(i));
const uuidNo = (i: number): string => `${i.toString(16).padStart(8, '0')}${uuid.slice(8)}`;

const REFUSALS = { code: 'unauthenticated', source: 'address:3c9f1d2e', minute: '2026-11-20T09:15:00Z', count: 12, instance: 'b81f20c4' };
const FULL_TASK: Body = {
  goal: 'At what temperature do the vents open?',
  documents: [uuid, other],
  plan: {
    steps: [
      { id: 'find', agent: 'retriever', instruction: 'vents', arguments: { k: 3 }, maxAttempts: 2, timeoutMs: 1000, effect: 'none' },
      { id: 'answer', agent: 'generalist@1', after: ['find'], inputs: ['find'], onFailure: 'skip' },
      { id: 'pause', after: ['answer'], wait: { forMs: 31_536_000_000 } },
      { id: 'monday', wait: { until: '2026-11-23T08:00:00+01:00' } },
    ],
  },
  priority: 'high',
  cache: 'use',
  limits: { budgetMicroUsd: '50000', maxSteps: 12 },
  dataSubject: 'person-0193',
};

const FULL_POLICY: Body = {
  secrets: 'block',
  personalData: 'redact',
  personalDataKinds: ['card', 'all'],
  links: 'allow',
  allowedHosts: ['docs.example.org'],
  systemPrompt: 'allow',
  canaries: ['Zq7RtLw2XkPm9sVb'],
  topics: [{ name: 'betting', phrases: ['sports betting', 'gambl*'], on: ['input', 'output'] }],
};
const policyWith = (change: Body): Body => ({ policy: change });

/** Every field that a command can have, set. */
const FULL: Readonly<Record<Verb, Body>> = {
  submit: { ...FULL_TASK, deadline: '2026-11-20T10:14:03Z' },
  cancel: { taskId: uuid, reason: 'asked for by mistake' },
  ingest: { name: 'greenhouse/guide.md', mediaType: 'text/markdown', text: 'The vents open at 24 degrees.', dataSubject: 'person-0193' },
  erase: { subject: 'person-0193' },
  'create-tenant': { name: 'acme' },
  'create-key': {
    keyId: 'k-1',
    secretDigest: digest,
    owner: 'key:k-1',
    scopes: [...SCOPES],
    expiresAt: '2027-11-20T00:00:00+01:00',
    label: 'greenhouse controller',
  },
  'revoke-key': { keyId: 'k-1' },
  'open-session': { keyId: 'k-1' },
  'open-replay': { durable: 't-acme-replay-1', from: '2026-11-20T09:15:00.123+01:00', task: uuid },
  'close-replay': { durable: 't-acme-replay-3' },
  redrive: { letter: '41-9ac03f77' },
  drop: { letter: '41-9ac03f77' },
  'report-denial': { code: 'forbidden', action: 'POST /v1/tenants' },
  'report-refusals': { ...REFUSALS },
  'create-schedule': {
    name: 'morning',
    cron: '0 0 8 ? * mon-fri',
    timeZone: 'America/Argentina/Buenos_Aires',
    deadlineAfterMs: 600_000,
    task: FULL_TASK,
  },
  'pause-schedule': { scheduleId: uuid },
  'resume-schedule': { scheduleId: uuid },
  'delete-schedule': { scheduleId: uuid },
  'set-policy': { basedOn: 7, policy: FULL_POLICY },
  'report-output': { taskId: uuid, policyVersion: 2, findings: ['canary canary-1'] },
};

/** The least that a command must say. */
const LEAST: Readonly<Record<Verb, Body>> = {
  submit: { goal: 'x' },
  cancel: { taskId: uuid },
  ingest: { name: 'a.md', mediaType: 'text/plain', text: '' },
  erase: { dataSubject: uuid },
  'create-tenant': { name: 'ab' },
  'create-key': { keyId: 'k', secretDigest: digest, scopes: ['tasks:read'] },
  'revoke-key': { keyId: 'k' },
  'open-session': { keyId: 'k' },
  'open-replay': { durable: 't-a-replay-1' },
  'close-replay': { durable: 't-a-replay-1' },
  redrive: { letter: '1-00000000' },
  drop: { letter: '1-00000000' },
  'report-denial': { code: 'forbidden', action: 'x' },
  'report-refusals': { ...REFUSALS },
  'create-schedule': { name: 'a', cron: '* * * * *', task: { goal: 'x' } },
  'pause-schedule': { scheduleId: uuid },
  'resume-schedule': { scheduleId: uuid },
  'delete-schedule': { scheduleId: uuid },
  'set-policy': { basedOn: 0, policy: {} },
  'report-output': { taskId: uuid, policyVersion: 0, findings: ['x'] },
};

const step = (change: Body): Body => ({ plan: { steps: [{ id: 'a', agent: 'noop', ...change }] } });
const BLOB = { digest, size: 70_000, pieces: [digest], sealed: true };
const blob = (change: Body): Body => ({ text: undefined, blob: { ...BLOB, ...change } });

/** What is wrong with a task, whenever it is done. */
const REFUSED_TASK: readonly (readonly [pointer: string, change: Body])[] = [
  ['/goal', { goal: '' }],
  ['/goal', { goal: ' \n\t' }],
  ['/goal', { goal: long(32_001) }],
  ['/goal', { goal: 7 }],
  ['/goal', { goal: undefined }],
  ['/documents', { documents: uuid }],
  ['/documents', { documents: [uuid, uuid] }],
  ['/documents', { documents: many(501, uuidNo) }],
  ['/documents/1', { documents: [uuid, 'greenhouse/guide.md'] }],
  ['/plan', { plan: [] }],
  ['/plan/steps', { plan: {} }],
  ['/plan/steps', { plan: { steps: [] } }],
  ['/plan/steps', { plan: { steps: many(201, (i) => ({ id: `s${i}`, agent: 'noop' })) } }],
  ['/plan/origin', { plan: { steps: [{ id: 'a', agent: 'noop' }], origin: 'model' } }],
  ['/plan/steps/0/id', step({ id: 'a.b' })],
  ['/plan/steps/0/id', step({ id: undefined })],
  ['/plan/steps/0/agent', step({ agent: 'noop@latest' })],
  ['/plan/steps/0/agent', step({ agent: undefined })],
  ['/plan/steps/0/after/0', step({ after: ['*'] })],
  ['/plan/steps/0/after', step({ after: ['b', 'b'] })],
  ['/plan/steps/0/inputs/0', step({ inputs: ['>'] })],
  ['/plan/steps/0/inputs', step({ inputs: many(101, (i) => `s${i}`) })],
  ['/plan/steps/0/instruction', step({ instruction: long(32_001) })],
  ['/plan/steps/0/arguments', step({ arguments: [1] })],
  ['/plan/steps/0/onFailure', step({ onFailure: 'retry' })],
  ['/plan/steps/0/maxAttempts', step({ maxAttempts: 0 })],
  ['/plan/steps/0/maxAttempts', step({ maxAttempts: 11 })],
  ['/plan/steps/0/maxAttempts', step({ maxAttempts: 1.5 })],
  ['/plan/steps/0/timeoutMs', step({ timeoutMs: 0 })],
  ['/plan/steps/0/timeoutMs', step({ timeoutMs: 3_600_001 })],
  ['/plan/steps/0/effect', step({ effect: 'twice' })],
  ['/plan/steps/0/wait', step({ wait: 1_000 })],
  ['/plan/steps/0/wait', step({ wait: {} })],
  ['/plan/steps/0/wait', step({ wait: { forMs: 1, until: '2026-11-23T08:00:00Z' } })],
  ['/plan/steps/0/wait/forMs', step({ wait: { forMs: 0 } })],
  ['/plan/steps/0/wait/forMs', step({ wait: { forMs: -1 } })],
  ['/plan/steps/0/wait/forMs', step({ wait: { forMs: 0.5 } })],
  ['/plan/steps/0/wait/forMs', step({ wait: { forMs: Number.NaN } })],
  ['/plan/steps/0/wait/forMs', step({ wait: { forMs: 31_536_000_001 } })],
  ['/plan/steps/0/wait/forMs', step({ wait: { forMs: Number.MAX_VALUE } })],
  ['/plan/steps/0/wait/forMs', step({ wait: { forMs: '1000' } })],
  ['/plan/steps/0/wait/until', step({ wait: { until: 'monday' } })],
  ['/plan/steps/0/wait/until', step({ wait: { until: '2026-02-30T00:00:00Z' } })],
  ['/plan/steps/0/wait/until', step({ wait: { until: 1_795_424_400_000 } })],
  ['/plan/steps/0/wait/signal', step({ wait: { signal: 'x' } })],
  ['/plan/steps/0/grant', step({ grant: { budgetMicroUsd: '1' } })],
  ['/priority', { priority: 'urgent' }],
  ['/cache', { cache: 'maybe' }],
  ['/limits', { limits: null }],
  ['/limits/budgetMicroUsd', { limits: { budgetMicroUsd: 50_000 } }],
  ['/limits/budgetMicroUsd', { limits: { budgetMicroUsd: '-1' } }],
  ['/limits/budgetMicroUsd', { limits: { budgetMicroUsd: '1'.repeat(16) } }],
  ['/limits/maxSteps', { limits: { maxSteps: 0 } }],
  ['/limits/maxSteps', { limits: { maxSteps: 201 } }],
  ['/limits/tokens', { limits: { tokens: 1 } }],
  ['/dataSubject', { dataSubject: '' }],
  ['/dataSubject', { dataSubject: long(201) }],
  ['/tenant', { tenant: 'other' }],
];

const badScheduleId: readonly (readonly [pointer: string, change: Body])[] = [
  ['/scheduleId', { scheduleId: 'the last one' }],
  ['/scheduleId', { scheduleId: undefined }],
  ['/force', { force: true }],
];

/** What is changed in the least command, and the place that the refusal must name. */
const REFUSED: Readonly<Record<Verb, readonly (readonly [pointer: string, change: Body])[]>> = {
  submit: [...REFUSED_TASK, ['/deadline', { deadline: 'tomorrow' }], ['/deadline', { deadline: '2026-02-30T00:00:00Z' }]],
  'set-policy': [
    ['/basedOn', { basedOn: -1 }],
    ['/basedOn', { basedOn: undefined }],
    ['/policy', { policy: undefined }],
    ['/policy/secrets', policyWith({ secrets: 'allow' })],
    ['/policy/personalData', policyWith({ personalData: 'some' })],
    ['/policy/systemPrompt', policyWith({ systemPrompt: 'redact' })],
    ['/policy/allowedHosts', policyWith({ allowedHosts: [] })],
    ['/policy/canaries', policyWith({ canaries: [] })],
    ['/policy/topics', policyWith({ topics: [] })],
    ['/policy/topics/0/on', policyWith({ topics: [{ name: 'a', phrases: ['ab'], on: [] }] })],
    ['/policy/topics/0/on/0', policyWith({ topics: [{ name: 'a', phrases: ['ab'], on: ['both'] }] })],
    ['/policy/personalDataKinds/0', policyWith({ personalDataKinds: ['CARD'] })],
    ['/policy/links', policyWith({ links: 'shout' })],
    ['/policy/personalDataKinds', policyWith({ personalDataKinds: [] })],
    ['/policy/allowedHosts/0', policyWith({ allowedHosts: ['https://example.org'] })],
    ['/policy/canaries/0', policyWith({ canaries: ['short'] })],
    ['/policy/topics/0/phrases', policyWith({ topics: [{ name: 'a', phrases: [] }] })],
    ['/policy/topics/0/phrases/0', policyWith({ topics: [{ name: 'a', phrases: ['**'] }] })],
    ['/policy/topics/0/name', policyWith({ topics: [{ name: 'A b', phrases: ['ab'] }] })],
    ['/policy/rules', policyWith({ rules: [] })],
    ['', policyWith({ topics: many(40, (n) => ({ name: `t${n}`, phrases: many(100, (k) => `${'x'.repeat(80)}${k}`) })) })],
  ],
  'report-output': [
    ['/taskId', { taskId: 'x' }],
    ['/policyVersion', { policyVersion: -1 }],
    ['/findings', { findings: [] }],
    ['/findings/0', { findings: ['Card: 4111'] }],
  ],
  cancel: [
    ['/taskId', { taskId: 'the last one' }],
    ['/taskId', { taskId: uuid.toUpperCase() }],
    ['/taskId', { taskId: undefined }],
    ['/reason', { reason: long(501) }],
    ['/force', { force: true }],
  ],
  ingest: [
    ['/name', { name: '' }],
    ['/name', { name: long(501) }],
    ['/name', { name: undefined }],
    ['/mediaType', { mediaType: 'text' }],
    ['/mediaType', { mediaType: 'text/html; charset=utf-8' }],
    ['/mediaType', { mediaType: undefined }],
    ['/text', { text: long(700_001) }],
    ['/text', { text: undefined }],
    ['', { blob: BLOB }],
    ['/blob', blob({ digest: undefined, size: undefined, pieces: undefined, url: 'x' })],
    ['/blob/digest', blob({ digest: 'ab' })],
    ['/blob/sealed', blob({ sealed: 'yes' })],
    ['/blob/size', blob({ size: 0 })],
    ['/blob/size', blob({ size: 52_428_801 })],
    ['/blob/pieces', blob({ pieces: [] })],
    ['/blob/pieces', blob({ pieces: many(401, () => digest) })],
    ['/blob/pieces/0', blob({ pieces: ['>'] })],
    ['/dataSubject', { dataSubject: '' }],
    ['/path', { path: '/etc/passwd' }],
  ],
  'create-schedule': [
    ['/name', { name: 'Good morning' }],
    ['/name', { name: undefined }],
    ['/cron', { cron: '' }],
    ['/cron', { cron: long(121) }],
    ['/cron', { cron: '* * * * *; reboot' }],
    ['/cron', { cron: undefined }],
    ['/timeZone', { timeZone: 'Mars Base' }],
    ['/timeZone', { timeZone: long(65) }],
    ['/task', { task: undefined }],
    ['/task/goal', { task: {} }],
    ['/task/deadline', { task: { goal: 'x', deadline: '2026-11-20T10:14:03Z' } }],
    ...REFUSED_TASK.map(([pointer, change]) => [`/task${pointer}`, { task: { goal: 'x', ...change } }] as const),
    [
      '/task/plan/steps/0/arguments',
      { task: { goal: 'x', plan: { steps: [{ id: 'a', agent: 'noop', arguments: { t: long(65_536) } }] } } },
    ],
    ['/deadlineAfterMs', { deadlineAfterMs: 999 }],
    ['/deadlineAfterMs', { deadlineAfterMs: 31_536_000_001 }],
    ['/at', { at: '2026-11-20T10:14:03Z' }],
  ],
  'pause-schedule': badScheduleId,
  'resume-schedule': badScheduleId,
  'delete-schedule': badScheduleId,
  erase: [
    ['/subject', { dataSubject: undefined, subject: '' }],
    ['/subject', { dataSubject: undefined, subject: long(201) }],
    ['/subject', { dataSubject: undefined }],
    ['/dataSubject', { dataSubject: 'person-0193' }],
    ['', { subject: 'x' }],
    ['/reason', { reason: 'asked' }],
  ],
  'create-tenant': [
    ['/name', { name: '_' }],
    ['/name', { name: '9lives' }],
    ['/name', { name: 'a' }],
    ['/name', { name: `a${long(31)}` }],
    ['/name', { name: undefined }],
    ['/plan', { plan: 'gold' }],
  ],
  'create-key': [
    ['/keyId', { keyId: 'k.1' }],
    ['/keyId', { keyId: undefined }],
    ['/secretDigest', { secretDigest: 'the secret itself' }],
    ['/secretDigest', { secretDigest: undefined }],
    ['/owner', { owner: '' }],
    ['/scopes', { scopes: [] }],
    ['/scopes', { scopes: ['tasks:read', 'tasks:read'] }],
    ['/scopes', { scopes: undefined }],
    ['/scopes/0', { scopes: ['everything'] }],
    ['/expiresAt', { expiresAt: 'never' }],
    ['/label', { label: long(101) }],
    ['/secret', { secret: 'x' }],
  ],
  'revoke-key': [
    ['/keyId', { keyId: '*' }],
    ['/keyId', { keyId: undefined }],
    ['/reason', { reason: 'lost' }],
  ],
  'open-session': [
    ['/keyId', { keyId: undefined }],
    ['/keyId', { keyId: 'a.b' }],
    ['/code', { code: 'x' }],
  ],
  'open-replay': [
    ['/durable', { durable: undefined }],
    ['/durable', { durable: 't-acme' }],
    ['/durable', { durable: 't-acme-replay-1.>' }],
    ['/from', { from: 'last tuesday' }],
    ['/task', { task: 'x' }],
    ['/filter', { filter: 'evt.>' }],
  ],
  'close-replay': [
    ['/durable', { durable: undefined }],
    ['/durable', { durable: 'orchestrator' }],
    ['/from', { from: '1' }],
  ],
  redrive: [
    ['/letter', { letter: undefined }],
    ['/letter', { letter: '41' }],
    ['/letter', { letter: '41-9ac03f77.>' }],
    ['/letter', { letter: '0-9ac03f77' }],
    ['/tenant', { tenant: 'other' }],
  ],
  drop: [
    ['/letter', { letter: undefined }],
    ['/letter', { letter: '41' }],
    ['/letter', { letter: '41-9ac03f77.>' }],
    ['/letter', { letter: '0-9ac03f77' }],
    ['/tenant', { tenant: 'other' }],
  ],
  'report-denial': [
    ['/code', { code: undefined }],
    ['/code', { code: 'a b' }],
    ['/action', { action: '' }],
    ['/action', { action: long(201) }],
    ['/actor', { actor: 'key:k-2' }],
  ],
  'report-refusals': [
    ['/code', { code: '*' }],
    ['/source', { source: '10.0.0.1' }],
    ['/source', { source: undefined }],
    ['/minute', { minute: 'now' }],
    ['/count', { count: 0 }],
    ['/count', { count: 1.5 }],
    ['/instance', { instance: 'a.b' }],
    ['/more', { more: 1 }],
  ],
};

const problemsOf = (verb: Verb, body: unknown): readonly Problem[] => {
  const checked = checkCommand(verb, body);
  return 'problems' in checked ? checked.problems : [];
};

/** Without the fields that a change sets to undefined. */
const changed = (verb: Verb, change: Body): unknown => JSON.parse(JSON.stringify({ ...LEAST[verb], ...change })) as unknown;

/** `/plan/steps/0/id` for every property, one item of a list standing for all. */
function placesOf(schema: Schema, path = ''): string[] {
  const inside = Object.entries(schema.properties ?? {}).flatMap(([name, part]) => [
    `${path}/${name}`,
    ...placesOf(part, `${path}/${name}`),
  ]);
  return schema.items === undefined ? inside : [...inside, ...placesOf(schema.items, `${path}/0`)];
}

/** Objects that a stranger's field could hide in. */
function openObjects(schema: Schema, path = ''): string[] {
  const own = schema.properties !== undefined && schema.additionalProperties !== false ? [path] : [];
  const parts = Object.entries(schema.properties ?? {}).flatMap(([name, part]) => openObjects(part, `${path}/${name}`));
  return [...own, ...parts, ...(schema.items === undefined ? [] : openObjects(schema.items, `${path}/0`))];
}

const has = (body: unknown, pointer: string): boolean =>
  pointer
    .slice(1)
    .split('/')
    .reduce<unknown>((value, key) => (value as Body | undefined)?.[key], body) !== undefined;

describe.each(VERBS)('the command %s', (verb) => {
  it('is accepted with the least it must say and with everything it may say', () => {
    expect(problemsOf(verb, LEAST[verb])).toEqual([]);
    expect(problemsOf(verb, FULL[verb])).toEqual([]);
  });

  it.each(REFUSED[verb].map(([pointer, change]) => ({ pointer, change, said: JSON.stringify(change).slice(0, 60) })))(
    'is refused at "$pointer" for $said',
    ({ pointer, change }) => {
      const places = problemsOf(verb, changed(verb, change)).map((problem) => problem.pointer);
      expect(places.some((place) => place === pointer || (pointer === '/blob' && place.startsWith('/blob/')))).toBe(true);
    },
  );

  it('is refused when it is no object', () => {
    for (const body of [null, 'x', 7, [], true]) expect(problemsOf(verb, body)).not.toEqual([]);
  });

  it('has no field without an accepted and a refused example', () => {
    const places = placesOf(COMMAND_SCHEMAS[verb] as Schema);
    const refused = REFUSED[verb].map(([pointer]) => pointer);
    const examples = [FULL[verb], { ...LEAST[verb], blob: BLOB }];
    const ofAnyStep = (place: string): string[] => [0, 1, 2, 3].map((i) => place.replace('/steps/0/', `/steps/${i}/`));
    const isShown = (place: string): boolean => examples.some((example) => ofAnyStep(place).some((one) => has(example, one)));
    expect(places.filter((place) => !isShown(place))).toEqual([]);
    expect(places.filter((place) => !refused.some((pointer) => pointer === place || pointer.startsWith(`${place}/`)))).toEqual([]);
  });

  it('has no object that takes unknown fields, but the arguments of a step', () => {
    expect(openObjects(COMMAND_SCHEMAS[verb] as Schema)).toEqual([]);
  });
});

describe('a document', () => {
  it('comes as text or as a reference to its content, never as both or neither', () => {
    const about = { name: 'a.md', mediaType: 'text/plain' };
    expect(problemsOf('ingest', { ...about, blob: BLOB })).toEqual([]);
    expect(problemsOf('ingest', { ...about, text: '', blob: BLOB })).not.toEqual([]);
    expect(problemsOf('ingest', about)).not.toEqual([]);
  });
});

describe('a problem', () => {
  it('names the place and the rule, never the value', () => {
    const secret = 'a-secret-that-must-not-be-repeated';
    const problems = [
      ...problemsOf('submit', { goal: 'x', priority: secret }),
      ...problemsOf('cancel', { taskId: secret }),
      ...problemsOf('create-key', { ...LEAST['create-key'], secretDigest: secret }),
    ];
    expect(problems).toHaveLength(3);
    expect(JSON.stringify(problems)).not.toContain(secret);
  });
});
