import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { logStreams } from '@octobus/contracts';
import { eventually } from '@octobus/testing';
import { type BehindTheDoors, openBehind } from './behind-the-doors.ts';
import { runCommand } from './run-command.ts';
import { type RunningOctobus, startOctobus } from './running-octobus.ts';

const STREAMS = 4;
const HOUR_MS = 3_600_000;
const work = (id: string, after: readonly string[] = []) => ({ id, agent: 'noop', after });
const pause = (id: string, wait: object, after: readonly string[] = []) => ({ id, after, wait });
const task = (steps: readonly object[], more: object = {}) => ({ goal: 'wait', plan: { steps }, ...more });
const inTime = (ms: number): string => new Date(Date.now() + ms).toISOString();

const stateIs = async ({ client }: RunningOctobus, id: string, state: string): Promise<boolean> => (await client.task(id)).state === state;

interface Waited {
  readonly types: readonly string[];
  /** Sequence of the event at which it began to wait. */
  readonly begunAt: number;
  /** Milliseconds after it was due. */
  readonly lateMs: number;
  readonly wentOnAfterMs: number;
}

/** How a task with the one wait `pause` and the step `b` behind it has gone. */
async function waitedIn({ client }: RunningOctobus, id: string): Promise<Waited> {
  const { items } = await client.timeline(id);
  const { steps } = await client.task(id);
  const [wait] = steps.filter(({ id: name }) => name === 'pause');
  const [next] = steps.filter(({ id: name }) => name === 'b');
  const due = Date.parse(wait?.dueAt ?? '');
  return {
    types: items.map(({ type }) => type).filter((type) => type.startsWith('task.wait-')),
    begunAt: items.find(({ type }) => type === 'task.wait-begun.v1')?.sequence ?? 0,
    lateMs: Date.parse(wait?.doneAt ?? '') - due,
    wentOnAfterMs: Date.parse(next?.scheduledAt ?? '') - due,
  };
}

describe('with two orchestrators and a log on four streams', () => {
  let octobus: RunningOctobus;
  let behind: BehindTheDoors;
  beforeAll(async () => {
    octobus = await startOctobus({ isolate: true, env: { OCTO_INSTANCES: 'orchestrator=2', OCTO_LOG_STREAMS: String(STREAMS) } });
    behind = await openBehind(octobus);
  }, 90_000);
  afterAll(async () => {
    await behind?.close();
    await octobus?.stop();
    octobus?.remove();
  }, 60_000);

  const timersLeft = async (): Promise<number> => {
    const { subjects } = (await behind.streams.streams.info('TIMERS', { subjects_filter: 'timer.*.*.task.>' })).state;
    return Object.keys(subjects ?? {}).length;
  };

  it('a wait is over at its time and once, though orchestrators and the NATS server are killed meanwhile', async () => {
    const waits = [{ forMs: 12_000 }, { until: inTime(12_000) }];
    const ids = await Promise.all(
      waits.map(async (wait) => (await octobus.client.submit(task([work('a'), pause('pause', wait, ['a']), work('b', ['pause'])]))).id),
    );
    for (const id of ids) {
      await eventually(() => stateIs(octobus, id, 'waiting'));
      await eventually(async () => {
        const { items } = await octobus.client.json<{ items: { id: string }[] }>('GET', '/v1/tasks?state=waiting');
        return items.some((item) => item.id === id);
      });
    }
    for (const name of ['orchestrator', 'orchestrator-2', 'nats-server']) process.kill(octobus.pids()[name] ?? 0, 'SIGKILL');
    for (const name of ['orchestrator', 'orchestrator-2', 'nats-server'])
      await eventually(() => octobus.output().includes(`${name} is back`), 30_000);
    for (const id of ids) {
      await eventually(() => stateIs(octobus, id, 'completed').catch(() => false), 60_000);
      const { types, begunAt, lateMs, wentOnAfterMs } = await waitedIn(octobus, id);
      expect(types).toEqual(['task.wait-begun.v1', 'task.wait-ended.v1']);
      expect(Math.min(lateMs, wentOnAfterMs)).toBeGreaterThanOrEqual(0);
      const { out, code } = await runCommand(octobus, 'replay', id, '--at', String(begunAt));
      expect([code, out]).toEqual([0, expect.stringMatching(/waiting[^]*pause/)]);
    }
    // Timers that had been set twice may be there again after a kill; what is left fires within moments, and nobody waits for it.
    await eventually(async () => (await timersLeft()) === 0, 30_000);
    await behind.close();
    behind = await openBehind(octobus);
    const log = (await Promise.all(logStreams(STREAMS).map(({ name }) => behind.after(name, 0)))).flat();
    for (const id of ids) expect(log.filter(({ subject }) => subject.includes(`.task.${id}.flow.waited.`))).toHaveLength(1);
    expect(await behind.lastSequence('DLQ')).toBe(0);
  }, 150_000);

  it('a thousand waits hold up nobody, and leave no timer behind when their tasks are cancelled', async () => {
    const steps = Array.from({ length: 200 }, (_, i) => pause(`w${i}`, { forMs: HOUR_MS + i }));
    const ids = await Promise.all(Array.from({ length: 5 }, async () => (await octobus.client.submit(task(steps))).id));
    const { id: other } = await octobus.client.submit(task([work('a')]));
    await eventually(() => stateIs(octobus, other, 'completed'), 30_000);
    await eventually(async () => (await timersLeft()) === 1_000, 60_000);
    for (const id of ids) expect(await octobus.client.task(id)).toMatchObject({ state: 'waiting' });
    for (const id of ids) await octobus.client.json('POST', `/v1/tasks/${id}/cancel`, {});
    for (const id of ids) await eventually(() => stateIs(octobus, id, 'cancelled'), 30_000);
    await eventually(async () => (await timersLeft()) === 0, 30_000);
  }, 180_000);
});

