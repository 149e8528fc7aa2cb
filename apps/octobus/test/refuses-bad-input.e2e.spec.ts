import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aggregatePrefix } from '@octobus/contracts';
import { eventually } from '@octobus/testing';
import { type BehindTheDoors, openBehind } from './behind-the-doors.ts';
import { INSPECTABLE, memoryOf } from './held-memory.ts';
import { type Answer, type Asking, ask, talk, textOf } from './http-door.ts';
import { NAUGHTY } from './naughty-strings.ts';
import { type RunningOctobus, startOctobus } from './running-octobus.ts';

let octobus: RunningOctobus;
let behind: BehindTheDoors;

beforeAll(async () => {
  octobus = await startOctobus({ isolate: true, env: INSPECTABLE });
  behind = await openBehind(octobus);
}, 90_000);
afterAll(async () => {
  await behind?.close();
  await octobus?.stop();
  octobus?.remove();
}, 30_000);

const call = (method: string, path: string, asking: Asking = {}): Promise<Answer> =>
  ask(octobus.credentials.url, method, path, { key: octobus.credentials.apiKey, ...asking });
const step = (id: string, more: object = {}) => ({ id, agent: 'noop', ...more });
const planned = (...steps: object[]) => ({ goal: 'x', plan: { steps } });
const json = (body: string): Asking => ({ headers: { 'content-type': 'application/json' }, body });
const nested = (levels: number) =>
  `{"goal":"x","plan":{"steps":[{"id":"a","agent":"noop","arguments":{"a":${'['.repeat(levels)}${']'.repeat(levels)}}}]}}`;

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly pointer?: string;
}

