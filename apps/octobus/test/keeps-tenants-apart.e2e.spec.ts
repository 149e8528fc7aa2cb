import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aggregatePrefix, taskPrefix } from '@octobus/contracts';
import { eventually } from '@octobus/testing';
import type { NatsConnection } from 'nats';
import { Client } from '../src/client/client.ts';
import { type BehindTheDoors, openBehind } from './behind-the-doors.ts';
import { type Answer, type Asking, ask } from './http-door.ts';
import { command, openTenant } from './nats-client.ts';
import { type RunningOctobus, startOctobus } from './running-octobus.ts';

interface Tenant {
  readonly name: string;
  readonly key: string;
  readonly keyId: string;
  readonly client: Client;
  readonly nats: NatsConnection;
}

const SCOPES = ['tasks:read', 'tasks:write', 'documents:read', 'documents:write', 'keys:write'];
/** Stands in everything that acme has: whoever sees it sees something of acme's. */
const MARK = 'zanzibar-4711';

let octobus: RunningOctobus;
let behind: BehindTheDoors;
let acme: Tenant;
let globex: Tenant;
let task: string;
let document: string;

const operator = (): Client => new Client(octobus.operator.url, octobus.operator.apiKey);
const noop = (goal: string, more: object = {}) => ({ goal, plan: { steps: [{ id: 'a', agent: 'noop', ...more }] } });

async function create(name: string): Promise<Tenant> {
  await operator().json('POST', '/v1/tenants', { name });
  const file = join(octobus.folder, '.octo', 'tenants', name);
  await eventually(() => existsSync(file), 20_000);
  const { natsUrl } = JSON.parse(readFileSync(file, 'utf8')) as { natsUrl: string };
  const { key, keyId } = await operator().json<{ key: string; keyId: string }>('POST', '/v1/keys', { tenant: name, scopes: SCOPES });
  const client = new Client(octobus.credentials.url, key);
  await eventually(async () => (await client.tasks('')).items.length === 0);
  return { name, key, keyId, client, nats: await openTenant(natsUrl) };
}

const call = (tenant: Tenant, method: string, path: string, asking: Asking = {}): Promise<Answer> =>
  ask(octobus.credentials.url, method, path, { key: tenant.key, ...asking });
const completed = (tenant: Tenant, id: string) => eventually(async () => (await tenant.client.task(id)).state === 'completed');
const folded = () =>
  eventually(async () => {
    const page = await acme.client.json<{ positions: readonly { readonly sequence: number }[] }>('GET', '/v1/tasks');
    return (page.positions[0]?.sequence ?? 0) >= (await behind.lastSequence('EVENTS'));
  });

beforeAll(async () => {
  octobus = await startOctobus();
  behind = await openBehind(octobus);
  acme = await create('acme');
  globex = await create('globex');
  task = (await acme.client.submit(noop(`about ${MARK}`, { instruction: MARK }), { 'idempotency-key': 'shared' })).id;
  document = (await acme.client.ingest(`${MARK}.md`, 'text/markdown', Buffer.from(`# Tides\n\nThe tide of ${MARK} turns at noon.\n`))).id;
  await completed(acme, task);
  await eventually(async () => (await acme.client.documents()).items.length === 1);
}, 90_000);
afterAll(async () => {
  await acme?.nats.close();
  await globex?.nats.close();
  await behind?.close();
  await octobus?.stop();
  octobus?.remove();
}, 30_000);

const shows = (text: string): boolean => [MARK, task, document, acme.keyId, acme.key].some((secret) => text.toLowerCase().includes(secret));

