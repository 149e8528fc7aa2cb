import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { isFault } from '@octobus/kernel';
import { eventually } from '@octobus/testing';
import { openBehind } from './behind-the-doors.ts';
import { type Answer, ask } from './http-door.ts';
import { type RunningOctobus, startOctobus } from './running-octobus.ts';

const NO_SOFT_LIMIT = { OCTO_MAX_LOG_EVENTS: '0', OCTO_MAX_LOG_BYTES: '0' };
const STEPS = 20;
const MOST_TASKS = 100;

let octobus: RunningOctobus;
afterAll(async () => {
  await octobus?.stop();
  octobus?.remove();
}, 30_000);

const chain = Array.from({ length: STEPS }, (_, i) => ({
  id: `s${i}`,
  agent: 'noop',
  arguments: { sleepMs: 50 },
  ...(i === 0 ? {} : { after: [`s${i - 1}`] }),
}));
const submit = (): Promise<Answer> =>
  ask(octobus.credentials.url, 'POST', '/v1/tasks', { key: octobus.credentials.apiKey, body: { goal: 'long', plan: { steps: chain } } });
/** A command that is not screened yet is no task yet. */
async function stateOf(id: string): Promise<string> {
  try {
    return (await octobus.client.task(id)).state;
  } catch (error) {
    if (isFault(error, 'task-unknown')) return 'not screened yet';
    throw error;
  }
}

/** Long tasks until the store takes nothing more: most of them are under way then. */
async function fillStore(): Promise<{ readonly refusal: Answer; readonly taken: readonly string[] }> {
  const taken: string[] = [];
  while (taken.length < MOST_TASKS) {
    const answer = await submit();
    if (answer.status !== 202) return { refusal: answer, taken };
    taken.push((answer.json as { id: string }).id);
    await delay(50);
  }
  throw new Error('nothing was refused');
}

describe('a store that may not grow any more, whatever the limit of the log says', () => {
  it('stops running tasks where they are and loses nothing: all of them end once it may', async () => {
    octobus = await startOctobus({ env: { ...NO_SOFT_LIMIT, OCTO_NATS_MAX_FILE_STORE: '400000' } });
    const { refusal, taken } = await fillStore();
    expect(refusal).toMatchObject({ status: 503, json: { code: 'log-unavailable', retryable: true } });
    const unfinished = (await Promise.all(taken.map(stateOf))).filter((state) => state !== 'completed');
    expect(unfinished.length).toBeGreaterThan(0);
    const behind = await openBehind(octobus);
    const events = await behind.lastSequence('EVENTS');
    await behind.close();
    await octobus.stop();
    octobus = await startOctobus({ folder: octobus.folder, env: { ...NO_SOFT_LIMIT, OCTO_NATS_MAX_FILE_STORE: '400000000' } });
    for (const id of taken) await eventually(async () => (await stateOf(id)) === 'completed', 20_000);
    const after = await openBehind(octobus);
    expect(await after.lastSequence('EVENTS')).toBeGreaterThan(events);
    await after.close();
  }, 120_000);
});