/** RFC 9457 with the fields of ours. */
function expectProblem(answer: Answer, { status, code, pointer }: Refusal): void {
  expect(answer).toMatchObject({ status, json: { status, code, type: `urn:octobus:problem:${code}` } });
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  const problem = answer.json as Record<string, unknown> & { errors?: { pointer: string }[] };
  expect(typeof problem['title']).toBe('string');
  expect(typeof problem['category']).toBe('string');
  expect(typeof problem['retryable']).toBe('boolean');
  expect(problem['requestId']).toMatch(/^[0-9a-f-]{36}$/);
  if (pointer !== undefined) expect(problem.errors?.map((error) => error.pointer)).toContain(pointer);
  expect(answer.text).not.toMatch(/node_modules|at \w+ \(|Error:/);
}

const malformed = { status: 400, code: 'command-malformed' };
const invalid = (pointer: string) => ({ status: 400, code: 'command-invalid', pointer });
const tooLarge = { status: 413, code: 'body-too-large' };
const unknownTask = { status: 404, code: 'task-unknown' };
const TASKS = 'POST /v1/tasks';
const ABSENT = '019a0000-0000-7000-8000-000000000000';

const CASES: readonly (readonly [what: string, request: string, asking: Asking, refusal: Refusal])[] = [
  ['a body of 2 MB', TASKS, { body: { goal: 'x'.repeat(2_000_000) } }, tooLarge],
  ['20 MB in chunks', TASKS, { headers: { 'content-type': 'application/json' }, body: textOf(20_000_000) }, tooLarge],
  ['an unknown field', TASKS, { body: { goal: 'x', colour: 1 } }, invalid('/colour')],
  ['an unknown field of a step', TASKS, { body: planned(step('a', { colour: 1 })) }, invalid('/plan/steps/0/colour')],
  ['a number as goal', TASKS, { body: { goal: 5 } }, invalid('/goal')],
  ['no goal', TASKS, { body: {} }, invalid('/goal')],
  ['an empty goal', TASKS, { body: { goal: '' } }, invalid('/goal')],
  ['a goal of white space', TASKS, { body: { goal: ' \n\t\u00a0\u2003' } }, invalid('/goal')],
  ['a goal without end', TASKS, { body: { goal: 'x'.repeat(16_001) } }, invalid('/goal')],
  ['a deadline that has passed', TASKS, { body: { goal: 'x', deadline: '2001-01-01T00:00:00Z' } }, invalid('/deadline')],
  ['a deadline that is no time', TASKS, { body: { goal: 'x', deadline: 'tomorrow' } }, invalid('/deadline')],
  ['a deadline in a form of its own', TASKS, { body: { goal: 'x', deadline: '2099-01-01 00:00:00Z' } }, invalid('/deadline')],
  ['an unknown agent', TASKS, { body: planned({ id: 'a', agent: 'nobody' }) }, invalid('/plan/steps/0/agent')],
  ['a cyclic plan', TASKS, { body: planned(step('a', { after: ['b'] }), step('b', { after: ['a'] })) }, invalid('/plan/steps/0/after')],
  ['a step that waits for itself', TASKS, { body: planned(step('a', { after: ['a'] })) }, invalid('/plan/steps/0/after/0')],
  ['two steps of one name', TASKS, { body: planned(step('a'), step('a')) }, invalid('/plan/steps/1/id')],
  ['a step named like a wildcard', TASKS, { body: planned(step('*')) }, invalid('/plan/steps/0/id')],
  ['more steps than allowed', TASKS, { body: { ...planned(step('a'), step('b')), limits: { maxSteps: 1 } } }, invalid('/plan/steps')],
  ['a budget of less than nothing', TASKS, { body: { goal: 'x', limits: { budgetMicroUsd: '-1' } } }, invalid('/limits/budgetMicroUsd')],
  ['a document id that is none', TASKS, { body: { goal: 'x', documents: ['*'] } }, invalid('/documents/0')],
  ['arguments of 70 kB', TASKS, { body: planned(step('a', { arguments: { a: 'x'.repeat(70_000) } })) }, invalid('/plan/steps/0/arguments')],
  ['half of a JSON document', TASKS, json('{"goal":'), malformed],
  ['an array', TASKS, json('[]'), invalid('')],
  ['null', TASKS, json('null'), invalid('')],
  ['nothing', TASKS, json(''), invalid('')],
  ['100,000 levels', TASKS, json(nested(100_000)), malformed],
  ['1,000 levels', TASKS, json(nested(1_000)), malformed],
  ['a key named __proto__', TASKS, json('{"goal":"x","__proto__":{"documents":[]}}'), invalid('/__proto__')],
  ['a key named constructor', TASKS, json('{"goal":"x","constructor":{"prototype":{}}}'), invalid('/constructor')],
  ['a body without a type', TASKS, { body: '{"goal":"x"}' }, { status: 415, code: 'media-type-unsupported' }],
  [
    'text for JSON',
    TASKS,
    { headers: { 'content-type': 'text/plain' }, body: '{"goal":"x"}' },
    { status: 415, code: 'media-type-unsupported' },
  ],
  [
    'a type that is none',
    TASKS,
    { headers: { 'content-type': 'json' }, body: '{"goal":"x"}' },
    { status: 415, code: 'media-type-unsupported' },
  ],
  [
    'an idempotency key with a space',
    TASKS,
    { headers: { 'idempotency-key': 'a b' }, body: { goal: 'x' } },
    { status: 400, code: 'command-invalid' },
  ],
  ['an unknown task', `GET /v1/tasks/${ABSENT}`, {}, unknownTask],
  ['a task id that is no UUID', 'GET /v1/tasks/abc', {}, unknownTask],
  ['a task id that is a path', 'GET /v1/tasks/..%2f..%2f..%2fetc%2fpasswd', {}, unknownTask],
  ['a task id that is a wildcard', 'GET /v1/tasks/*', {}, unknownTask],
  ['a task id in capitals', `GET /v1/tasks/${ABSENT.toUpperCase()}`, {}, unknownTask],
  ['a task id with NUL', 'GET /v1/tasks/%00', {}, unknownTask],
  ['a task id of 5,000 letters', `GET /v1/tasks/${'x'.repeat(5_000)}`, {}, { status: 404, code: 'not-found' }],
  ['a path that is no URL', 'GET /v1/tasks/%zz', {}, malformed],
  ['the timeline of an unknown task', `GET /v1/tasks/${ABSENT}/timeline`, {}, unknownTask],
  ['the result of an unknown task', `GET /v1/tasks/${ABSENT}/result`, {}, unknownTask],
  ['the events of an unknown task', `GET /v1/tasks/${ABSENT}/events`, {}, unknownTask],
  ['to cancel an unknown task', `POST /v1/tasks/${ABSENT}/cancel`, {}, unknownTask],
  ['half a body to cancel', `POST /v1/tasks/${ABSENT}/cancel`, json('{'), malformed],
  ['an unknown path', 'GET /v1/nowhere', {}, { status: 404, code: 'not-found' }],
  ['an unknown path without a key', 'GET /nowhere', { key: undefined }, { status: 404, code: 'not-found' }],
  [
    'XML to an unknown path',
    'POST /v1/nowhere',
    { headers: { 'content-type': 'text/xml' }, body: '<a/>' },
    { status: 404, code: 'not-found' },
  ],
  ['a method that the path does not know', 'PUT /v1/tasks', { body: {} }, { status: 405, code: 'method-not-allowed' }],
  ['another one', `DELETE /v1/tasks/${ABSENT}`, {}, { status: 405, code: 'method-not-allowed' }],
  ['a limit of 0', 'GET /v1/tasks?limit=0', {}, invalid('?limit')],
  ['a limit of 0x10', 'GET /v1/tasks?limit=0x10', {}, invalid('?limit')],
  ['two limits', 'GET /v1/tasks?limit=1&limit=2', {}, invalid('?limit')],
  ['an unknown state', 'GET /v1/tasks?state=sleeping', {}, invalid('?state')],
  ['an unknown parameter', 'GET /v1/tasks?__proto__=1', {}, invalid('?__proto__')],
  ['a cursor of its own making', 'GET /v1/tasks?cursor=MjAyNi0wMS0wMQ', {}, invalid('?cursor')],
  ['a document without a name', 'POST /v1/documents', { headers: { 'content-type': 'text/plain' }, body: 'x' }, invalid('?name')],
  [
    'a document with two names',
    'POST /v1/documents?name=a&name=b',
    { headers: { 'content-type': 'text/plain' }, body: 'x' },
    invalid('?name'),
  ],
  ['a document with an empty name', 'POST /v1/documents?name=', { headers: { 'content-type': 'text/plain' }, body: 'x' }, invalid('/name')],
  [
    'a PDF',
    'POST /v1/documents?name=a.pdf',
    { headers: { 'content-type': 'application/pdf' }, body: '%PDF-1.7' },
    { status: 415, code: 'media-type-unsupported' },
  ],
  [
    'a document that is not UTF-8',
    'POST /v1/documents?name=a',
    { headers: { 'content-type': 'text/plain' }, body: Uint8Array.of(255, 254, 0, 1) },
    { status: 400, code: 'command-invalid' },
  ],
  ['a key as a number', 'POST /v1/keys', json('5'), invalid('')],
  ['a key as a list', 'POST /v1/keys', json('[]'), invalid('')],
  ['a key with an id of its own', 'POST /v1/keys', { body: { keyId: 'mine' } }, invalid('/keyId')],
  ['a key that expired before', 'POST /v1/keys', { body: { expiresAt: '2001-01-01T00:00:00Z' } }, invalid('/expiresAt')],
  ['a key with an unknown scope', 'POST /v1/keys', { body: { scopes: ['everything'] } }, invalid('/scopes/0')],
  ['a key of the platform', 'POST /v1/keys', { body: { scopes: ['platform'] } }, { status: 403, code: 'forbidden' }],
  ['a key for another tenant', 'POST /v1/keys', { body: { tenant: 'other' } }, { status: 403, code: 'forbidden' }],
  ['to revoke an unknown key', 'DELETE /v1/keys/abc', {}, { status: 404, code: 'not-found' }],
  ['to make a tenant', 'POST /v1/tenants', { body: { name: 'mine' } }, { status: 403, code: 'forbidden' }],
  ['no key', 'GET /v1/tasks', { key: undefined }, { status: 401, code: 'unauthenticated' }],
  ['a key that is none', TASKS, { key: 'octo_abc_def', body: { goal: 'x' } }, { status: 401, code: 'unauthenticated' }],
  [
    'a key nobody made',
    TASKS,
    { key: `octo_0000000000000000_${'A'.repeat(43)}`, body: { goal: 'x' } },
    { status: 401, code: 'unauthenticated' },
  ],
  [
    'a password',
    TASKS,
    { key: undefined, headers: { authorization: 'Basic YTpi' }, body: { goal: 'x' } },
    { status: 401, code: 'unauthenticated' },
  ],
  ['headers of 20 kB', 'GET /v1/tasks', { headers: { 'x-long': 'x'.repeat(20_000) } }, malformed],
];

describe('the REST door', () => {
  let before: Readonly<Record<string, number>>;
  beforeAll(async () => {
    before = await behind.traces();
  });

  it.each(CASES)('refuses %s with a problem document, and leaves no event and no row', async (_what, request, asking, refusal) => {
    const [method = '', path = ''] = request.split(' ', 2);
    expectProblem(await call(method, path, asking), refusal);
    expect(await behind.traces()).toEqual(before);
  });

  it('tells which methods a path knows', async () => {
    expect((await call('PATCH', '/v1/tasks')).headers['allow']).toBe('POST, GET, HEAD');
    expect((await call('GET', '/v1/sessions')).headers['allow']).toBe('POST');
  });

  it.each([
    'GARBAGE\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'POST /v1/tasks HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  ])('answers %j with a problem document, too', async (bytes) => {
    const [head = '', body = ''] = (await talk(octobus.credentials.url, bytes)).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1.1 400 .*content-type: application\/problem\+json/s);
    expect(JSON.parse(body)).toMatchObject({ code: 'command-malformed', retryable: false });
  });

  it('refuses a key without the scope that the route needs, and a revoked or expired one', async () => {
    const create = (body: object) => octobus.client.json<{ keyId: string; key: string }>('POST', '/v1/keys', body);
    const reader = await create({ scopes: ['tasks:read'] });
    await eventually(async () => (await call('GET', '/v1/tasks', { key: reader.key })).status === 200);
    expectProblem(await call('POST', '/v1/tasks', { key: reader.key, body: { goal: 'x' } }), { status: 403, code: 'forbidden' });
    expectProblem(await call('GET', '/v1/documents', { key: reader.key }), { status: 403, code: 'forbidden' });
    await octobus.client.json('DELETE', `/v1/keys/${reader.keyId}`);
    await eventually(async () => (await call('GET', '/v1/tasks', { key: reader.key })).status === 401, 1_000);
    const soon = Date.now() + 1_500;
    const short = await create({ expiresAt: new Date(soon).toISOString() });
    await eventually(async () => (await call('GET', '/v1/tasks', { key: short.key })).status === 200, 1_400);
    await eventually(async () => (await call('GET', '/v1/tasks', { key: short.key })).status === 401, 3_000);
    expect(Date.now()).toBeGreaterThanOrEqual(soon);
  });

  it('takes one key for one body only, however the requests meet', async () => {
    const send = (goal: string) => call('POST', '/v1/tasks', { headers: { 'idempotency-key': 'meeting' }, body: { goal } });
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => send(i % 2 === 0 ? 'the one' : 'the other')));
    const won = answers.flatMap((answer, i) => (answer.status === 202 ? [i % 2] : []));
    expect(new Set(won).size).toBe(1);
    expect(won.length).toBe(10);
    for (const answer of answers.filter(({ status }) => status !== 202))
      expectProblem(answer, { status: 422, code: 'idempotency-conflict' });
  });

  it.each(NAUGHTY)('takes or refuses %j as goal and as name of a document, and works on', async (text) => {
    const submitted = await call('POST', '/v1/tasks', {
      headers: { prefer: 'wait=10' },
      body: { ...planned(step('a', { instruction: text, arguments: { [text]: text } })), goal: `x ${text}` },
    });
    if (submitted.status !== 200) expectProblem(submitted, { status: 422, code: 'injection-suspected' });
    else expect(submitted.json).toMatchObject({ state: 'completed' });
    const name = encodeURIComponent(text.toWellFormed());
    const ingested = await call('POST', `/v1/documents?name=${name}`, {
      headers: { 'content-type': 'text/plain' },
      body: `About ${text}: nothing.`,
    });
    expect(ingested).toMatchObject({ status: 202, json: { state: 'accepted' } });
    const { id } = ingested.json as { id: string };
    const listed = await eventually(async () => (await octobus.client.documents()).items.find((document) => document.id === id));
    expect(listed.name).toBe(text.toWellFormed());
  });

  it('has folded all of it into the tables', async () => {
    const sequence = await behind.lastSequence('EVENTS');
    const listed = await eventually(async () => {
      const page = await octobus.client.json<{ items: { state: string }[]; positions: { sequence: number }[] }>(
        'GET',
        '/v1/tasks?limit=200',
      );
      return (page.positions[0]?.sequence ?? 0) >= sequence ? page : undefined;
    });
    expect(new Set(listed.items.map((task) => task.state)).size).toBeLessThanOrEqual(2);
    expect(octobus.output()).not.toContain('died');
  });
});