describe('over REST, another tenant', () => {
  it.each(['', '/timeline', '/result', '/events'])('finds no task at %j, whatever form its id has', async (rest) => {
    const forms = [
      task,
      task.toUpperCase(),
      `${task}%20`,
      `%2e%2e/tasks/${task}`,
      `${task}%00`,
      `${task}.>`,
      '*',
      '%3E',
      `acme/${task}`,
      `${task}?tenant=acme`,
      task.replace('-', '%2d'),
    ];
    for (const form of forms) {
      const answer = await call(globex, 'GET', `/v1/tasks/${form.replace('?', `${rest}?`)}${form.includes('?') ? '' : rest}`, {
        headers: { 'x-tenant': 'acme', 'last-event-id': '0' },
      });
      expect([form, answer.status]).toEqual([form, 404]);
      expect(answer.text).not.toContain(MARK);
    }
  });

  it('can not cancel it', async () => {
    const { id } = await acme.client.submit(noop(MARK, { arguments: { sleepMs: 1_000 } }));
    expect((await call(globex, 'POST', `/v1/tasks/${id}/cancel`)).status).toBe(404);
    await completed(acme, id);
  });

  it('sees nothing of it in any list, also with a cursor of it', async () => {
    for (let i = 0; i < 3; i++) await acme.client.submit(noop(MARK));
    await folded();
    const { nextCursor = '' } = await acme.client.tasks('?limit=1');
    expect(nextCursor).not.toBe('');
    for (const path of [
      '/v1/tasks',
      `/v1/tasks?cursor=${nextCursor}`,
      '/v1/documents',
      '/v1/keys',
      '/v1/tasks?state=completed&limit=200',
    ]) {
      const answer = await call(globex, 'GET', path);
      expect([path, answer.status]).toEqual([path, 200]);
      expect(shows(answer.text)).toBe(false);
    }
    expect((await globex.client.tasks(`?cursor=${nextCursor}`)).items).toEqual([]);
    expect((await call(globex, 'GET', '/v1/tasks?tenant=acme')).status).toBe(400);
  });

  it('can neither revoke its keys nor make one for it, nor make tenants', async () => {
    expect((await call(globex, 'DELETE', `/v1/keys/${acme.keyId}`)).status).toBe(404);
    expect((await call(globex, 'DELETE', `/v1/keys/${acme.keyId}?tenant=acme`)).status).toBe(403);
    for (const tenant of ['acme', '_', 'platform'])
      expect([403, 400]).toContain((await call(globex, 'POST', '/v1/keys', { body: { tenant } })).status);
    expect((await call(globex, 'POST', '/v1/keys', { body: { scopes: ['platform'] } })).status).toBe(403);
    expect((await call(globex, 'POST', '/v1/tenants', { body: { name: 'globex-2' } })).status).toBe(403);
    expect((await call(acme, 'GET', '/v1/agents')).status).toBe(200);
  });

  it('has a task of its own under the same idempotency key, and a document of its own under the same name', async () => {
    const { id } = await globex.client.submit(noop('something else'), { 'idempotency-key': 'shared' });
    expect(id).not.toBe(task);
    const own = await globex.client.ingest(`${MARK}.md`, 'text/markdown', Buffer.from('# Other\n\nNothing about tides.\n'));
    expect(own.id).not.toBe(document);
    await eventually(async () => (await globex.client.documents()).items.length === 1);
    expect((await acme.client.documents()).items.map((one) => one.id)).toEqual([document]);
  });

  it('is never answered from its documents, also when it names them', async () => {
    const goal = `When does the tide of Zanzibar turn?`;
    const ask = async (tenant: Tenant, documents?: readonly string[]) =>
      tenant.client.submit({ goal, ...(documents === undefined ? {} : { documents }) }, { prefer: 'wait=10' }) as unknown as ReturnType<
        Client['task']
      >;
    const own = await ask(acme, [document]);
    expect(own.result).toMatchObject({ found: true });
    expect(JSON.stringify(own)).toContain(MARK);
    for (const documents of [undefined, [document], [document, randomUUID()]]) {
      const foreign = await ask(globex, documents);
      expect(foreign.state).toBe('completed');
      expect(foreign.result).toMatchObject({ found: false, citations: [] });
      expect(JSON.stringify(foreign)).not.toMatch(/noon|4711/);
    }
  });

  it('hears nothing of it on the stream of events', async () => {
    const heard: string[] = [];
    const abort = new AbortController();
    const listening = (async () => {
      for await (const message of globex.client.events('/v1/events', undefined, abort.signal)) heard.push(JSON.stringify(message));
    })().catch(() => undefined);
    await eventually(async () => {
      await globex.client.submit(noop('heard'));
      return heard.length > 0;
    });
    const { id } = await acme.client.submit(noop(MARK));
    await completed(acme, id);
    const { id: last } = await globex.client.submit(noop('the last'));
    await eventually(() => heard.some((line) => line.includes(last)));
    abort.abort();
    await listening;
    expect(heard.filter((line) => line.includes(id) || shows(line))).toEqual([]);
  });
});

