import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@octobus/testing';
import { type RunningOctobus, startOctobus } from './running-octobus.ts';

const running: RunningOctobus[] = [];
async function start(options: Parameters<typeof startOctobus>[0] = {}): Promise<RunningOctobus> {
  const octobus = await startOctobus(options);
  running.push(octobus);
  return octobus;
}

afterEach(async () => {
  for (const octobus of running.splice(0)) {
    if (octobus.process.exitCode === null && octobus.process.signalCode === null) await octobus.stop();
    octobus.remove();
  }
}, 60_000);

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const chain = (n: number, sleepMs: number) => ({
  goal: 'a chain of steps',
  plan: {
    steps: Array.from({ length: n }, (_, i) => ({
      id: `s${i + 1}`,
      agent: 'noop',
      arguments: { sleepMs },
      ...(i === 0 ? {} : { after: [`s${i}`] }),
    })),
  },
});

const state = async ({ client }: RunningOctobus, id: string): Promise<string> => (await client.task(id)).state;
const completed = (octobus: RunningOctobus, id: string, withinMs = 30_000) =>
  eventually(async () => (await state(octobus, id)) === 'completed', withinMs);
const typesOf = async ({ client }: RunningOctobus, id: string) => (await client.timeline(id)).items.map((entry) => entry.type);

describe('with a process each', () => {
  it('a task completes though its retriever is killed in the middle of a step', async () => {
    const octobus = await start({ isolate: true });
    await octobus.client.ingest(
      'facts.md',
      'text/markdown',
      Buffer.from('# Facts\n\nThe harbour of Lisbon opens at six in the morning.\n'),
    );
    const retriever = octobus.pids()['arm-retriever'] ?? 0;
    process.kill(retriever, 'SIGSTOP');
    const { id } = await octobus.client.submit({ goal: 'When does the harbour of Lisbon open?' });
    await eventually(async () => (await octobus.client.task(id)).steps.some((step) => step.arm === 'retriever'));
    process.kill(retriever, 'SIGKILL');
    await completed(octobus, id);
    const task = await octobus.client.task(id);
    expect(task.result?.answer).toContain('six in the morning');
    expect(task.steps.filter((step) => step.arm === 'retriever')).toHaveLength(1);
    expect(octobus.output()).toContain('arm-retriever died');
    expect(octobus.output()).toContain('arm-retriever is back');
  }, 120_000);

  it('a rolling restart of every service under load drops nothing', async () => {
    const octobus = await start({ isolate: true });
    const ids: string[] = [];
    let loading = true;
    const load = (async () => {
      while (loading) {
        const submitted = await octobus.client.submit(chain(3, 20)).catch(() => undefined);
        if (submitted !== undefined) ids.push(submitted.id);
        await eventually(() => true);
      }
    })();
    for (const [name, pid] of Object.entries(octobus.pids())) {
      if (name === 'nats-server' || name === 'postgres') continue;
      process.kill(pid, 'SIGTERM');
      await eventually(() => (octobus.pids()[name] ?? pid) !== pid && octobus.output().split(`${name} is back`).length > 1, 30_000);
    }
    loading = false;
    await load;
    expect(ids.length).toBeGreaterThan(10);
    for (const id of ids) await completed(octobus, id, 60_000);
    const outcomes = await Promise.all(
      ids.slice(0, 50).map(async (id) => (await typesOf(octobus, id)).filter((type) => type === 'task.step-done.v1').length),
    );
    expect(new Set(outcomes)).toEqual(new Set([3]));
  }, 180_000);
});

describe('in one process', () => {
  it('unfinished tasks go on after kill -9 of the whole stack, and nothing of it is left running', async () => {
    const octobus = await start();
    const { id } = await octobus.client.submit(chain(4, 800));
    await eventually(async () => (await typesOf(octobus, id)).includes('task.step-done.v1'));
    const left = octobus.pids();
    await octobus.kill9();
    expect(Object.values(left).some(alive)).toBe(true);
    const again = await start({ folder: octobus.folder });
    expect(again.output()).toContain('ended what an earlier run had left');
    await completed(again, id);
    const done = (await typesOf(again, id)).filter((type) => type === 'task.step-done.v1');
    expect(done).toHaveLength(4);
    const pids = Object.values(again.pids());
    expect(await again.stop()).toBe(0);
    expect(pids.filter(alive)).toEqual([]);
  }, 120_000);

  it('NATS and Postgres are started again when they die, and tasks go on', async () => {
    const octobus = await start();
    const { id } = await octobus.client.submit(chain(6, 300));
    for (const name of ['nats-server', 'postgres']) {
      const pid = octobus.pids()[name] ?? 0;
      process.kill(pid, 'SIGKILL');
      await eventually(() => octobus.output().includes(`${name} is back`), 30_000);
    }
    await completed(octobus, id, 60_000);
    await eventually(async () => (await octobus.client.tasks('?state=completed')).items.some((row) => row['id'] === id), 30_000);
  }, 120_000);

  it('a second start says that it runs already, and where', async () => {
    const octobus = await start();
    await expect(startOctobus({ folder: octobus.folder })).rejects.toThrow(
      `already running here (pid ${octobus.process.pid}): it is at ${octobus.credentials.url}`,
    );
  }, 60_000);

  it('a cancelled task stops its running step and starts no other', async () => {
    const octobus = await start();
    const { id } = await octobus.client.submit(chain(3, 60_000));
    await eventually(async () => (await octobus.client.task(id)).steps.length === 1);
    const began = Date.now();
    await octobus.client.cancel(id);
    await eventually(async () => (await state(octobus, id)) === 'cancelled');
    expect(Date.now() - began).toBeLessThan(1_000);
    expect((await octobus.client.task(id)).steps.map((step) => step.state)).toEqual(['closed']);
    await expect(octobus.client.cancel(id)).rejects.toMatchObject({ status: 409 });
  }, 60_000);
});
