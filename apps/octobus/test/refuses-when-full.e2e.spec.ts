import { randomUUID } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@octobus/testing';
import type { NatsConnection } from 'nats';
import { type BehindTheDoors, openBehind } from './behind-the-doors.ts';
import { type Answer, ask } from './http-door.ts';
import { command, openTenant } from './nats-client.ts';
import { CLI, type RunningOctobus, startOctobus } from './running-octobus.ts';

const LIMIT = 60;
const SLOW_MS = 6_000;

let octobus: RunningOctobus;
let behind: BehindTheDoors;
let tenant: NatsConnection;
let slow: string;

const slowTask = {
  goal: 'slow',
  plan: {
    steps: [
      { id: 'a', agent: 'noop', arguments: { sleepMs: SLOW_MS } },
      { id: 'b', agent: 'noop', after: ['a'] },
    ],
  },
};
const task = (goal: string) => ({ goal, plan: { steps: [{ id: 'a', agent: 'noop' }] } });
const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  ask(octobus.credentials.url, 'POST', path, { key: octobus.credentials.apiKey, body, headers });
const stateOf = async (id: string): Promise<string> => (await octobus.client.task(id)).state;

async function start(limit: number, folder?: string): Promise<void> {
  octobus = await startOctobus({ env: { OCTO_MAX_LOG_EVENTS: String(limit) }, ...(folder === undefined ? {} : { folder }) });
  behind = await openBehind(octobus);
  tenant = await openTenant(octobus.credentials.natsUrl);
}

async function stop(): Promise<void> {
  await tenant?.close();
  await behind?.close();
  await octobus?.stop();
}

/** Tasks over REST until one is refused; the refusal, and the ids of those taken. */
async function fill(): Promise<{ readonly refusal: Answer; readonly taken: readonly string[] }> {
  const taken: string[] = [];
  while (taken.length < LIMIT) {
    const answer = await post('/v1/tasks', task(`task ${taken.length}`), { 'idempotency-key': `fill-${taken.length}` });
    if (answer.status !== 202) return { refusal: answer, taken };
    taken.push((answer.json as { id: string }).id);
  }
  throw new Error('nothing was refused');
}

const doctor = () => {
  const env = { ...process.env, OCTO_DIR: join(octobus.folder, '.octo'), NODE_OPTIONS: '' };
  const { stdout } = spawnSync(process.execPath, [CLI, 'doctor', '--json'], { env, encoding: 'utf8' });
  const { checks } = JSON.parse(stdout) as { checks: { name: string; state: string; detail: string }[] };
  return checks.find(({ name }) => name === 'log');
};

beforeAll(async () => {
  await start(LIMIT);
  slow = (await octobus.client.submit(slowTask)).id;
}, 60_000);
afterAll(async () => {
  await stop();
  octobus?.remove();
}, 30_000);

