import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readdirSync, renameSync, rmSync, statSync, writeSync, closeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CLI, type RunningOctobus, startOctobus } from './running-octobus.ts';

const TASK = {
  goal: 'work',
  plan: {
    steps: [
      { id: 'a', agent: 'noop' },
      { id: 'b', agent: 'noop', after: ['a'] },
    ],
  },
};
const DATA = 'nats/data';
const STREAM = `${DATA}/jetstream/PLATFORM/streams/EVENTS`;

interface Diagnosis {
  readonly state: string;
  readonly checks: readonly { readonly name: string; readonly state: string; readonly detail: string }[];
  readonly steps: readonly string[];
}

const root = mkdtempSync(join(tmpdir(), 'octobus-shorter-'));
const [early, late] = [join(root, 'early'), join(root, 'late')];
let folder = '';
let running: RunningOctobus | undefined;

const stateOf = (path: string): string => join(folder, '.octo', path);
const start = async (from: string): Promise<RunningOctobus> => (running = await startOctobus({ folder: from }));
const refusal = (): Promise<string> => start(folder).then(() => 'it started', String);
const copyOf = (from: string, to: string): void => void execFileSync('cp', ['-a', from, to]);
const tasks = async ({ client }: RunningOctobus): Promise<number> => (await client.tasks('?limit=100')).items.length;

async function stopped(octobus: RunningOctobus): Promise<void> {
  running = undefined;
  expect(await octobus.stop()).toBe(0);
}

async function work(octobus: RunningOctobus, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => octobus.client.submit(TASK, { prefer: 'wait=20' })));
}

function doctorLog(): Diagnosis {
  const { stdout, status } = spawnSync(process.execPath, [CLI, 'doctor', '--log', '--json'], {
    env: { ...process.env, OCTO_DIR: stateOf('') },
    encoding: 'utf8',
  });
  const diagnosis = JSON.parse(stdout) as Diagnosis;
  expect(status).toBe(diagnosis.state === 'fail' ? 1 : 0);
  return diagnosis;
}

/** What the doctor says to type, but for the start. */
function follow(steps: readonly string[]): void {
  for (const line of steps.filter((step) => step.startsWith('  mv ') || step.startsWith('  cp '))) execFileSync('sh', ['-c', line]);
}

/** The bytes of a disk that went bad, in the middle of the log. */
function damage({ keepIndex }: { readonly keepIndex: boolean }): void {
  const block = stateOf(`${STREAM}/msgs/1.blk`);
  const file = openSync(block, 'r+');
  writeSync(file, randomBytes(200), 0, 200, Math.floor(statSync(block).size / 2));
  closeSync(file);
  if (!keepIndex) rmSync(stateOf(`${STREAM}/msgs/index.db`));
}

beforeAll(async () => {
  let octobus = await start(root);
  await work(octobus, 5);
  await stopped(octobus);
  copyOf(join(root, '.octo'), early);
  octobus = await start(root);
  await work(octobus, 5);
  await stopped(octobus);
  copyOf(join(root, '.octo'), late);
}, 120_000);

const folderOf = (seed: string): void => {
  folder = mkdtempSync(join(root, 'run-'));
  copyOf(seed, join(folder, '.octo'));
};
afterEach(async () => {
  if (running !== undefined) await running.stop();
  running = undefined;
}, 60_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a log that came back shorter', () => {
  it('is not found where nothing is missing, and looking changes nothing', () => {
    folderOf(late);
    const before = readdirSync(stateOf('nats'));
    const { state, checks, steps } = doctorLog();
    expect({ state, steps }).toEqual({ state: 'ok', steps: [] });
    expect(checks.find(({ name }) => name === 'log')?.detail).toMatch(/data: \d+ events, every one read$/);
    expect(readdirSync(stateOf('nats'))).toEqual(before);
  }, 30_000);

  it('is refused when its stream was deleted, and the doctor finds the copy that is whole', async () => {
    folderOf(late);
    copyOf(stateOf(DATA), stateOf(`${DATA}.before-restart`));
    rmSync(stateOf(STREAM), { recursive: true });
    expect(await refusal()).toMatch(/The event log \(EVENTS\) is not whole: .* is not there any more.*octobus doctor --log/s);
    const { state, steps } = doctorLog();
    expect(state).toBe('fail');
    expect(steps[0]).toMatch(/data\.of-.* holds everything that was acknowledged/);
    follow(steps);
    expect(doctorLog()).toMatchObject({ state: 'ok', steps: [] });
  }, 60_000);

  it('is refused when an older copy stands in its place', async () => {
    folderOf(late);
    renameSync(stateOf(DATA), stateOf(`${DATA}.of-2026-01-01`));
    copyOf(join(early, DATA), stateOf(DATA));
    expect(await refusal()).toMatch(/it ends at \d+, but event \d+ was acknowledged/);
    follow(doctorLog().steps);
    const octobus = await start(folder);
    expect(await tasks(octobus)).toBe(10);
    await work(octobus, 1);
  }, 60_000);

  it('is refused when the server cut off what it could not read; what is left can be gone on with, knowing what is lost', async () => {
    folderOf(late);
    damage({ keepIndex: false });
    expect(await refusal()).toMatch(/it ends at \d+, but event \d+ was acknowledged/);
    const { checks, steps } = doctorLog();
    expect(checks.find(({ name }) => name === 'log')).toMatchObject({
      state: 'fail',
      detail: expect.stringMatching(/it ends at \d+, but event \d+/),
    });
    expect(steps.join('\n')).toMatch(/go on with the \d+ events of .*, and lose \d+ that were acknowledged/);
    follow(steps);
    const octobus = await start(folder);
    expect(await tasks(octobus)).toBeGreaterThan(0);
    await work(octobus, 2);
    expect(existsSync(stateOf('events-marker.json.lost'))).toBe(true);
  }, 60_000);

  it('is found by reading every event where the server has noticed nothing', async () => {
    folderOf(late);
    damage({ keepIndex: true });
    const octobus = await start(folder);
    const { state, checks, steps } = doctorLog();
    expect(state).toBe('fail');
    expect(checks.find(({ name }) => name === 'log')?.detail).toMatch(/\d+ of its \d+ events can't be read/);
    expect(steps.join(' ')).toContain('no copy here has them');
    await stopped(octobus);
  }, 60_000);

  it('is copied before the server opens it after an unclean stop, and that is said', async () => {
    folderOf(late);
    const octobus = await start(folder);
    await octobus.kill9();
    running = undefined;
    const again = await start(folder);
    expect(again.output()).toMatch(/copied the event log to \S+data\.before-restart \(\d+\.\d MB\): nats-server was not stopped in order/);
    expect(existsSync(stateOf(`${DATA}.before-restart/jetstream`))).toBe(true);
  }, 60_000);
});