/** Whole pieces of half a megabyte each; the rest waits for more. */
const PIECES_OF_19_MB = 36;

describe('the door for documents', () => {
  const ingest = (name: string, body: unknown, headers: Record<string, string> = {}) =>
    call('POST', `/v1/documents?name=${name}`, { headers: { 'content-type': 'text/plain', ...headers }, body });
  const indexed = ({ json }: Answer) => {
    const { id, version } = json as { id: string; version: string };
    const subject = `${aggregatePrefix({ tenant: 'default', aggregate: 'document', id })}.flow.version.${version}`;
    return eventually(() => behind.streams.streams.getMessage('EVENTS', { last_by_subj: subject }), 30_000);
  };

  it.each([
    ['announced', { 'content-length': String(52_428_801) }],
    ['in chunks of unknown number', {}],
  ])('refuses more than 50 MB, %s, and leaves no event and no row', async (_how, headers) => {
    const before = await behind.traces();
    const answer = await ingest('large', textOf(52_428_801), headers as Record<string, string>);
    expectProblem(answer, tooLarge);
    expect(await behind.traces()).toEqual(before);
  });

  it('takes 20 MB without holding them, and the log has no copy', async () => {
    await indexed(await ingest('warm-up', textOf(5_000_000)));
    const sequence = await behind.lastSequence('EVENTS');
    const pieces = await behind.lastSequence('CONTENT');
    const gateway = await memoryOf(octobus, 'gateway');
    const before = await gateway.held();
    const looked = Promise.withResolvers<void>();
    async function* twenty(): AsyncGenerator<Uint8Array> {
      yield* textOf(19_000_000, 'twenty');
      await looked.promise;
      yield* textOf(1_000_000, 'its end');
    }
    const answered = ingest('twenty', twenty());
    try {
      await eventually(async () => (await behind.lastSequence('CONTENT')) - pieces >= PIECES_OF_19_MB, 15_000);
      await eventually(async () => (await gateway.held()) - before < 8_000_000);
    } finally {
      looked.resolve();
      gateway.close();
    }
    const answer = await answered;
    expect(answer.status).toBe(202);
    const { id } = answer.json as { id: string };
    await indexed(answer);
    const events = (await behind.after('EVENTS', sequence)).filter(({ subject }) => subject.includes(id));
    expect(events.map(({ subject }) => subject.split('.')[5])).toEqual(['request', 'flow']);
    expect(events.every(({ data }) => data.length < 8_000 && !Buffer.from(data).includes('long document'))).toBe(true);
  });

  it('keeps what is just over 64 kB outside the log, and JSON may be a document, too', async () => {
    const sequence = await behind.lastSequence('EVENTS');
    for (const [name, times] of [
      ['json', 5_000],
      ['json-2', 150_000],
    ] as const) {
      const answer = await ingest(name, `["${'long document '.repeat(times)}"]`, { 'content-type': 'application/json' });
      expect(answer.status).toBe(202);
      await indexed(answer);
    }
    const events = await behind.after('EVENTS', sequence);
    expect(events.length).toBeGreaterThan(0);
    expect(events.every(({ data }) => !Buffer.from(data).includes('long document'))).toBe(true);
  });

  it('a sender who breaks off in the middle leaves nothing', async () => {
    const before = await behind.traces();
    const head = `POST /v1/documents?name=half HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${octobus.credentials.apiKey}\r\ncontent-type: text/plain\r\ncontent-length: 9000000\r\n\r\n`;
    await talk(octobus.credentials.url, `${head}${'half a document '.repeat(20_000)}`, 300);
    expect((await octobus.client.ready()).status).toBe('ok');
    expect(await behind.traces()).toEqual(before);
  });
});