describe('over NATS, another tenant', () => {
  const refused = async (subject: string, payload: string | Uint8Array = '') =>
    globex.nats.request(subject, payload, { timeout: 400 }).then(
      (message) => {
        const answer = message.string();
        return answer.includes('"error"') && !shows(answer) ? 'refused' : answer;
      },
      () => 'refused',
    );

  it('hears nothing of it on any subject', async () => {
    const heard: string[] = [];
    const subjects = [
      '>',
      '*.>',
      'pub.>',
      'pub.evt.>',
      'pub.evt.*.acme.>',
      'pub.evt.*.*.task.>',
      'evt.>',
      'ingress.>',
      'dlq.>',
      'blob.>',
      '_INBOX.>',
      '$JS.>',
      '$SYS.>',
      'query.>',
    ];
    const feeds = subjects.map((subject) =>
      globex.nats.subscribe(subject, {
        callback: (error, message) => void (error ?? heard.push(`${message.subject} ${message.string()}`)),
      }),
    );
    await globex.nats.flush();
    const { id } = await acme.client.submit(noop(MARK));
    await completed(acme, id);
    await acme.client.ingest('later.md', 'text/plain', Buffer.from(MARK));
    const { id: own } = await globex.client.submit(noop('own'));
    await completed(globex, own);
    await eventually(() => heard.some((line) => line.includes(own) && line.includes('flow.end')));
    for (const feed of feeds) feed.unsubscribe();
    expect(heard.filter((line) => line.includes(id) || line.includes('.acme.') || shows(line))).toEqual([]);
  });

  it('reaches no door, durable, stream, content, index or event of it', async () => {
    const before = await behind.traces();
    const event = `${taskPrefix('acme', task)}.request.submit.${task}`;
    const digest = createHash('sha256').update('x').digest('hex');
    const tries: readonly (readonly [string, string?])[] = [
      ['ingress.acme.submit', JSON.stringify(noop('planted'))],
      ['ingress._.create-tenant', '{"name":"mine"}'],
      ['ingress._.create-key', '{}'],
      ['$JS.API.STREAM.INFO.EVENTS'],
      ['$JS.API.STREAM.NAMES'],
      ['$JS.API.STREAM.LIST'],
      ['$JS.API.STREAM.PURGE.EVENTS', '{}'],
      ['$JS.API.STREAM.DELETE.EVENTS'],
      ['$JS.API.STREAM.MSG.GET.EVENTS', '{"seq":1}'],
      ['$JS.API.STREAM.MSG.DELETE.EVENTS', '{"seq":1}'],
      ['$JS.API.STREAM.UPDATE.EVENTS', '{"name":"EVENTS","subjects":["evt.>"]}'],
      ['$JS.API.STREAM.CREATE.MINE', '{"name":"MINE","sources":[{"name":"EVENTS"}]}'],
      ['$JS.API.DIRECT.GET.EVENTS', '{"seq":1}'],
      ['$JS.API.DIRECT.GET.EVENTS', `{"last_by_subj":"${event}"}`],
      [`$JS.API.DIRECT.GET.EVENTS.${event}`],
      [`$JS.API.DIRECT.GET.CONTENT.blob.${digest}.0`],
      ['$JS.API.CONSUMER.NAMES.EVENTS'],
      ['$JS.API.CONSUMER.INFO.EVENTS.t-acme'],
      ['$JS.API.CONSUMER.INFO.EVENTS.projection'],
      ['$JS.API.CONSUMER.MSG.NEXT.EVENTS.t-acme', '{"batch":10,"no_wait":true}'],
      ['$JS.API.CONSUMER.MSG.NEXT.EVENTS.projection', '{"batch":10,"no_wait":true}'],
      ['$JS.API.CONSUMER.CREATE.EVENTS', '{"stream_name":"EVENTS","config":{"filter_subject":"evt.*.acme.>","ack_policy":"none"}}'],
      ['$JS.API.CONSUMER.CREATE.EVENTS.mine.evt.>', '{"stream_name":"EVENTS","config":{"name":"mine","filter_subject":"evt.>"}}'],
      [
        '$JS.API.CONSUMER.DURABLE.CREATE.EVENTS.t-globex',
        '{"stream_name":"EVENTS","config":{"durable_name":"t-globex","filter_subject":"evt.>"}}',
      ],
      ['$JS.API.CONSUMER.DELETE.EVENTS.t-acme'],
      ['$JS.ACK.EVENTS.t-acme.1.1.1.1.0', '+NXT'],
      ['$JS.ACK.EVENTS.projection.1.1.1.1.0', '+NXT'],
      ['query.memory.search', `{"tenant":"acme","query":"tide","k":5}`],
      ['query.memory.documents', '{"tenant":"acme"}'],
      [`blob.${digest}.0`, 'x'],
      [event, '{}'],
      [`${taskPrefix('globex', task)}.flow.end`, '{}'],
      ['dlq.reflex.acme.task.x', '{}'],
      ['pub.evt.00.acme.task.x.flow.end', '{}'],
      ['$SYS.REQ.SERVER.PING'],
      ['$SYS.REQ.ACCOUNT.T_acme.CONNZ'],
    ];
    const answers = await Promise.all(tries.map(async ([subject, payload]) => [subject, await refused(subject, payload)]));
    expect(answers.filter(([, answer]) => answer !== 'refused')).toEqual([]);
    expect(await behind.traces()).toEqual(before);
  });

  it('plants nothing by the subject on which it wants its answer', async () => {
    // The vault makes the key of a tenant's own account when it is first needed, and says so in the log.
    const earlier = randomUUID();
    await command(globex.nats, 'ingress.globex.submit', noop('before'), { 'ce-id': earlier, 'ce-subject': earlier });
    await completed(globex, earlier);
    const before = await behind.lastSequence('EVENTS');
    const own = randomUUID();
    const targets = [
      `${taskPrefix('acme', task)}.flow.end`,
      `${aggregatePrefix({ tenant: 'acme', aggregate: 'identity', id: 'acme' })}.flow.key.mine.created`,
      'ingress.acme.submit',
    ];
    for (const reply of targets) globex.nats.publish('$JS.API.INFO', '', { reply });
    for (const reply of targets) globex.nats.publish('ingress.globex.submit', '{"goal":"planted"', { reply });
    await command(globex.nats, 'ingress.globex.submit', noop('own'), { 'ce-id': own, 'ce-subject': own });
    await completed(globex, own);
    const events = await behind.after('EVENTS', before);
    expect(events.filter(({ subject }) => !subject.startsWith(taskPrefix('globex', own)))).toEqual([]);
  });

  it('neither cancels its task nor takes its id, its keys or its key’s id', async () => {
    const { id } = await acme.client.submit(noop(MARK, { arguments: { sleepMs: 1_500 } }));
    await command(globex.nats, 'ingress.globex.cancel', { taskId: id }, { 'ce-id': 'cancel' });
    await command(globex.nats, 'ingress.globex.revoke-key', { keyId: acme.keyId }, { 'ce-id': 'revoke' });
    const digest = createHash('sha256').update('secret-of-their-own-making').digest('hex');
    const stolen = { keyId: acme.keyId, secretDigest: digest, scopes: SCOPES };
    await command(globex.nats, 'ingress.globex.create-key', stolen, { 'ce-id': 'same-key-id' });
    await command(globex.nats, 'ingress.globex.submit', noop('under the same id'), { 'ce-id': 'same-id', 'ce-subject': id });
    await completed(globex, id);
    await folded();
    expect((await globex.client.task(id)).goal).toBe('under the same id');
    expect((await acme.client.task(id)).goal).toContain(MARK);
    await completed(acme, id);
    const twin = await ask(octobus.credentials.url, 'GET', '/v1/tasks', { key: `octo_${acme.keyId}_secret-of-their-own-making` });
    expect(shows(twin.text)).toBe(false);
    expect((await call(acme, 'GET', '/v1/keys')).status).toBe(200);
  });

  it('reads no stored content by naming its digest', async () => {
    const bytes = Buffer.from(`The harbour of ${MARK} lies in the north. `.repeat(3_000));
    await acme.client.ingest('harbour.txt', 'text/plain', bytes);
    const digest = createHash('sha256').update(bytes).digest('hex');
    const dead = await behind.lastSequence('DLQ');
    const body = { name: 'taken.txt', mediaType: 'text/plain', blob: { digest, size: bytes.length, pieces: [digest] } };
    await command(globex.nats, 'ingress.globex.ingest', body, { 'ce-id': 'taken' });
    await eventually(async () =>
      (await behind.after('DLQ', dead)).some((letter) => letter.header.get('octo-dead-cause') === 'command-forbidden'),
    );
    expect((await globex.client.documents()).items.some((one) => one.name === 'taken.txt')).toBe(false);
  });

  it('makes no key of the platform', async () => {
    const secret = 'a-secret-that-is-long-enough';
    const dead = await behind.lastSequence('DLQ');
    const body = { keyId: 'mine', secretDigest: createHash('sha256').update(secret).digest('hex'), scopes: ['platform'] };
    await command(globex.nats, 'ingress.globex.create-key', body, { 'ce-id': 'platform' });
    await eventually(async () =>
      (await behind.after('DLQ', dead)).some((letter) => letter.header.get('octo-dead-cause') === 'command-forbidden'),
    );
    await folded();
    expect((await ask(octobus.credentials.url, 'POST', '/v1/tenants', { key: `octo_mine_${secret}`, body: { name: 'mine' } })).status).toBe(
      401,
    );
  });
});

