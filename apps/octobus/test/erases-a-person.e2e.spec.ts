import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aggregatePrefix, subjectToken } from '@octobus/contracts';
import { eventually } from '@octobus/testing';
import { headers } from 'nats';
import { type BehindTheDoors, openBehind } from './behind-the-doors.ts';
import { cloudEvent, command, openTenant } from './nats-client.ts';
import { textsInFiles, textsInStreams } from './plaintext.ts';
import { CLI, type RunningOctobus, startOctobus } from './running-octobus.ts';

const run = promisify(execFile);

const ADA = 'Ada Quetzalcoatlus';
const BOB = 'Bob Pteranodon';
/** Words that were somebody's. */
const WORDS = [
  'Quetzalcoatlus-goal',
  'Quetzalcoatlus-argument',
  'Quetzalcoatlus-document',
  'Quetzalcoatlus-large',
  'Quetzalcoatlus-pending',
  'Quetzalcoatlus-dead',
  'Quetzalcoatlus-schedule',
  'Quetzalcoatlus-reason',
  ADA,
];
const [GOAL = '', ARGUMENT = '', DOCUMENT = '', LARGE = '', PENDING = '', DEAD = '', SCHEDULE = '', REASON = ''] = WORDS;

const large = (): Buffer =>
  Buffer.from(Array.from({ length: 3_000 }, (_, i) => `The ${LARGE} number ${i} has a span of ${i % 12} metres.`).join('\n\n'));

