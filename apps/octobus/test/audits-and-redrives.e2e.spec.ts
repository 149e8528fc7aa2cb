import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@octobus/testing';
import { type NatsConnection, type StoredMsg, headers } from 'nats';
import { Client } from '../src/client/client.ts';
import { type BehindTheDoors, openBehind } from './behind-the-doors.ts';
import { type Answer, type Asking, ask } from './http-door.ts';
import { command, openTenant } from './nats-client.ts';
import { CLI, type RunningOctobus, startOctobus } from './running-octobus.ts';

interface Letter {
  readonly id: string;
  readonly tenant: string;
  readonly cause: string;
  readonly payloadKept: boolean;
}

interface Entry {
  readonly kind: string;
  readonly action: string;
  readonly actor: string;
  readonly origin: string;
  readonly code: string | null;
  readonly source: string | null;
  readonly count: number;
  readonly tenant: string;
}

let octobus: RunningOctobus;
let behind: BehindTheDoors;
let tenant: NatsConnection;
let other: { readonly key: string; readonly nats: NatsConnection };

const operator = (): Client => new Client(octobus.operator.url, octobus.operator.apiKey);
const call = (method: string, path: string, asking: Asking = {}): Promise<Answer> =>
  ask(octobus.credentials.url, method, path, { key: octobus.credentials.apiKey, ...asking });
const noop = { goal: 'nothing', plan: { steps: [{ id: 'a', agent: 'noop' }] } };
const cli = (...args: string[]): { readonly code: number | null; readonly out: string; readonly err: string } => {
  const env = { ...process.env, OCTO_DIR: join(octobus.folder, '.octo'), NODE_OPTIONS: '' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { cwd: octobus.folder, env, encoding: 'utf8' });
  return { code: status, out: stdout, err: stderr };
};

beforeAll(async () => {
  octobus = await startOctobus();
  behind = await openBehind(octobus);
  tenant = await openTenant(octobus.credentials.natsUrl);
  await operator().json('POST', '/v1/tenants', { name: 'globex' });
  const file = join(octobus.folder, '.octo', 'tenants', 'globex');
  await eventually(() => existsSync(file), 20_000);
  const { natsUrl } = JSON.parse(readFileSync(file, 'utf8')) as { natsUrl: string };
  const scopes = ['tasks:write', 'audit:read', 'dead-letters:read', 'dead-letters:write'];
  const { key } = await operator().json<{ key: string }>('POST', '/v1/keys', { tenant: 'globex', scopes });
  other = { key, nats: await openTenant(natsUrl) };
  await eventually(async () => (await call('GET', '/v1/dead-letters', { key })).status === 200);
}, 90_000);
afterAll(async () => {
  await other?.nats.close();
  await tenant?.close();
  await behind?.close();
  await octobus?.stop();
  octobus?.remove();
}, 30_000);

const letters = async (asking: Asking = {}): Promise<readonly Letter[]> =>
  ((await call('GET', '/v1/dead-letters', asking)).json as { items: readonly Letter[] }).items;

/** A cancel that overtakes its submission by too much is given up on, and works once the task is there. */
async function deadCancel(): Promise<{ readonly task: string; readonly letter: Letter }> {
  const task = randomUUID();
  const before = new Set((await letters()).map(({ id }) => id));
  await command(tenant, 'ingress.default.cancel', { taskId: task, reason: 'private words' }, { 'ce-id': randomUUID() });
  const letter = await eventually(async () => (await letters()).find(({ id }) => !before.has(id)), 20_000);
  return { task, letter: letter as Letter };
}

const requestsAfter = async (sequence: number): Promise<readonly StoredMsg[]> =>
  (await behind.after('EVENTS', sequence)).filter(({ subject }) => subject.split('.')[5] === 'request');
const cancelsOf = async (task: string, after: number): Promise<number> =>
  (await requestsAfter(after)).filter(({ subject }) => subject.includes(`.task.${task}.request.cancel.`)).length;

