import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@octobus/testing';
import { type BehindTheDoors, openBehind } from './behind-the-doors.ts';
import { type Answer, type Asking, ask } from './http-door.ts';
import { type RunningOctobus, startOctobus } from './running-octobus.ts';

const LIMITS = { OCTO_RATE: '20', OCTO_BURST: '40', OCTO_MAX_STREAMS: '10', OCTO_MAX_STREAMS_PER_TENANT: '5', OCTO_MAX_REQUESTS: '8' };
const MARK = 'zanzibar-4711';

let octobus: RunningOctobus;
let behind: BehindTheDoors;

beforeAll(async () => {
  octobus = await startOctobus({ env: LIMITS });
  behind = await openBehind(octobus);
}, 60_000);
afterAll(async () => {
  await behind?.close();
  await octobus?.stop();
  octobus?.remove();
}, 30_000);

const open = (method: string, path: string, asking: Asking = {}): Promise<Answer> => ask(octobus.credentials.url, method, path, asking);
const noop = (args: object = {}) => ({ goal: MARK, plan: { steps: [{ id: 'a', agent: 'noop', arguments: args }] } });

/** A key of its own has a rate of its own. */
async function freshKey(scopes?: readonly string[]): Promise<string> {
  const asking = { key: octobus.credentials.apiKey, body: scopes === undefined ? {} : { scopes } };
  const { key } = await eventually(async () => {
    const { status, json } = await open('POST', '/v1/keys', asking);
    return status === 202 ? (json as { key: string }) : undefined;
  });
  await eventually(async () => [200, 403].includes((await open('GET', '/v1/agents', { key })).status));
  return key;
}

/** Event streams that stay open until the signal. */
async function openStreams(key: string, n: number, signal: AbortSignal): Promise<readonly number[]> {
  const url = `${octobus.credentials.url}/v1/events`;
  const responses = await Promise.all(Array.from({ length: n }, () => fetch(url, { headers: { authorization: `Bearer ${key}` }, signal })));
  return responses.map(({ status }) => status);
}

function expectBackPressure(answer: Answer, status: number, code: string): void {
  expect(answer).toMatchObject({ status, json: { code, retryable: true } });
  expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
}

describe('the gateway over its limits', () => {
  it('answers 429 with a time to wait, does no work for it, and serves other keys', async () => {
    const [key, other] = [await freshKey(), await freshKey()];
    const before = await behind.lastSequence('EVENTS');
    const answers: Answer[] = [];
    // Side by side, or a busy machine stays under the limit; fewer at once than may be under way.
    const six = () => Promise.all(Array.from({ length: 6 }, () => open('POST', '/v1/tasks', { key, body: noop() })));
    while (answers.length < 120) answers.push(...(await six()));
    const denied = answers.filter(({ status }) => status !== 202);
    const taken = answers.filter(({ status }) => status === 202).map(({ json }) => (json as { id: string }).id);
    expect(denied.length).toBeGreaterThan(10);
    for (const answer of denied) expectBackPressure(answer, 429, 'rate-limited');
    expect((await open('GET', '/v1/tasks', { key: other })).status).toBe(200);
    await eventually(async () => (await open('POST', '/v1/tasks', { key, body: noop() })).status === 202, 3_000);
    const requests = (await behind.after('EVENTS', before)).filter(({ subject }) => subject.includes('.request.submit.'));
    expect(requests).toHaveLength(taken.length + 1);
  }, 20_000);

  it('answers 429 to who guesses keys, and works on for who has one', async () => {
    const key = await freshKey();
    const statuses: number[] = [];
    const guess = (i: number) => open('GET', '/v1/tasks', { key: `octo_guess${i}_${'A'.repeat(43)}` });
    // Side by side: one after another on a busy machine stays under the rate.
    for (let i = 0; i < 240; i += 6)
      statuses.push(...(await Promise.all(Array.from({ length: 6 }, (_, n) => guess(i + n)))).map(({ status }) => status));
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    expectBackPressure(await guess(0), 429, 'rate-limited');
    expect((await open('GET', '/v1/agents', { key })).status).toBe(200);
  }, 20_000);

  it('answers 503 to one event stream too many of a tenant, leaves room for others, and has a place again when one ends', async () => {
    const key = await freshKey();
    const abort = new AbortController();
    expect(await openStreams(key, 5, abort.signal)).toEqual([200, 200, 200, 200, 200]);
    const began = performance.now();
    expectBackPressure(await open('GET', '/v1/events', { key }), 503, 'overloaded');
    expect(performance.now() - began).toBeLessThan(500);
    expect(await openStreams(octobus.operator.apiKey, 1, abort.signal)).toEqual([200]);
    const more = await Promise.all(Array.from({ length: 7 }, () => open('GET', '/v1/agents', { key })));
    expect(more.map(({ status }) => status)).toEqual(Array(7).fill(200));
    abort.abort();
    const again = new AbortController();
    await eventually(async () => (await openStreams(key, 1, again.signal))[0] === 200, 3_000);
    again.abort();
    await eventually(async () => /^octobus_event_streams 0$/m.test((await open('GET', '/metrics')).text));
  }, 20_000);

  it('a stream that is only asked about takes no place', async () => {
    const key = await freshKey();
    for (let i = 0; i < 10; i++) expect((await open('HEAD', '/v1/events', { key })).status).toBe(200);
    expect((await open('GET', '/metrics')).text).toMatch(/^octobus_event_streams 0$/m);
  }, 20_000);

  it('answers 503 at once when too many requests are under way, stays alive, and is back when they end', async () => {
    const key = await freshKey();
    const { hostname, port } = new URL(octobus.credentials.url);
    const half = `POST /v1/tasks HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`;
    const sockets = Array.from({ length: 8 }, () => {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined).write(half);
      return socket;
    });
    const denied = await eventually(async () => {
      const began = performance.now();
      const answer = await open('GET', '/v1/agents', { key });
      return answer.status === 503 ? { answer, ms: performance.now() - began } : undefined;
    }, 3_000);
    expectBackPressure(denied.answer, 503, 'overloaded');
    expect(denied.ms).toBeLessThan(500);
    expect((await open('GET', '/livez')).status).toBe(200);
    for (const socket of sockets) socket.destroy();
    await eventually(async () => (await open('GET', '/v1/agents', { key })).status === 200, 3_000);
  }, 20_000);

  it('does not count those who wait for their tasks among them, and lets nobody wait for ever', async () => {
    const key = await freshKey();
    const waiting = Array.from({ length: 7 }, () =>
      open('POST', '/v1/tasks', { key, body: noop({ sleepMs: 1_500 }), headers: { prefer: 'wait=10' } }),
    );
    const answers = await Promise.all(waiting);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 202]));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    const began = performance.now();
    const short = await open('POST', '/v1/tasks', { key, body: noop({ sleepMs: 3_000 }), headers: { prefer: 'wait=1' } });
    expect([short.status, short.headers['preference-applied']]).toEqual([202, 'wait=1']);
    expect(performance.now() - began).toBeLessThan(2_500);
  }, 20_000);
});

