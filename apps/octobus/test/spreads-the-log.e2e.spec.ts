import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { logStreamOf, logStreams, taskPrefix } from '@octobus/contracts';
import { eventually } from '@octobus/testing';
import { type BehindTheDoors, openBehind } from './behind-the-doors.ts';
import { openTenant } from './nats-client.ts';
import { type RunningOctobus, startOctobus } from './running-octobus.ts';

const COUNT = 4;
const STREAMS = logStreams(COUNT).map(({ name }) => name);
const TASKS = 32;
const env = { OCTO_LOG_STREAMS: String(COUNT) };
const plan = { steps: [{ id: 'a', agent: 'noop' }, ...['b', 'c'].map((id) => ({ id, agent: 'noop', after: ['a'] }))] };

let octobus: RunningOctobus;
let behind: BehindTheDoors;
let ids: readonly string[] = [];

async function runTasks(count: number): Promise<readonly string[]> {
  const submitted = await Promise.all(Array.from({ length: count }, () => octobus.client.submit({ goal: 'Spread out.', plan })));
  for (const { id } of submitted) await eventually(async () => (await octobus.client.task(id)).state === 'completed', 30_000);
  return submitted.map(({ id }) => id);
}

async function restart(more: NodeJS.ProcessEnv): Promise<void> {
  await behind.close();
  await octobus.stop();
  octobus = await startOctobus({ folder: octobus.folder, env: more });
  behind = await openBehind(octobus);
}

beforeAll(async () => {
  octobus = await startOctobus({ env });
  behind = await openBehind(octobus);
  ids = await runTasks(TASKS);
}, 120_000);

afterAll(async () => {
  await behind?.close().catch(() => undefined);
  await octobus?.stop();
  octobus?.remove();
}, 60_000);

describe('a log on four streams', () => {
  it('holds each task whole in the stream of its shard, and every stream has its part', async () => {
    for (const id of ids) {
      const { position } = await octobus.client.timeline(id);
      expect(position.stream).toBe(logStreamOf(taskPrefix(octobus.credentials.tenant, id), COUNT));
    }
    for (const stream of STREAMS) expect(await behind.lastSequence(stream)).toBeGreaterThan(0);
  });

  it('is folded into the read models stream by stream, and lists say how far', async () => {
    await eventually(async () => (await octobus.client.tasks('?limit=100')).items.length === TASKS);
    await eventually(async () => {
      const { positions } = await octobus.client.tasks('?limit=1');
      const lasts = await Promise.all(STREAMS.map(async (stream) => ({ stream, sequence: await behind.lastSequence(stream) })));
      return JSON.stringify(positions) === JSON.stringify(lasts);
    });
  });

  it('is read by its tenant over NATS, a durable of each stream, each task in order', async () => {
    const tenant = await openTenant(octobus.credentials.natsUrl);
    const types = new Map<string, string[]>();
    for (const stream of STREAMS) {
      const consumer = await tenant.jetstream().consumers.get(stream, `t-${octobus.credentials.tenant}`);
      for await (const message of await consumer.fetch({ max_messages: 1_000, expires: 1_000 })) {
        const id = message.subject.split('.')[4] ?? '';
        types.set(id, [...(types.get(id) ?? []), message.headers?.last('ce-type') ?? '']);
        message.ack();
      }
    }
    await tenant.close();
    for (const id of ids) {
      expect(types.get(id)?.[0]).toBe('task.accepted.v1');
      expect(types.get(id)?.at(-1)).toBe('task.completed.v1');
      expect(types.get(id)?.filter((type) => type === 'task.step-done.v1')).toHaveLength(plan.steps.length);
    }
  });

  it('goes on as it was begun after a restart that says nothing of it, and refuses one that says another number', async () => {
    await restart({});
    expect((await octobus.client.tasks('?limit=100')).items).toHaveLength(TASKS);
    ids = [...ids, ...(await runTasks(4))];
    await behind.close();
    await octobus.stop();
    await expect(startOctobus({ folder: octobus.folder, env: { OCTO_LOG_STREAMS: '2' } })).rejects.toThrow(
      /was begun with OCTO_LOG_STREAMS=4: set that or nothing/,
    );
    octobus = await startOctobus({ folder: octobus.folder });
    behind = await openBehind(octobus);
  }, 60_000);

  it('loses nothing acknowledged to a kill -9 of everything', async () => {
    const submitted = await Promise.all(Array.from({ length: 8 }, () => octobus.client.submit({ goal: 'Survive.', plan })));
    await behind.close();
    await octobus.kill9();
    octobus = await startOctobus({ folder: octobus.folder });
    behind = await openBehind(octobus);
    for (const { id } of submitted) await eventually(async () => (await octobus.client.task(id)).state === 'completed', 30_000);
  }, 60_000);

  it('is not gone on with when one of its streams is gone', async () => {
    await behind.close();
    await octobus.stop();
    const streams = join(octobus.folder, '.octo/nats/data/jetstream/PLATFORM/streams');
    expect(readdirSync(streams)).toEqual(expect.arrayContaining(STREAMS));
    rmSync(join(streams, 'EVENTS3'), { recursive: true });
    await expect(startOctobus({ folder: octobus.folder })).rejects.toThrow(/\(EVENTS3\) is not whole/);
    const known = JSON.parse(readFileSync(join(octobus.folder, '.octo/events-marker.json'), 'utf8')) as readonly { stream: string }[];
    expect(known.map(({ stream }) => stream)).toEqual(STREAMS);
  }, 60_000);
});
