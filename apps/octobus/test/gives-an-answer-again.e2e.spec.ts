import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TaskView } from '@octobus/task';
import { eventually } from '@octobus/testing';
import { type BehindTheDoors, openBehind } from './behind-the-doors.ts';
import { type Answer, ask } from './http-door.ts';
import { type RunningOctobus, startOctobus } from './running-octobus.ts';

const GOAL = 'How long is the notice period of the Quetzal contract?';

let octobus: RunningOctobus;
let behind: BehindTheDoors;

beforeAll(async () => {
  octobus = await startOctobus();
  behind = await openBehind(octobus);
  await ingest('quetzal.md', '# Quetzal\n\nThe notice period of the Quetzal contract is three months.\n');
}, 60_000);
afterAll(async () => {
  await behind?.close();
  await octobus?.stop();
  octobus?.remove();
}, 30_000);

const at = (method: string, path: string, asking: object = {}): Promise<Answer> =>
  ask(octobus.credentials.url, method, path, { key: octobus.credentials.apiKey, ...asking });

async function ingest(name: string, text: string): Promise<void> {
  await at('POST', `/v1/documents?name=${name}`, { body: text, headers: { 'content-type': 'text/markdown' } });
  await eventually(async () => {
    const { items } = (await at('GET', '/v1/documents')).json as { items: { name: string; state: string }[] };
    return items.some((item) => item.name === name && item.state === 'indexed');
  });
}

async function asked(more: object = {}, key = octobus.credentials.apiKey): Promise<TaskView> {
  const body = { goal: GOAL, cache: 'use', ...more };
  const answer = await at('POST', '/v1/tasks', { key, body, headers: { prefer: 'wait=20' } });
  expect([answer.status, answer.json]).toEqual([200, expect.objectContaining({ state: 'completed' })]);
  return answer.json as TaskView;
}

const timeline = async (id: string): Promise<readonly { type: string; afterMs: number; note: string }[]> =>
  ((await at('GET', `/v1/tasks/${id}/timeline`)).json as { items: { type: string; afterMs: number; note: string }[] }).items;

describe('a request that was asked before', () => {
  let first: TaskView;
  let again: TaskView;

  it('is answered from the first task, with nothing run and nothing spent', async () => {
    first = await asked();
    expect([first.answeredFrom, first.steps.length, first.result?.answer]).toEqual([undefined, 4, expect.stringContaining('three months')]);
    again = await asked();
    expect(again).toMatchObject({ answeredFrom: first.id, steps: [], spentMicroUsd: '0', result: first.result });
    expect((await at('GET', `/v1/tasks/${again.id}/result`)).json).toMatchObject({
      answer: first.result?.answer,
      citations: first.result?.citations,
    });
  }, 30_000);

  it('says so in its history, of two events', async () => {
    const entries = await timeline(again.id);
    expect(entries.map(({ type }) => type)).toEqual(['task.accepted.v1', 'task.completed.v1']);
    expect(entries[1]?.note).toBe(`answered from task ${first.id}, 0 micro-dollars`);
  });

  it('is answered in some milliseconds, as the log has it', async () => {
    const took: number[] = [];
    for (let i = 0; i < 9; i++) took.push((await timeline((await asked()).id)).at(-1)?.afterMs ?? Infinity);
    expect(took.toSorted((a, b) => a - b)[4]).toBeLessThan(25);
  }, 30_000);

  it('names the task that did the work, however often it is asked', async () => {
    expect((await asked()).answeredFrom).toBe(first.id);
  });

  it('is answered anew for who doesn’t want it, for another key, and about another person', async () => {
    const { key } = (await at('POST', '/v1/keys', { body: {} })).json as { key: string };
    await eventually(async () => (await at('GET', '/v1/agents', { key })).status === 200);
    for (const task of [
      await asked({ cache: 'bypass' }),
      await asked({ cache: undefined }),
      await asked({}, key),
      await asked({ dataSubject: 'Ada' }),
    ])
      expect([task.answeredFrom, task.steps.length]).toEqual([undefined, 4]);
  }, 30_000);

  it('is answered anew once a document has changed', async () => {
    await ingest('quetzal.md', '# Quetzal\n\nThe notice period of the Quetzal contract is five weeks.\n');
    const fresh = await eventually(async () => {
      const task = await asked({ cache: 'bypass' });
      return task.result?.answer.includes('five weeks') === true;
    });
    expect(fresh).toBe(true);
    const task = await asked();
    expect([task.answeredFrom, task.result?.answer]).toEqual([undefined, expect.stringContaining('five weeks')]);
  }, 30_000);

  it('waits while remembered requests can’t be looked for, and is answered when they can', async () => {
    const { config } = await behind.streams.streams.info('KV_CACHE');
    await behind.streams.streams.delete('KV_CACHE');
    const body = { goal: GOAL, cache: 'use' };
    const waiting = await at('POST', '/v1/tasks', { body });
    expect([waiting.status, (waiting.json as TaskView).state]).toEqual([202, 'received']);
    expect((await at('POST', '/v1/tasks', { body: { ...body, cache: 'bypass' } })).json).toMatchObject({ state: 'accepted' });
    await behind.streams.streams.add(config);
    const { id } = waiting.json as TaskView;
    await eventually(async () => ((await at('GET', `/v1/tasks/${id}`)).json as TaskView).state === 'completed', 20_000);
    expect((await at('GET', '/metrics')).text).toMatch(/octobus_answer_cache_total\{outcome="down"\} [1-9]/);
  }, 40_000);
});
