import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@octobus/testing';
import { Client } from '../src/client/client.ts';
import type { BehindTheDoors } from './behind-the-doors.ts';
import { ask } from './http-door.ts';
import type { RunningOctobus } from './running-octobus.ts';
import { MARK, type Tenant, TwoTenants, noop } from './two-tenants.ts';

let both: TwoTenants;
let octobus: RunningOctobus;
let behind: BehindTheDoors;
let acme: Tenant;
let globex: Tenant;
let task: string;
let document: string;
beforeAll(async () => {
  both = await TwoTenants.start();
  ({ octobus, behind, acme, globex, task, document } = both);
}, 90_000);
afterAll(() => both?.stop(), 30_000);

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
      const answer = await both.call(globex, 'GET', `/v1/tasks/${form.replace('?', `${rest}?`)}${form.includes('?') ? '' : rest}`, {
        headers: { 'x-tenant': 'acme', 'last-event-id': '0' },
      });
      expect([form, answer.status]).toEqual([form, 404]);
      expect(answer.text).not.toContain(MARK);
    }
  });

  it('can not cancel it', async () => {
    const { id } = await acme.client.submit(noop(MARK, { arguments: { sleepMs: 1_000 } }));
    expect((await both.call(globex, 'POST', `/v1/tasks/${id}/cancel`)).status).toBe(404);
    await both.completed(acme, id);
  });

  it('sees nothing of it in any list, also with a cursor of it', async () => {
    for (let i = 0; i < 3; i++) await acme.client.submit(noop(MARK));
    await both.folded();
    const { nextCursor = '' } = await acme.client.tasks('?limit=1');
    expect(nextCursor).not.toBe('');
    for (const path of [
      '/v1/tasks',
      `/v1/tasks?cursor=${nextCursor}`,
      '/v1/documents',
      '/v1/keys',
      '/v1/tasks?state=completed&limit=200',
    ]) {
      const answer = await both.call(globex, 'GET', path);
      expect([path, answer.status]).toEqual([path, 200]);
      expect(both.shows(answer.text)).toBe(false);
    }
    expect((await globex.client.tasks(`?cursor=${nextCursor}`)).items).toEqual([]);
    expect((await both.call(globex, 'GET', '/v1/tasks?tenant=acme')).status).toBe(400);
  });

  it('can neither revoke its keys nor make one for it, nor make tenants', async () => {
    expect((await both.call(globex, 'DELETE', `/v1/keys/${acme.keyId}`)).status).toBe(404);
    expect((await both.call(globex, 'DELETE', `/v1/keys/${acme.keyId}?tenant=acme`)).status).toBe(403);
    for (const tenant of ['acme', '_', 'platform'])
      expect([403, 400]).toContain((await both.call(globex, 'POST', '/v1/keys', { body: { tenant } })).status);
    expect((await both.call(globex, 'POST', '/v1/keys', { body: { scopes: ['platform'] } })).status).toBe(403);
    expect((await both.call(globex, 'POST', '/v1/tenants', { body: { name: 'globex-2' } })).status).toBe(403);
    expect((await both.call(acme, 'GET', '/v1/agents')).status).toBe(200);
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
    await both.completed(acme, id);
    const { id: last } = await globex.client.submit(noop('the last'));
    await eventually(() => heard.some((line) => line.includes(last)));
    abort.abort();
    await listening;
    expect(heard.filter((line) => line.includes(id) || both.shows(line))).toEqual([]);
  });
});

describe('in the tables', () => {
  it('every row that names something of a tenant is that tenant’s', async () => {
    await both.folded();
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
    const streams = ['/v1/events', `/v1/tasks/${id}/events`].map((of) => both.call({ ...acme, key }, 'GET', of));
    await eventually(async () => /octobus_event_streams 2/.test((await ask(octobus.credentials.url, 'GET', '/metrics')).text));
    const began = Date.now();
    await acme.client.json('DELETE', `/v1/keys/${keyId}`);
    await eventually(async () => (await ask(octobus.credentials.url, 'GET', '/v1/tasks', { key })).status === 401, 1_000);
    expect((await session()).status).toBe(401);
    await Promise.all(streams);
    expect(Date.now() - began).toBeLessThan(1_000);
    await acme.client.cancel(id);
    expect((await both.call(acme, 'GET', '/v1/tasks')).status).toBe(200);
  }, 20_000);
});
