import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { identify, isAlive } from '@octobus/stack';
import { type PowerCutDisk, eventually, makePowerCutDisk, whyNoPowerCuts } from '@octobus/testing';
import { type RunningOctobus, startOctobus } from './running-octobus.ts';

const reason = whyNoPowerCuts();
const here = reason === undefined ? it : it.skip;
const TASK = {
  goal: 'a chain',
  plan: { steps: [1, 2, 3].map((n) => ({ id: `s${n}`, agent: 'noop', ...(n === 1 ? {} : { after: [`s${n - 1}`] }) })) },
};
const CLIENTS = 16;

let disk: PowerCutDisk;
let folder: string;
let octobus: RunningOctobus | undefined;

beforeEach(() => {
  disk = makePowerCutDisk(256);
  folder = mkdtempSync(join(tmpdir(), 'octobus-power-'));
});
afterEach(async () => {
  if (octobus !== undefined && octobus.process.exitCode === null && octobus.process.signalCode === null) await octobus.stop();
  octobus = undefined;
  disk.remove();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

const start = async (durability: 'fsync' | 'flushed'): Promise<RunningOctobus> =>
  (octobus = await startOctobus({
    folder,
    env: { OCTO_NATS_DIR: join(disk.path, 'nats'), OCTO_DURABILITY: durability, OCTO_NATS_MAX_FILE_STORE: '200000000' },
  }));

/** Submits from many clients for a while; ids of the tasks that were answered for, and how durable each answer said it is. */
async function submitUntil(running: RunningOctobus, ms: number): Promise<Map<string, string>> {
  const answered = new Map<string, string>();
  const until = performance.now() + ms;
  const one = async (): Promise<void> => {
    while (performance.now() < until) {
      const { id, durability } = await running.client.submit(TASK);
      answered.set(id, durability);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, one));
  return answered;
}

/** What the answer to a task that was waited for says in its header. */
async function saidOnceEnded({ credentials: { url, apiKey } }: RunningOctobus): Promise<string | null> {
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json', prefer: 'wait=10' };
  const answer = await fetch(`${url}/v1/tasks`, { method: 'POST', headers, body: JSON.stringify(TASK) });
  expect(answer.status).toBe(200);
  return answer.headers.get('octo-durability');
}

/** Everything ends in the same moment as the power, in the middle of the work: the server of the log first, so that it acknowledges nothing after. */
async function cutPower(running: RunningOctobus): Promise<void> {
  const left = Object.entries(running.pids()).flatMap(([name, pid]) => (name === 'postgres' ? [] : (identify(pid) ?? [])));
  process.kill(running.process.pid ?? 0, 'SIGSTOP');
  for (const { pid } of left) process.kill(pid, 'SIGKILL');
  await running.kill9();
  await eventually(() => !left.some(isAlive));
  disk.cut();
}

describe(`the whole stack, its log on a disk that loses its power${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  here(
    'knows and completes every task that it had answered for',
    async () => {
      const answered = new Map<string, string>();
      for (const ms of [300, 700]) {
        const running = await start('fsync');
        for (const [id, durability] of await submitUntil(running, ms)) answered.set(id, durability);
        await cutPower(running);
      }
      const { client } = await start('fsync');
      expect(new Set(answered.values())).toEqual(new Set(['fsync']));
      for (const id of answered.keys()) await eventually(async () => (await client.task(id)).state === 'completed', 30_000);
      process.stderr.write(`2 power cuts of the whole stack, ${answered.size} tasks answered for, 0 missing\n`);
    },
    120_000,
  );

  here(
    'refuses to go on after what was only flushed is gone, and says so',
    async () => {
      const running = await start('flushed');
      expect(new Set((await submitUntil(running, 300)).values())).toEqual(new Set(['flushed']));
      expect(await saidOnceEnded(running)).toBe('flushed');
      await cutPower(running);
      await expect(start('flushed')).rejects.toThrow(/The event log \(EVENTS\) is not whole: .*\(log-shorter-than-known\)/s);
    },
    120_000,
  );
});