describe('a dead letter', () => {
  it('is redriven once, however often and by whom it is asked, and executed once', async () => {
    const log = await behind.lastSequence('EVENTS');
    const { task, letter } = await deadCancel();
    expect(letter).toMatchObject({ tenant: 'default', cause: 'task-unknown', payloadKept: true });
    await octobus.client.submit(noop, { 'idempotency-key': task });
    await command(tenant, 'ingress.default.submit', noop, { 'ce-id': task, 'ce-subject': task });
    await eventually(async () => (await call('GET', `/v1/tasks/${task}`)).status === 200);
    const place = `/v1/dead-letters/${letter.id}/redrive`;
    const answers = await Promise.all([
      call('POST', place),
      call('POST', place),
      operator()
        .json('POST', place)
        .catch(() => undefined),
    ]);
    expect(
      answers
        .slice(0, 2)
        .map((answer) => (answer as Answer).status)
        .every((status) => [200, 202, 409].includes(status)),
    ).toBe(true);
    await eventually(async () => (await cancelsOf(task, log)) === 1);
    expect((await call('POST', place)).json).toMatchObject({ status: 409, code: 'dead-letter-settled' });
    await eventually(async () => (await behind.streams.streams.info('INGRESS')).state.messages === 0);
    expect(await cancelsOf(task, log)).toBe(1);
    expect(await letters()).not.toContainEqual(expect.objectContaining({ id: letter.id }));
  }, 60_000);

  it('shows what people wrote only where it is asked for by name, and never the signature of its command', async () => {
    const { letter } = await deadCancel();
    expect(JSON.stringify(await letters())).not.toContain('private words');
    const shown = (await call('GET', `/v1/dead-letters/${letter.id}`)).text;
    expect(shown).toContain('private words');
    const kept = Buffer.from(
      JSON.stringify([
        ['octo-door', 'ab'.repeat(32)],
        ['ce-id', 'c-1'],
      ]),
    ).toString('base64url');
    const planted = headers();
    for (const [name, value] of Object.entries({
      subject: 'ingress.default.submit',
      stream: 'INGRESS',
      sequence: '1',
      deliveries: '20',
      cause: 'x',
      headers: kept,
    }))
      planted.set(`octo-dead-${name}`, value);
    const { seq } = await behind.streams.jetstream().publish('dlq.reflex.default.command.1', '', { headers: planted });
    const signed = (await letters()).find(({ id }) => id.startsWith(`${seq}-`));
    const text = (await call('GET', `/v1/dead-letters/${signed?.id}`)).text;
    expect(text).toContain('c-1');
    expect(text).not.toContain('ab'.repeat(32));
    expect(octobus.output()).not.toContain('private words');
    const logs = join(octobus.folder, '.octo', 'logs');
    for (const file of existsSync(logs) ? readdirSync(logs) : [])
      expect(readFileSync(join(logs, file), 'utf8')).not.toContain('private words');
  }, 60_000);

  it('is another tenant’s over no door, and the operator’s to see', async () => {
    const { letter } = await deadCancel();
    const place = `/v1/dead-letters/${letter.id}`;
    const { key } = other;
    expect(await letters({ key })).toEqual([]);
    for (const [method, path] of [
      ['GET', place],
      ['DELETE', place],
      ['POST', `${place}/redrive`],
    ] as const)
      expect((await call(method, path, { key })).status).toBe(404);
    expect((await call('GET', '/v1/dead-letters?tenant=default', { key })).status).toBe(403);
    const log = await behind.lastSequence('EVENTS');
    for (const verb of ['redrive', 'drop'])
      await command(other.nats, `ingress.globex.${verb}`, { letter: letter.id }, { 'ce-id': randomUUID() });
    await eventually(async () => (await behind.after('EVENTS', log)).filter(({ subject }) => subject.includes('.flow.')).length >= 2);
    expect((await call('GET', place)).status).toBe(200);
    const { items } = await operator().json<{ items: Letter[] }>('GET', '/v1/dead-letters?tenant=default');
    expect(items.map(({ id }) => id)).toContain(letter.id);
  }, 60_000);

  it('needs a key that may send what it is about', async () => {
    const { letter } = await deadCancel();
    const body = { scopes: ['documents:write', 'dead-letters:write', 'dead-letters:read'] };
    const { key } = (await call('POST', '/v1/keys', { body })).json as { key: string };
    await eventually(async () => (await call('GET', '/v1/dead-letters', { key })).status === 200);
    expect((await call('POST', `/v1/dead-letters/${letter.id}/redrive`, { key })).json).toMatchObject({ status: 403 });
    const { key: plain } = (await call('POST', '/v1/keys', { body: {} })).json as { key: string };
    await eventually(async () => (await call('GET', '/v1/tasks', { key: plain })).status === 200);
    for (const path of ['/v1/dead-letters', '/v1/audit']) expect((await call('GET', path, { key: plain })).status).toBe(403);
  }, 60_000);

  it('is listed, shown and dropped from the command line; what is dropped is gone from the stream', async () => {
    const { letter } = await deadCancel();
    expect(cli('dlq', 'list').out).toContain(letter.id);
    expect(cli('dlq', 'show', letter.id).out).toContain('private words');
    expect(cli('dlq', 'drop', letter.id)).toMatchObject({ code: 0 });
    expect(cli('dlq', 'list', '--operator').out).not.toContain(letter.id);
    expect(cli('dlq', 'redrive', letter.id)).toMatchObject({ code: 1, err: expect.stringContaining('dead-letter-settled') });
    const seq = Number(letter.id.split('-')[0]);
    await expect(behind.streams.streams.getMessage('DLQ', { seq })).rejects.toThrow();
  }, 60_000);
});