describe('a person', () => {
  let octobus: RunningOctobus;
  let behind: BehindTheDoors;
  let token: string;
  let task: string;
  let other: string;
  let schedule: string;
  const state = (): string => join(octobus.folder, '.octo');
  const cli = async (...args: string[]): Promise<string> =>
    (await run(process.execPath, [CLI, ...args], { env: { ...process.env, OCTO_DIR: state() }, maxBuffer: 64 * 1024 * 1024 })).stdout;
  const plan = { steps: [{ id: 'a', agent: 'noop', arguments: { word: ARGUMENT } }] };
  const submitted = async (dataSubject: string): Promise<string> => {
    const { id } = await octobus.client.submit({ goal: `${GOAL} of somebody`, plan, dataSubject });
    await eventually(async () => (await octobus.client.task(id).catch(() => undefined))?.state === 'completed', 20_000);
    return id;
  };
  const ingest = (name: string, bytes: Buffer, dataSubject: string): Promise<Response> =>
    fetch(`${octobus.credentials.url}/v1/documents?${new URLSearchParams({ name, dataSubject }).toString()}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${octobus.credentials.apiKey}`, 'content-type': 'text/markdown' },
      body: bytes as never,
    });
  const documents = async (): Promise<readonly string[]> => (await octobus.client.documents()).items.map(({ name }) => name).toSorted();

  beforeAll(async () => {
    octobus = await startOctobus({ isolate: true });
    behind = await openBehind(octobus);
    token = subjectToken(readFileSync(join(state(), 'door.key'), 'utf8').trim(), octobus.credentials.tenant, ADA);
    task = await submitted(ADA);
    other = await submitted(BOB);
    const scheduled = { goal: SCHEDULE, dataSubject: ADA };
    schedule = (await octobus.client.createSchedule({ name: 'new-year', cron: '0 0 1 1 *', task: scheduled })).id;
    await ingest('ada.md', Buffer.from(`# Reptiles\n\nThe ${DOCUMENT} weighed 200 kilograms.\n`), ADA);
    await ingest('ada-large.md', large(), ADA);
    await ingest('bob.md', Buffer.from('# Pumps\n\nThe filter of the pump is cleaned every 30 days.\n'), BOB);
    await eventually(
      async () => (await octobus.client.documents()).items.filter(({ state: now }) => now === 'indexed').length === 3,
      30_000,
    );
    await behind.traces();
  }, 120_000);
  afterAll(async () => {
    await behind?.close();
    await octobus?.stop();
    octobus?.remove();
  }, 30_000);

  it('is given all that the log holds of them, and nothing of anybody else’s', async () => {
    const lines = (await cli('subject', 'export', ADA))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; id: string; base64?: string });
    const text = JSON.stringify(lines) + lines.map(({ base64 = '' }) => Buffer.from(base64, 'base64').toString('utf8')).join('');
    for (const word of [GOAL, ARGUMENT, DOCUMENT, LARGE, SCHEDULE]) expect(text).toContain(word);
    expect(new Set(lines.map(({ id }) => id)).size).toBe(4);
    expect(lines.map(({ id }) => id)).not.toContain(other);
    expect(await cli('subject', 'export', 'nobody-of-that-name')).toBe('');
  });

  it('is erased with what waits to be screened and what was given up on', async () => {
    const { tenant } = octobus.credentials;
    const reflex = octobus.pids()['reflex'] ?? 0;
    const connection = await openTenant(octobus.credentials.natsUrl);
    const cancel = async (taskId: string): Promise<void> => {
      await command(connection, `ingress.${tenant}.cancel`, { taskId, reason: `${REASON} of theirs` }, { 'ce-id': randomUUID() });
    };
    const letters = async (): Promise<number> => (await behind.streams.streams.info('DLQ')).state.messages;
    // Given up on as it comes: a word about a task that nobody knows is of the account that sends it.
    await cancel(randomUUID());
    await eventually(async () => (await letters()) === 1, 60_000);
    expect(await textsInStreams(behind, WORDS)).toEqual([]);
    process.kill(reflex, 'SIGSTOP');
    try {
      const id = randomUUID();
      await cancel(task);
      await cancel(id);
      await command(connection, `ingress.${tenant}.submit`, { goal: PENDING, dataSubject: ADA }, { 'ce-id': id, 'ce-subject': id });
      const letter = headers();
      letter.set('octo-dead-subject', `ingress.${tenant}.submit`);
      const cancelled = headers();
      cancelled.set('octo-dead-subject', `ingress.${tenant}.cancel`);
      await behind.connection
        .jetstream()
        .publish(`dlq.reflex.${tenant}.command.7`, JSON.stringify({ goal: DEAD, dataSubject: ADA }), { headers: letter });
      await behind.connection
        .jetstream()
        .publish(`dlq.reflex.${tenant}.command.9`, JSON.stringify({ taskId: task, reason: REASON }), { headers: cancelled });
      await behind.connection
        .jetstream()
        .publish(`dlq.reflex.${tenant}.command.8`, JSON.stringify({ goal: 'x', dataSubject: BOB }), { headers: letter });
      expect(await textsInStreams(behind, WORDS)).toHaveLength(7);
      // What reflex had recorded before it froze.
      const request = `${aggregatePrefix({ tenant, aggregate: 'subject', id: token })}.request.erase.${id}`;
      const event = cloudEvent({ 'ce-id': randomUUID(), 'ce-type': 'subject.erasure-requested.v1', 'octo-correlation': token });
      await behind.connection.jetstream().publish(request, JSON.stringify({ commandId: id }), { headers: event });
      await eventually(
        async () => (await octobus.client.json<{ state: string }>('GET', `/v1/subjects/${token}`)).state === 'erased',
        20_000,
      );
      expect(await textsInStreams(behind, WORDS)).toEqual([]);
      expect(await letters()).toBe(2);
    } finally {
      process.kill(reflex, 'SIGCONT');
      await connection.close();
    }
    expect(JSON.parse(await cli('subject', 'erase', ADA, '--json'))).toMatchObject({ dataSubject: token, state: 'erased' });
  });

  it('is nowhere to be read any more: not in a task, a replay, a search, an export', async () => {
    const view = await octobus.client.task(task);
    expect(view).toMatchObject({ id: task, state: 'completed', goal: '', erased: true });
    expect(JSON.stringify(view)).not.toContain('Quetzalcoatlus');
    expect(await cli('replay', task)).toContain('erased');
    const scheduled = await octobus.client.json<{ task?: unknown }>('GET', `/v1/schedules/${schedule}`);
    expect(scheduled).toMatchObject({ name: 'new-year', erased: true });
    expect(scheduled.task).toBeUndefined();
    const { url, apiKey } = octobus.credentials;
    const exported = await fetch(`${url}/v1/events?task=${task}`, {
      headers: { authorization: `Bearer ${apiKey}`, accept: 'application/x-ndjson' },
    });
    const events = await exported.text();
    expect(events).toContain('"octoerased":true');
    expect(events).not.toContain('Quetzalcoatlus');
    await eventually(async () => (await documents()).length === 1);
    expect(await documents()).toEqual(['bob.md']);
    const asked = await octobus.client.submit({ goal: `How much did the ${DOCUMENT} weigh?` }, { prefer: 'wait=20' });
    expect(JSON.stringify(asked)).not.toContain('200 kilograms');
    await expect(cli('subject', 'export', ADA)).rejects.toThrow('subject-erased');
  });

  it('stays as they were, if they are somebody else', async () => {
    expect((await octobus.client.task(other)).goal).toBe(`${GOAL} of somebody`);
    expect(await cli('subject', 'export', BOB)).toContain('every 30 days');
  });

  it('gets no key again: not by a late submission, a late document, or a message over NATS', async () => {
    await expect(octobus.client.submit({ goal: 'late', dataSubject: ADA })).rejects.toMatchObject({ code: 'subject-erased', status: 410 });
    expect((await ingest('late.md', Buffer.from('late'), ADA)).status).toBe(410);
    const letters = async (): Promise<number> => (await behind.streams.streams.info('DLQ')).state.last_seq;
    const before = await letters();
    const connection = await openTenant(octobus.credentials.natsUrl);
    await command(
      connection,
      `ingress.${octobus.credentials.tenant}.submit`,
      { goal: 'late', dataSubject: ADA },
      { 'ce-id': randomUUID() },
    );
    await connection.close();
    await eventually(async () => (await letters()) > before, 10_000);
    const kept = await behind.streams.streams.getMessage('KEYS', { last_by_subj: `key.${octobus.credentials.tenant}.${token}` });
    expect(kept.string()).toBe('erased');
  });

  it('leaves no task hanging that was under way', async () => {
    const step = (id: string, after: readonly string[]) => ({ id, agent: 'noop', after, arguments: { sleepMs: 1_500, word: id } });
    const body = { goal: 'under way', dataSubject: 'Cy', plan: { steps: [step('a', []), step('b', ['a'])] } };
    const { id } = await octobus.client.submit(body);
    await eventually(async () => (await octobus.client.task(id).catch(() => undefined))?.steps.length === 1, 10_000);
    // Not by the command line: on a busy machine its start takes longer than the task.
    await octobus.client.json('POST', '/v1/subjects/erase', { subject: 'Cy' });
    await eventually(async () => (await octobus.client.task(id)).state === 'failed', 20_000);
    expect(await octobus.client.task(id)).toMatchObject({ goal: '', erased: true, failure: { code: 'subject-erased' } });
  }, 60_000);

  it('is in no file of the state folder, nor in any log, also after all was started again', async () => {
    await behind.query('checkpoint');
    expect(
      await textsInFiles(
        state(),
        WORDS.filter((word) => word !== GOAL && word !== ARGUMENT),
      ),
    ).toEqual([]);
    expect(octobus.output()).not.toContain('Quetzalcoatlus');
    await behind.close();
    await octobus.stop();
    octobus = await startOctobus({ folder: octobus.folder });
    behind = await openBehind(octobus);
    expect(await octobus.client.task(task)).toMatchObject({ goal: '', erased: true });
    expect(await documents()).toEqual(['bob.md']);
    expect(await textsInFiles(state(), WORDS)).toEqual([]);
    await expect(octobus.client.submit({ goal: 'late', dataSubject: ADA })).rejects.toMatchObject({ code: 'subject-erased' });
  }, 90_000);
});