describe('in the tables', () => {
  it('every row that names something of a tenant is that tenant’s', async () => {
    await folded();
    for (const table of ['tasks', 'task_steps', 'timeline', 'usage', 'documents']) {
      const rows = await behind.query(`select distinct tenant from ${table} t where t::text like $1 or t::text like $2`, [
        `%${task}%`,
        `%${document}%`,
      ]);
      expect([table, rows.filter(({ tenant }) => tenant !== 'acme')]).toEqual([table, []]);
    }
    const content = await Promise.all(
      ['tasks', 'task_steps', 'timeline', 'usage', 'documents', 'api_keys'].map((table) =>
        behind.query(`select * from ${table} t where t::text ilike $1`, [`%${MARK}%`]),
      ),
    );
    expect(content.flat()).toEqual([]);
  });
});

describe('a revoked key', () => {
  it('is refused within a second, its session too, and its open event stream ends', async () => {
    const { key, keyId } = await acme.client.json<{ key: string; keyId: string }>('POST', '/v1/keys', { label: 'lent' });
    const lent = new Client(octobus.credentials.url, key);
    await eventually(async () => (await lent.tasks('')).items.length > 0);
    const { path } = await lent.json<{ path: string }>('POST', '/v1/sessions');
    const cookie = (await ask(octobus.credentials.url, 'GET', path)).headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    const session = () => ask(octobus.credentials.url, 'GET', '/v1/tasks', { headers: { cookie } });
    expect((await session()).status).toBe(200);
    const { id } = await acme.client.submit(noop('watched', { arguments: { sleepMs: 20_000 } }));
    const streams = ['/v1/events', `/v1/tasks/${id}/events`].map((of) => call({ ...acme, key }, 'GET', of));
    await eventually(async () => /octobus_event_streams 2/.test((await ask(octobus.credentials.url, 'GET', '/metrics')).text));
    const began = Date.now();
    await acme.client.json('DELETE', `/v1/keys/${keyId}`);
    await eventually(async () => (await ask(octobus.credentials.url, 'GET', '/v1/tasks', { key })).status === 401, 1_000);
    expect((await session()).status).toBe(401);
    await Promise.all(streams);
    expect(Date.now() - began).toBeLessThan(1_000);
    await acme.client.cancel(id);
    expect((await call(acme, 'GET', '/v1/tasks')).status).toBe(200);
  }, 20_000);
});
