import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, natsServerBinary } from '@octobus/testing';
import { heldBinary } from '../src/bench/failover/held-binary.ts';
import { loseLeader } from '../src/bench/failover/lose-leader.ts';
import { openBehind } from './behind-the-doors.ts';
import { type RunningOctobus, startOctobus } from './running-octobus.ts';

const folder = mkdtempSync(join(tmpdir(), 'octobus-failover-'));
const binary = heldBinary(folder, natsServerBinary());
let octobus: RunningOctobus;

beforeAll(async () => {
  octobus = await startOctobus({ env: { OCTO_REPLICAS: '3', OCTO_DURABILITY: '', OCTO_NATS_SERVER: binary.path } });
}, 90_000);

afterAll(async () => {
  binary.hold(false);
  await octobus?.stop();
  octobus?.remove();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** Name of the server that fires timers. */
async function leaderOfTimers(): Promise<string> {
  const behind = await openBehind(octobus);
  try {
    let leader = '';
    await eventually(async () => {
      const info = await behind.streams.streams.info('TIMERS').catch(() => undefined);
      leader = info?.cluster?.leader ?? '';
      return leader !== '';
    }, 30_000);
    return leader;
  } finally {
    await behind.close();
  }
}

describe('a cluster of three NATS servers', () => {
  it('is what the answers promise', async () => {
    expect(await octobus.client.ready()).toMatchObject({ status: 'ok', durability: 'replicated' });
    const submitted = await octobus.client.submit({ goal: 'Say yes.', plan: { steps: [{ id: 's', agent: 'noop' }] } });
    expect(submitted).toMatchObject({ durability: 'replicated' });
  });

  it('loses nothing that was acknowledged when its leader is killed under load, and goes on within 10 seconds', async () => {
    const report = await loseLeader(
      {
        credentials: octobus.credentials,
        folder: join(octobus.folder, '.octo'),
        pidOf: (server) => octobus.pids()[server],
        keepAway: (away) => binary.hold(away),
      },
      { clients: 8, steps: 5, loadMs: 3_000 },
    );
    expect(report).toMatchObject({ wrong: [], lostEvents: 0, doubledSubjects: 0, durability: 'replicated' });
    expect(report.completed).toBe(report.acknowledged);
    expect(report.acknowledged).toBeGreaterThan(50);
    expect(report.longestWithoutAckMs).toBeLessThan(10_000);
    expect(report.longestWithoutCompletionMs).toBeLessThan(10_000);
    expect(report.caughtUpMs).not.toBeNull();
    expect(octobus.output()).not.toContain('log-shorter-than-known');
  }, 240_000);

  it('fires what waits, rests and has a deadline when the server that led the timers is gone, each once and none early', async () => {
    const { client } = octobus;
    const submit = async (steps: readonly object[], more: object = {}) =>
      (await client.submit({ goal: 'wait', plan: { steps }, ...more })).id;
    const sleeper = { id: 'a', agent: 'noop', arguments: { sleepMs: 60_000 } };
    const waiting = await Promise.all(
      [3_000, 9_000, 15_000].map((forMs) =>
        submit([
          { id: 'pause', wait: { forMs } },
          { id: 'b', agent: 'noop', after: ['pause'] },
        ]),
      ),
    );
    const late = await submit([sleeper], { deadline: new Date(Date.now() + 8_000).toISOString() });
    const resting = await submit([{ ...sleeper, timeoutMs: 50, maxAttempts: 4 }]);
    for (const id of waiting) await eventually(async () => (await client.task(id)).state === 'waiting', 30_000);
    await eventually(async () => (await client.timeline(late)).items.some(({ type }) => type === 'task.deadline-set.v1'));
    const leader = await leaderOfTimers();
    binary.hold(true);
    process.kill(octobus.pids()[leader] ?? 0, 'SIGKILL');
    const ended = (id: string, state: string): Promise<boolean> =>
      eventually(async () => (await client.task(id).catch(() => undefined))?.state === state, 60_000);
    for (const id of waiting) await ended(id, 'completed');
    await ended(late, 'expired');
    await ended(resting, 'failed');
    expect(await leaderOfTimers()).not.toBe(leader);
    binary.hold(false);
    for (const id of waiting) {
      const [wait, next] = (await client.task(id)).steps;
      expect(Date.parse(next?.scheduledAt ?? '')).toBeGreaterThanOrEqual(Date.parse(wait?.dueAt ?? ''));
      expect((await client.timeline(id)).items.map(({ type }) => type).filter((type) => type !== 'task.timer-fired.v1')).toEqual([
        'task.accepted.v1',
        'task.wait-begun.v1',
        'task.wait-ended.v1',
        'task.steps-scheduled.v1',
        'task.step-done.v1',
        'task.completed.v1',
      ]);
    }
    const rests = (await client.timeline(resting)).items.filter(({ type }) => type === 'task.step-delayed.v1');
    expect(rests).toHaveLength(3);
  }, 180_000);
});