/** Answers of this gateway to calls of nobody known. */
async function refusedSoFar(): Promise<number> {
  const { text } = await call('GET', '/metrics', { key: undefined });
  const figures = text.matchAll(/^octobus_http_requests_total\{[^}]*status="(?:401|429)"[^}]*\} (\d+)/gm);
  return [...figures].reduce((sum, [, count]) => sum + Number(count), 0);
}

const auditOf = async (query: string): Promise<readonly Entry[]> =>
  (await octobus.client.json<{ items: Entry[] }>('GET', `/v1/audit?limit=200&${query}`)).items;
const folded = () =>
  eventually(async () => {
    const page = await octobus.client.json<{ positions: { sequence: number }[] }>('GET', '/v1/audit');
    return (page.positions[0]?.sequence ?? 0) >= (await behind.lastSequence('EVENTS'));
  });

describe('the audit', () => {
  it('has one request event for each call that changes something, with who and by what way', async () => {
    const log = await behind.lastSequence('EVENTS');
    const began = new Date().toISOString();
    const id = randomUUID();
    for (let i = 0; i < 3; i++) await call('POST', '/v1/tasks', { body: noop, headers: { 'idempotency-key': id } });
    await octobus.client.submit(noop);
    await call('POST', '/v1/documents?name=a.txt', { body: 'text', headers: { 'content-type': 'text/plain' } });
    const { keyId } = (await call('POST', '/v1/keys', { body: {} })).json as { keyId: string };
    await eventually(async () => (await call('DELETE', `/v1/keys/${keyId}`)).status === 202);
    await call('POST', '/v1/sessions');
    const task = randomUUID();
    for (let i = 0; i < 3; i++)
      await command(tenant, 'ingress.default.submit', noop, { 'ce-id': task, 'octo-origin': 'platform', 'octo-actor': 'operator' });
    await eventually(async () => (await requestsAfter(log)).length >= 7);
    await folded();
    const events = (await requestsAfter(log)).map(({ subject, header }) => `${subject.split('.')[6]} ${header.get('octo-origin')}`);
    expect(events.toSorted()).toEqual([
      'create-key rest',
      'ingest rest',
      'open-session rest',
      'revoke-key rest',
      'submit cli',
      'submit nats',
      'submit rest',
    ]);
    const entries = await auditOf(`kind=request&from=${began}`);
    expect(entries.map(({ action, origin }) => `${action} ${origin}`).toSorted()).toEqual(events.toSorted());
    const me = `key:${octobus.credentials.apiKey.split('_')[1]}`;
    expect(new Set(entries.map(({ actor }) => actor))).toEqual(new Set([me, 'nats:default']));
    expect((await auditOf(`actor=nats:default&action=submit&from=${began}`)).length).toBe(1);
  }, 60_000);

  it('has one event for each denial of a known caller, over REST and over NATS', async () => {
    const began = new Date().toISOString();
    for (let i = 0; i < 3; i++) await call('POST', '/v1/tenants', { body: { name: 'evil' } });
    await call('POST', '/v1/keys', { body: { scopes: ['platform'] } });
    await command(tenant, 'ingress.default.create-tenant', { name: 'evil' }, { 'ce-id': 'evil-1' });
    await command(
      tenant,
      'ingress.default.report-refusals',
      { code: 'x', source: 'x', minute: began, count: 9, instance: 'x' },
      { 'ce-id': 'evil-2' },
    );
    await eventually(async () => (await folded(), (await auditOf(`kind=denied&from=${began}`)).length >= 6), 20_000);
    const entries = await auditOf(`kind=denied&from=${began}`);
    expect(entries.map(({ action, code, origin, count }) => [action, code, origin, count].join(' ')).toSorted()).toEqual([
      'POST /v1/keys forbidden rest 1',
      'POST /v1/tenants forbidden rest 1',
      'POST /v1/tenants forbidden rest 1',
      'POST /v1/tenants forbidden rest 1',
      'create-tenant command-forbidden nats 1',
      'report-refusals command-forbidden nats 1',
    ]);
  }, 60_000);

  it('shows a tenant its own entries, and the operator those of all', async () => {
    await call('POST', '/v1/tasks', { key: other.key, body: noop });
    await folded();
    const mine = await auditOf('');
    expect(new Set(mine.map(({ tenant: name }) => name))).toEqual(new Set(['default']));
    const theirs = (await call('GET', '/v1/audit', { key: other.key })).json as { items: Entry[] };
    expect(theirs.items.map(({ tenant: name }) => name)).not.toContain('default');
    expect((await call('GET', '/v1/audit?tenant=default', { key: other.key })).status).toBe(403);
    const all = await operator().json<{ items: Entry[] }>('GET', '/v1/audit?limit=200');
    expect(all.items.map(({ tenant: name }) => name)).toEqual(expect.arrayContaining(['default', 'globex']));
    expect(cli('audit', 'search', '--action', 'submit').out).toContain('submit task');
    expect(JSON.parse(cli('audit', 'search', '--operator', '--tenant', 'globex', '--json').out)).toMatchObject({
      items: expect.any(Array),
    });
  }, 60_000);

  it.each(['kind=everything', 'from=yesterday', 'limit=0', 'colour=red', 'cursor=x', 'tenant=*', 'actor=a&actor=b'])(
    'refuses %j by name',
    async (query) => {
      expect((await call('GET', `/v1/audit?${query}`)).json).toMatchObject({ status: 400, code: 'command-invalid' });
    },
  );

  it('counts calls of nobody known: exact over a restart, bounded in a flood, and without an address', async () => {
    const calls = 400;
    const log = await behind.lastSequence('EVENTS');
    await Promise.all(Array.from({ length: calls }, () => call('GET', '/v1/tasks', { key: `octo_00_${'x'.repeat(40)}` })));
    const refused = await refusedSoFar();
    expect(refused).toBeGreaterThanOrEqual(calls);
    await tenant.close();
    await other.nats.close();
    await behind.close();
    await octobus.stop();
    octobus = await startOctobus({ folder: octobus.folder });
    behind = await openBehind(octobus);
    tenant = await openTenant(octobus.credentials.natsUrl);
    const counted = async (): Promise<readonly Entry[]> => {
      const { items } = await operator().json<{ items: Entry[] }>('GET', '/v1/audit?tenant=_&limit=200');
      return items.filter(({ source }) => source?.startsWith('address:'));
    };
    const sum = async (): Promise<number> => (await counted()).reduce((total, { count }) => total + count, 0);
    await eventually(async () => (await sum()) >= refused, 20_000);
    // The new one counts, too, and may have told of its first minute.
    expect((await sum()) - refused).toBeLessThanOrEqual(await refusedSoFar());
    expect((await behind.after('EVENTS', log)).filter(({ subject }) => subject.includes('.audit.')).length).toBeLessThanOrEqual(6);
    expect(JSON.stringify(await counted())).not.toContain('127.0.0');
  }, 90_000);
});
