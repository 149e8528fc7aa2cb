import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@octobus/testing';
import { ask } from './http-door.ts';
import { type RunningOctobus, startOctobus } from './running-octobus.ts';

let octobus: RunningOctobus;

beforeAll(async () => {
  octobus = await startOctobus();
}, 60_000);
afterAll(async () => {
  await octobus?.stop();
  octobus?.remove();
}, 30_000);

const chain = (n: number, sleepMs: number) => ({
  goal: 'a chain',
  plan: {
    steps: Array.from({ length: n }, (_, i) => ({
      id: `s${i}`,
      agent: 'noop',
      arguments: { sleepMs },
      ...(i === 0 ? {} : { after: [`s${i - 1}`] }),
    })),
  },
});
const fan = (n: number) => ({
  goal: 'a fan',
  plan: { steps: Array.from({ length: n }, (_, i) => ({ id: `a-step-with-quite-a-long-name-${i}`, agent: 'noop' })) },
});

interface Seen {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: unknown;
}

/** Reads one connection to a task's stream; after so many messages it breaks off. */
async function read(task: string, after = 0, most = Infinity): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  const abort = new AbortController();
  for await (const { id, event, data } of octobus.client.events(`/v1/tasks/${task}/events`, after, abort.signal)) {
    seen.push({ event, id, data: JSON.parse(data) as unknown });
    if (seen.length >= most) break;
  }
  abort.abort();
  return seen;
}

/** To the end, breaking off after every `most` messages and coming back with the last id. */
async function readInPieces(task: string, most: number): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  for (let last = 0; seen.at(-1)?.event !== 'done';) {
    const piece = await read(task, last, most);
    seen.push(...piece);
    last = Number(piece.findLast(({ id }) => id !== undefined)?.id ?? last);
  }
  return seen;
}

/** The whole timeline, each entry once, in order, then `done`. */
async function expectWhole(task: string, seen: readonly Seen[], state = 'completed'): Promise<void> {
  const { items } = await octobus.client.timeline(task);
  expect(seen.slice(0, -1).map(({ data }) => data)).toEqual(items);
  expect(seen.slice(0, -1).map(({ id }) => id)).toEqual(items.map(({ sequence }) => String(sequence)));
  expect(seen.at(-1)).toEqual({ event: 'done', id: undefined, data: { id: task, state } });
}

const metric = async (name: string): Promise<number> => {
  const { text } = await ask(octobus.credentials.url, 'GET', '/metrics');
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
};

describe('clients that follow tasks', () => {
  it('300 of them, each its own task, see every event once and in order, `done` last, also those who break off and come back', async () => {
    const ids = await Promise.all(Array.from({ length: 300 }, () => octobus.client.submit(chain(3, 100)).then(({ id }) => id)));
    const seen = await Promise.all(ids.map((id, i) => (i % 2 === 0 ? read(id) : readInPieces(id, 1 + (i % 4)))));
    for (const [i, id] of ids.entries()) await expectWhole(id, seen[i] ?? []);
    await eventually(async () => (await metric('octobus_event_streams')) === 0);
  }, 60_000);

  it('100 of them on one task see the same, whenever they come', async () => {
    const { id } = await octobus.client.submit(chain(5, 60));
    const early = Array.from({ length: 40 }, () => read(id));
    await eventually(async () => (await octobus.client.timeline(id)).items.length > 4);
    const late = Array.from({ length: 40 }, (_, i) => readInPieces(id, 1 + (i % 5)));
    await eventually(async () => (await octobus.client.task(id)).state === 'completed');
    const after = Array.from({ length: 20 }, () => read(id));
    for (const seen of await Promise.all([...early, ...late, ...after])) await expectWhole(id, seen);
  }, 60_000);

  it('who comes back after the end, or with an id that nobody gave them, is told that it is done', async () => {
    const { id } = await octobus.client.submit(chain(1, 0));
    const whole = await read(id);
    const last = Number(whole.at(-2)?.id);
    expect(await read(id, last)).toEqual(whole.slice(-1));
    expect(await read(id, last + 1_000_000)).toEqual(whole.slice(-1));
    const odd = await ask(octobus.credentials.url, 'GET', `/v1/tasks/${id}/events`, {
      key: octobus.credentials.apiKey,
      headers: { 'last-event-id': '-1; drop' },
    });
    expect(odd.text.match(/^event: /gm)).toHaveLength(whole.length);
  });

  it('a large task is seen whole, too', async () => {
    const { id } = await octobus.client.submit(fan(200));
    const seen = await read(id);
    expect(seen.length).toBeGreaterThan(400);
    await expectWhole(id, seen);
  }, 30_000);

  it('lose no event when NATS is killed in the middle', async () => {
    const { id } = await octobus.client.submit(chain(8, 250));
    const following = [0, 1, 2].map(async () => {
      const seen: { event: string; data: unknown }[] = [];
      for await (const message of octobus.client.watch(id)) seen.push(message);
      return seen;
    });
    await eventually(async () => (await octobus.client.timeline(id)).items.length > 3);
    process.kill(octobus.pids()['nats-server'] ?? 0, 'SIGKILL');
    await eventually(() => octobus.output().includes('nats-server is back'), 20_000);
    const all = await Promise.all(following);
    const { items } = await octobus.client.timeline(id);
    for (const seen of all) {
      expect(seen.slice(0, -1).map(({ data }) => data)).toEqual(items);
      expect(seen.at(-1)).toEqual({ event: 'done', data: { id, state: 'completed' } });
    }
  }, 60_000);
});