describe('a stack in one process', () => {
  let octobus: RunningOctobus;
  afterEach(async () => {
    await octobus?.stop();
    octobus?.remove();
  }, 60_000);

  it('goes on with what waited when it is killed and was down at the time', async () => {
    octobus = await startOctobus();
    const { id } = await octobus.client.submit(task([pause('pause', { forMs: 4_000 }), work('b', ['pause'])]));
    await eventually(() => stateIs(octobus, id, 'waiting'));
    await octobus.kill9();
    const killed = Date.now();
    await eventually(() => Date.now() > killed + 4_500);
    const { folder } = octobus;
    octobus = await startOctobus({ folder });
    await eventually(() => stateIs(octobus, id, 'completed'), 30_000);
    const { types, wentOnAfterMs } = await waitedIn(octobus, id);
    expect(types).toEqual(['task.wait-begun.v1', 'task.wait-ended.v1']);
    expect(wentOnAfterMs).toBeGreaterThanOrEqual(0);
  }, 120_000);

  it('refuses waits that say no time, too long ones and those that the deadline would cut short, and names the place', async () => {
    octobus = await startOctobus();
    const refused = [
      [task([pause('x', {})]), '/plan/steps/0/wait'],
      [task([pause('x', { forMs: -1 })]), '/plan/steps/0/wait/forMs'],
      [task([pause('x', { forMs: null })]), '/plan/steps/0/wait/forMs'],
      [task([pause('x', { forMs: 1e300 })]), '/plan/steps/0/wait/forMs'],
      [task([pause('x', { forMs: 31_536_000_001 })]), '/plan/steps/0/wait/forMs'],
      [task([pause('x', { until: '9999-12-31T23:59:59Z' })]), '/plan/steps/0/wait/until'],
      [task([{ ...pause('x', { forMs: 1 }), agent: 'noop' }]), '/plan/steps/0/agent'],
      [task([work('a'), pause('x', { forMs: HOUR_MS }, ['a'])], { deadline: inTime(60_000) }), '/plan/steps/1/wait'],
      [task(Array.from({ length: 201 }, (_, i) => pause(`w${i}`, { forMs: 1 }))), '/plan/steps'],
    ] as const;
    for (const [body, pointer] of refused)
      await expect(octobus.client.submit(body)).rejects.toMatchObject({ status: 400, problem: { errors: [{ pointer }] } });
    const template = { name: 'tick', cron: '0 0 1 1 *', deadlineAfterMs: 60_000, task: task([pause('x', { forMs: HOUR_MS })]) };
    await expect(octobus.client.createSchedule(template)).rejects.toMatchObject({
      status: 400,
      problem: { errors: [{ pointer: '/task/plan/steps/0/wait' }] },
    });
  }, 90_000);
});