describe('a log at its limit', () => {
  let taken: readonly string[];
  const buried = [randomUUID(), randomUUID(), randomUUID()];

  it('takes no new task over REST and says why and what to do', async () => {
    const filled = await fill();
    taken = filled.taken;
    expect(taken.length).toBeGreaterThan(2);
    expect(filled.refusal).toMatchObject({
      status: 507,
      headers: { 'content-type': expect.stringContaining('application/problem+json') },
      json: { code: 'log-full', category: 'limit', retryable: false, detail: expect.stringContaining('OCTO_MAX_LOG_EVENTS') },
    });
    expect(filled.refusal.headers['retry-after']).toBeUndefined();
  }, 30_000);

  it('takes no document and no key either, and stores no content for it', async () => {
    const blobs = await behind.lastSequence('CONTENT');
    const document = await post('/v1/documents?name=large.txt', 'x'.repeat(100_000), { 'content-type': 'text/plain' });
    expect([document.status, (document.json as { code: string }).code]).toEqual([507, 'log-full']);
    expect(await behind.lastSequence('CONTENT')).toBe(blobs);
    expect((await post('/v1/keys', {})).status).toBe(507);
  });

  it('buries new tasks over NATS as dead letters, which keep them, and without an event', async () => {
    const dead = await behind.lastSequence('DLQ');
    const ids = buried;
    for (const id of ids) await command(tenant, 'ingress.default.submit', task('secret goal'), { 'ce-id': id, 'ce-subject': id });
    const letters = await eventually(async () => {
      const found = await behind.after('DLQ', dead);
      return found.length === ids.length ? found : undefined;
    });
    expect(letters.map((letter) => letter.header.get('octo-dead-cause'))).toEqual(ids.map(() => 'log-full'));
    expect(letters.every((letter) => Buffer.from(letter.data).includes('{"sealed":"'))).toBe(true);
    expect(letters.some((letter) => Buffer.from(letter.data).includes('secret goal'))).toBe(false);
    for (const id of ids) await expect(octobus.client.task(id)).rejects.toMatchObject({ status: 404 });
  });

  it('knows a task again that it took before', async () => {
    const again = await post('/v1/tasks', task('task 0'), { 'idempotency-key': 'fill-0' });
    expect(again).toMatchObject({ status: 202, json: { id: taken[0], repeated: true } });
  });

  it('is told by doctor, by readiness and by the figures', async () => {
    const events = await behind.lastSequence('EVENTS');
    expect(doctor()).toMatchObject({ state: 'fail', detail: expect.stringContaining(`of ${LIMIT} events`) });
    const ready = await ask(octobus.credentials.url, 'GET', '/readyz');
    expect(ready).toMatchObject({ status: 200, json: { log: { maxEvents: LIMIT } } });
    const { text } = await ask(octobus.credentials.url, 'GET', '/metrics');
    expect(text).toContain(`octobus_log_events_limit ${LIMIT}`);
    const shown = Number(/^octobus_log_events (\d+)$/m.exec(text)?.[1]);
    expect(shown).toBeGreaterThanOrEqual(LIMIT);
    expect(shown).toBeLessThanOrEqual(await behind.lastSequence('EVENTS'));
    expect(events).toBeGreaterThanOrEqual(LIMIT);
  });

  it('lets everything that runs come to its end, the slow one too, and lets it be cancelled', async () => {
    for (const id of taken) await eventually(async () => (await stateOf(id)) === 'completed');
    await eventually(async () => (await stateOf(slow)) === 'completed', SLOW_MS + 5_000);
    expect(await behind.lastSequence('EVENTS')).toBeGreaterThan(LIMIT);
    const cancel = await post(`/v1/tasks/${slow}/cancel`, undefined);
    expect(cancel).toMatchObject({ status: 409, json: { code: 'task-already-ended' } });
  }, 30_000);

  it('lets new ones in again once the limit is raised', async () => {
    const { folder } = octobus;
    await stop();
    await start(10 * LIMIT, folder);
    const { id } = await octobus.client.submit(task('room again'));
    const over = randomUUID();
    await command(tenant, 'ingress.default.submit', task('room again'), { 'ce-id': over, 'ce-subject': over });
    for (const one of [id, over]) await eventually(async () => (await stateOf(one)) === 'completed');
    expect(doctor()?.state).toBe('ok');
  }, 60_000);

  it('takes in what it had buried once that is redriven, under the ids it was sent with', async () => {
    const { items } = await octobus.client.json<{ items: { id: string; cause: string }[] }>('GET', '/v1/dead-letters');
    const letters = items.filter(({ cause }) => cause === 'log-full');
    expect(letters).toHaveLength(buried.length);
    for (const { id } of letters) await octobus.client.json('POST', `/v1/dead-letters/${id}/redrive`);
    for (const id of buried) await eventually(async () => (await stateOf(id).catch(() => '')) === 'completed');
    expect((await octobus.client.json<{ items: unknown[] }>('GET', '/v1/dead-letters')).items).toEqual([]);
  }, 60_000);
});
