import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@octobus/testing';
import { type ScriptedModelServer, completion, json, startScriptedModelServer } from '@octobus/models/testing';
import { type RunningOctobus, startOctobus } from './running-octobus.ts';

const DOCUMENT = '# Harbour\n\nThe harbour of Lisbon opens at six in the morning. Ships over 200 metres need a pilot.\n';
const PLAN = {
  steps: [
    { id: 'look', agent: 'retriever', after: [], instruction: 'When does the harbour of Lisbon open?', accept: [] },
    { id: 'write', agent: 'generalist', after: ['look'], instruction: 'When does the harbour of Lisbon open?', accept: [] },
    { id: 'check', agent: 'judge', after: ['write'], instruction: 'check', accept: [] },
  ],
};
const USAGE = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };

describe('with an OpenAI-compatible server', () => {
  let server: ScriptedModelServer;
  let octobus: RunningOctobus;
  beforeAll(async () => {
    server = await startScriptedModelServer();
    const env = {
      OPENAI_BASE_URL: server.baseUrl,
      OPENAI_API_KEY: 'sk-planted-key-0815',
      OCTO_MODEL: 'scripted',
      OCTO_MODEL_PRICE: '1000000/2000000',
    };
    octobus = await startOctobus({ env });
    await octobus.client.ingest('harbour.md', 'text/markdown', Buffer.from(DOCUMENT));
    await eventually(async () => (await octobus.client.documents()).items.length === 1);
  }, 90_000);
  afterEach(() => server.script(json(500, { error: { message: 'no script' } })));
  afterAll(async () => {
    await octobus?.stop();
    octobus?.remove();
    await server?.close();
  }, 30_000);

  const answers = (sentences: readonly { text: string; citations: readonly number[] }[]): void =>
    server.script((call, response) => {
      const planning = JSON.stringify(call.body['messages']).includes('You plan how a goal');
      completion(JSON.stringify(planning ? PLAN : { found: true, sentences }), USAGE, 'scripted')(call, response);
    });
  const ask = async (limits: object = {}) => {
    const { id } = await octobus.client.submit({ goal: 'When does the harbour of Lisbon open?', limits });
    await eventually(async () => ['completed', 'failed'].includes((await octobus.client.task(id)).state), 30_000);
    return octobus.client.task(id);
  };

  it('the model plans and writes, every call is priced before and settled after, and the key is nowhere', async () => {
    answers([{ text: 'The harbour of Lisbon opens at six in the morning.', citations: [1] }]);
    const task = await ask();
    expect(task).toMatchObject({ state: 'completed', planOrigin: 'model', result: { found: true, offline: false } });
    expect(task.result?.answer).toBe('The harbour of Lisbon opens at six in the morning.');
    expect(task.spentMicroUsd).toBe('240');
    const { items } = await octobus.client.timeline(task.id);
    expect(items.filter((entry) => entry.type === 'task.call-started.v1')).toHaveLength(2);
    expect(items.filter((entry) => entry.type === 'task.call-finished.v1')).toHaveLength(2);
    expect(octobus.output() + JSON.stringify(task) + JSON.stringify(items)).not.toContain('sk-planted-key-0815');
    expect(server.calls.every((call) => call.headers.authorization === 'Bearer sk-planted-key-0815')).toBe(true);
    const traces = new Set(server.calls.slice(-2).map((call) => String(call.headers['traceparent']).slice(3, 35)));
    expect(traces.size).toBe(1);
    const usage = await eventually(async () => {
      const { items: sums } = await octobus.client.json<{ items: { model: string; calls: number; costMicroUsd: string }[] }>(
        'GET',
        '/v1/usage',
      );
      return sums.find((sum) => sum.model === 'scripted' && sum.calls === 2);
    });
    expect(usage?.costMicroUsd).toBe('240');
  });

  it('a sentence that does not follow from its source is withheld', async () => {
    answers([
      { text: 'The harbour of Lisbon opens at nine in the morning.', citations: [1] },
      { text: 'Ships over 200 metres need a pilot.', citations: [1] },
    ]);
    const task = await ask();
    expect(task.result?.answer).toBe('Ships over 200 metres need a pilot.');
    expect(task.steps.at(-1)?.note).toBe('1 of 2 sentences supported');
  });

  it('a call that might cost more than is left is not made', async () => {
    answers([]);
    const before = server.calls.length;
    const task = await ask({ budgetMicroUsd: '500' });
    expect(task).toMatchObject({ state: 'failed', failure: { code: 'budget-exceeded' }, spentMicroUsd: '0' });
    expect(server.calls).toHaveLength(before);
  });

  it('a server that refuses the key ends the task with the reason', async () => {
    server.script(json(401, { error: { message: 'bad key sk-planted-key-0815' } }));
    const task = await ask();
    expect(task).toMatchObject({ state: 'failed', failure: { code: 'model-unauthorized' } });
    expect(JSON.stringify(task)).not.toContain('sk-planted');
  });
});
