import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@octobus/testing';
import { type BehindTheDoors, openBehind } from './behind-the-doors.ts';
import { command, openTenant } from './nats-client.ts';
import { textsInFiles, textsInStreams } from './plaintext.ts';
import { CLI, type RunningOctobus, startOctobus } from './running-octobus.ts';

const run = promisify(execFile);

/** Words that must stand nowhere as they are. */
const GOAL = 'Quetzalcoatlus-goal';
const ARGUMENT = 'Quetzalcoatlus-argument';
const SMALL = 'Quetzalcoatlus-small';
const LARGE = 'Quetzalcoatlus-large';
const OVER_NATS = 'Quetzalcoatlus-nats';
const NAME = 'Ada-Quetzalcoatlus';
const TICK = 'Quetzalcoatlus-tick';
const PLANTED = [GOAL, ARGUMENT, SMALL, LARGE, OVER_NATS, NAME, TICK];

const large = (): Buffer =>
  Buffer.from(Array.from({ length: 12_000 }, (_, i) => `The ${LARGE} number ${i} has a span of ${i % 12} metres.`).join('\n\n'));

describe('content', () => {
  let octobus: RunningOctobus;
  let behind: BehindTheDoors;
  beforeAll(async () => {
    octobus = await startOctobus({ isolate: true });
    behind = await openBehind(octobus);
  }, 90_000);
  afterAll(async () => {
    await behind?.close();
    await octobus?.stop();
    octobus?.remove();
  }, 30_000);

  const ended = async (id: string) => {
    await eventually(async () => (await octobus.client.task(id).catch(() => undefined))?.state === 'completed', 20_000);
    return octobus.client.task(id);
  };

  it('is opened for its tenant over REST, whichever door it came by', async () => {
    const plan = {
      steps: [
        { id: 'a', agent: 'noop', arguments: { word: ARGUMENT } },
        { id: 'b', agent: 'noop', after: ['a'], inputs: ['a'], arguments: { word: ARGUMENT, substeps: 2 } },
        { id: 'c', agent: 'noop', after: ['a'], arguments: { word: ARGUMENT } },
      ],
    };
    const { id } = await octobus.client.submit({ goal: `${GOAL} over REST`, plan, dataSubject: NAME });
    const task = await ended(id);
    expect(task.goal).toBe(`${GOAL} over REST`);
    expect(JSON.stringify(task.result)).toContain(ARGUMENT);
    const connection = await openTenant(octobus.credentials.natsUrl);
    const task2 = randomUUID();
    await command(
      connection,
      `ingress.${octobus.credentials.tenant}.submit`,
      { goal: OVER_NATS, plan },
      { 'ce-id': task2, 'ce-subject': task2 },
    );
    expect((await ended(task2)).goal).toBe(OVER_NATS);
    await connection.close();
  });

  it('of documents is found, also of one that is too large for the log', async () => {
    await octobus.client.ingest(`${SMALL}.md`, 'text/markdown', Buffer.from(`# Reptiles\n\nThe ${SMALL} weighed 200 kilograms.\n`));
    await octobus.client.ingest('large.md', 'text/markdown', large());
    await eventually(async () => {
      const { items: listed } = await octobus.client.documents();
      return listed.length === 2 && listed.every(({ state }) => state === 'indexed');
    }, 30_000);
    const { items } = await octobus.client.documents();
    expect(items.map(({ name }) => name).toSorted()).toEqual([`${SMALL}.md`, 'large.md']);
    const asked = await octobus.client.submit({ goal: `How much did the ${SMALL} weigh?` }, { prefer: 'wait=20' });
    expect(JSON.stringify(asked)).toContain('200 kilograms');
  });

  it('outside the log says which event names it, so that what none names can be told from it', async () => {
    const { streams } = behind.streams;
    const { first_seq, last_seq, messages } = (await streams.info('CONTENT')).state;
    expect(messages).toBeGreaterThan(1);
    for (let seq = first_seq; seq <= last_seq; seq++) {
      const by = (await streams.getMessage('CONTENT', { seq })).header.get('octo-named-by');
      expect((await streams.getMessage('EVENTS', { last_by_subj: by })).header.get('ce-type')).toBe('document.ingest-requested.v1');
    }
    const env = { ...process.env, OCTO_DIR: join(octobus.folder, '.octo') };
    const { stdout } = await run(process.execPath, [CLI, 'content', 'orphans', '--collect', '--json'], { env });
    expect(JSON.parse(stdout)).toMatchObject({
      pieces: messages,
      young: messages,
      unnamed: 0,
      orphans: 0,
      collected: 0,
      unsettledFrom: first_seq,
    });
    await expect(run(process.execPath, [CLI, 'content', 'orphans', '--older-than', '0'], { env })).rejects.toMatchObject({ code: 2 });
  });

  it('of a schedule is shown with it, and what it submits is done', async () => {
    const { client } = octobus;
    const task = { goal: TICK, plan: { steps: [{ id: 'a', agent: 'noop', arguments: { word: ARGUMENT } }] }, dataSubject: NAME };
    const { id } = await client.createSchedule({ name: 'tick', cron: '* * * * * *', task });
    const shown = (): Promise<{ task: { goal: string }; lastTask?: string }> => client.json('GET', `/v1/schedules/${id}`);
    const lastTask = await eventually(async () => (await shown()).lastTask, 20_000);
    expect((await shown()).task).toMatchObject(task);
    await client.json('POST', `/v1/schedules/${id}/pause`);
    expect((await ended(lastTask ?? '')).goal).toBe(TICK);
  });

  it('is in the recorded events of whoever may read tasks', async () => {
    const response = await fetch(`${octobus.credentials.url}/v1/events`, {
      headers: { authorization: `Bearer ${octobus.credentials.apiKey}`, accept: 'application/x-ndjson' },
    });
    const text = await response.text();
    for (const word of [GOAL, ARGUMENT, OVER_NATS, TICK, SMALL]) expect(text).toContain(word);
    expect(text).not.toContain('"sealed":"');
  });

  it('stands sealed in every stream, and nowhere in the rows, logs and files', async () => {
    await behind.traces();
    expect(await textsInStreams(behind, PLANTED)).toEqual([]);
    await behind.query('checkpoint');
    expect(await textsInFiles(join(octobus.folder, '.octo'), PLANTED)).toEqual([]);
    expect(octobus.output()).not.toContain('Quetzalcoatlus');
  });

  it('would be found by this test where it stood in the clear', async () => {
    await behind.connection.jetstream().publish('dlq.test.default.task.x', Buffer.from(`x ${GOAL} y`));
    expect(await textsInStreams(behind, PLANTED)).toEqual([`DLQ dlq.test.default.task.x: ${GOAL}`]);
    await behind.query('create table planted (word text)');
    await behind.query('insert into planted values ($1)', [ARGUMENT]);
    await behind.query('checkpoint');
    expect((await textsInFiles(join(octobus.folder, '.octo', 'postgres'), PLANTED)).length).toBeGreaterThan(0);
  });

  it('of a new person is not taken while the vault stands still, and whoever sends it is told to come again', async () => {
    const { url, apiKey } = octobus.credentials;
    const vault = octobus.pids()['vault'] ?? 0;
    const submit = (dataSubject: string): Promise<Response> =>
      fetch(`${url}/v1/tasks`, {
        method: 'POST',
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ goal: 'x', dataSubject }),
      });
    process.kill(vault, 'SIGSTOP');
    try {
      const began = performance.now();
      const response = await submit('somebody new');
      expect([response.status, response.headers.get('retry-after'), response.headers.get('content-type')]).toEqual([
        503,
        '1',
        expect.stringContaining('application/problem+json'),
      ]);
      expect(await response.json()).toMatchObject({ code: 'vault-unavailable', retryable: true });
      expect(performance.now() - began).toBeLessThan(8_000);
      // Whose key is held is not kept waiting.
      expect((await submit(NAME)).status).toBe(202);
    } finally {
      process.kill(vault, 'SIGCONT');
    }
    expect((await submit('somebody new')).status).toBe(202);
  }, 30_000);

  it('is opened again after all keys were wrapped with a new master key and the services died', async () => {
    const { id } = await octobus.client.submit({ goal: `${GOAL} again`, plan: { steps: [{ id: 'a', agent: 'noop' }] } });
    await ended(id);
    const { stdout } = await run(process.execPath, [CLI, 'vault', 'rotate', '--json'], {
      env: { ...process.env, OCTO_DIR: join(octobus.folder, '.octo') },
    });
    expect(JSON.parse(stdout)).toMatchObject({ keys: 4 });
    for (const service of ['vault', 'gateway', 'reflex', 'orchestrator']) process.kill(octobus.pids()[service] ?? 0, 'SIGKILL');
    await eventually(async () => (await octobus.client.task(id).catch(() => undefined))?.goal === `${GOAL} again`, 20_000);
    expect((await octobus.client.task(id)).goal).toBe(`${GOAL} again`);
  });
});