describe('the page', () => {
  const cookieOf = ({ headers }: Answer): string => headers['set-cookie']?.[0] ?? '';
  const codeOf = async (key: string): Promise<string> => ((await open('POST', '/v1/sessions', { key })).json as { path: string }).path;
  let cookie: string;
  let code: string;

  it('is static, shows no data, and runs no code but its own', async () => {
    const page = await open('GET', '/');
    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toMatch(/default-src 'none'.*script-src 'self'.*frame-ancestors 'none'/);
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    expect(page.text).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>|\son\w+=|style="|javascript:/i);
    for (const path of ['/', '/console.js', '/console.css']) expect((await open('GET', path)).text).not.toContain(MARK);
    expect((await open('GET', '/v1/tasks')).status).toBe(401);
    expect((await open('GET', '/v1/events')).status).toBe(401);
  });

  it('is opened by a code that works once', async () => {
    code = await codeOf(await freshKey());
    const [first, second] = await Promise.all([open('GET', code), open('GET', code)]);
    const [good, bad] = cookieOf(first) === '' ? [second, first] : [first, second];
    expect([good.status, good.headers.location, good.headers['cache-control']]).toEqual([303, '/', 'no-store']);
    expect([bad.status, bad.headers.location, cookieOf(bad)]).toEqual([303, '/?signin=failed', '']);
    expect(cookieOf(good)).toMatch(/; HttpOnly; SameSite=Strict; Path=\//);
    expect(cookieOf(await open('GET', code))).toBe('');
    cookie = cookieOf(good).split(';')[0] ?? '';
    const page = await open('GET', '/', { headers: { cookie } });
    expect(page.text).toBe((await open('GET', '/')).text);
  }, 20_000);

  it('has a session that may look and nothing else', async () => {
    const seen = await open('GET', '/v1/tasks', { headers: { cookie } });
    expect([seen.status, (seen.json as { items: object[] }).items.length > 0]).toEqual([200, true]);
    expect((await open('GET', '/v1/documents', { headers: { cookie } })).status).toBe(200);
    expect((await open('GET', '/v1/keys', { headers: { cookie } })).status).toBe(403);
    const { id } = (seen.json as { items: { id: string }[] }).items[0] ?? { id: '' };
    const writes = [
      ['POST', '/v1/tasks'],
      ['POST', `/v1/tasks/${id}/cancel`],
      ['POST', '/v1/documents?name=a'],
      ['POST', '/v1/keys'],
      ['POST', '/v1/sessions'],
      ['DELETE', '/v1/keys/abc'],
    ];
    for (const [method = '', path = ''] of writes) {
      const answer = await open(method, path, { headers: { cookie }, body: noop() });
      expect([method, path, answer.status]).toEqual([method, path, 401]);
    }
  });

  it('accepts no token made for another purpose, changed, or signed by nobody', async () => {
    const token = cookie.slice(cookie.indexOf('=') + 1);
    const [head = '', claims = '', signature = ''] = token.split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const link = code.slice(code.indexOf('=') + 1);
    const forged = [
      link,
      `${head}.${claims}.`,
      `${none}.${claims}.`,
      `${head}.${Buffer.from('{"sub":"a.b"}').toString('base64url')}.${signature}`,
      'x',
      '',
    ];
    for (const value of forged)
      expect((await open('GET', '/v1/tasks', { headers: { cookie: `octobus_session=${value}` } })).status).toBe(401);
    expect(cookieOf(await open('GET', `/signin?code=${token}`))).toBe('');
    expect(cookieOf(await open('GET', '/signin'))).toBe('');
  });

  it('shows a key’s owner no more than the key may see', async () => {
    const path = await codeOf(await freshKey(['documents:read']));
    const narrow = cookieOf(await open('GET', path)).split(';')[0] ?? '';
    expect((await open('GET', '/v1/documents', { headers: { cookie: narrow } })).status).toBe(200);
    expect((await open('GET', '/v1/tasks', { headers: { cookie: narrow } })).status).toBe(403);
  }, 20_000);
});
