import { spawn, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { identify, isAlive } from '@octobus/stack';
import { eventually } from '@octobus/testing';
import { CLI, type RunningOctobus, startOctobus } from './running-octobus.ts';

const STREAMS = 'nats/data/jetstream/PLATFORM/streams';
const chain = (steps: number, sleepMs: number) => ({
  goal: 'a chain of steps',
  plan: {
    steps: Array.from({ length: steps }, (_, i) => ({
      id: `s${i + 1}`,
      agent: 'noop',
      arguments: { sleepMs },
      ...(i === 0 ? {} : { after: [`s${i}`] }),
    })),
  },
});

const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'octobus-guards-'));
  folders.push(folder);
  return folder;
};
const running: RunningOctobus[] = [];
const start = async (folder: string): Promise<RunningOctobus> => {
  const octobus = await startOctobus({ folder });
  running.push(octobus);
  return octobus;
};
const ended = ({ process: child }: RunningOctobus): boolean => child.exitCode !== null || child.signalCode !== null;

/** What a start says that is refused. */
const refusal = (folder: string): Promise<string> =>
  start(folder).then(
    () => 'it started',
    (error: unknown) => String(error),
  );

const tasksOf = async ({ client }: RunningOctobus) => (await client.tasks('?limit=100')).items;
const allCompleted = async (octobus: RunningOctobus, count: number): Promise<boolean> => {
  const tasks = await tasksOf(octobus);
  return tasks.length === count && tasks.every((task) => task['state'] === 'completed');
};
const markerOf = (folder: string) =>
  (JSON.parse(readFileSync(join(folder, '.octo/events-marker.json'), 'utf8')) as [{ readonly lastSequence: number }])[0];
const completed = ({ client }: RunningOctobus, id: string) => eventually(async () => (await client.task(id)).state === 'completed', 30_000);

const seed = newFolder();
let before: Awaited<ReturnType<typeof tasksOf>>;

/** The folder as it was after a few tasks and an orderly stop; owners are kept, since Postgres may not run as root. */
const copyOfSeed = (): string => {
  const folder = newFolder();
  execFileSync('cp', ['-a', join(seed, '.octo'), folder]);
  return folder;
};
const inState = (folder: string, path: string): string => join(folder, '.octo', path);
const lose = (folder: string, ...paths: string[]): void =>
  paths.forEach((path) => rmSync(inState(folder, path), { recursive: true, force: true }));

beforeAll(async () => {
  const octobus = await start(seed);
  await Promise.all(Array.from({ length: 12 }, () => octobus.client.submit(chain(3, 0))));
  await eventually(() => allCompleted(octobus, 12), 30_000);
  before = await tasksOf(octobus);
  await octobus.stop();
}, 60_000);

afterEach(async () => {
  for (const octobus of running.splice(0)) if (!ended(octobus)) await octobus.stop();
}, 60_000);
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

describe('the event log', () => {
  it.each([
    ['its files', [`nats/data`]],
    ['its files and the marker', ['nats/data', 'events-marker.json']],
    ['its files, the marker and Postgres', ['nats/data', 'events-marker.json', 'postgres']],
  ])(
    'is not made again when %s are lost',
    async (_, paths) => {
      const folder = copyOfSeed();
      lose(folder, ...paths);
      const said = await refusal(folder);
      expect(said).toMatch(/The event log \(EVENTS\) is not whole: .* is not there any more/);
      expect(said).toContain(`to give it up and start anew, move ${join(folder, '.octo')} away`);
      expect(said).not.toMatch(/^\s+at /m);
      expect(existsSync(inState(folder, 'run.json'))).toBe(false);
    },
    30_000,
  );

  it('is refused when a part of it was cut off', async () => {
    const folder = copyOfSeed();
    truncateSync(inState(folder, `${STREAMS}/EVENTS/msgs/1.blk`), 20_000);
    rmSync(inState(folder, `${STREAMS}/EVENTS/msgs/index.db`));
    expect(await refusal(folder)).toContain('(log-shorter-than-known)');
  }, 30_000);

  it.each([['store-key.conf'], ['users.json']])(
    'is never lost with %s: it is refused or served',
    async (name) => {
      const folder = copyOfSeed();
      lose(folder, `nats/${name}`);
      if (name === 'store-key.conf') {
        expect(await refusal(folder)).toMatch(/store-key\.conf, the key that opens the event log, is missing/);
        execFileSync('cp', ['-a', join(seed, '.octo/nats', name), inState(folder, 'nats')]);
      }
      const octobus = await start(folder);
      expect(await tasksOf(octobus)).toEqual(before);
    },
    30_000,
  );

  it('is found damaged when nats-server comes back, and the store is kept as it was before', async () => {
    const octobus = await start(copyOfSeed());
    const pid = octobus.pids()['nats-server'] ?? 0;
    process.kill(pid, 'SIGSTOP');
    truncateSync(inState(octobus.folder, `${STREAMS}/EVENTS/msgs/1.blk`), 20_000);
    rmSync(inState(octobus.folder, `${STREAMS}/EVENTS/msgs/index.db`), { force: true });
    process.kill(pid, 'SIGKILL');
    await eventually(() => ended(octobus), 30_000);
    expect(octobus.process.exitCode).toBe(1);
    expect(octobus.output()).toContain('holds the store as it was before the server opened it');
    const aside = readdirSync(inState(octobus.folder, 'nats')).find((name) => name.startsWith('data.of-')) ?? 'none';
    expect(readFileSync(inState(octobus.folder, `nats/${aside}/jetstream/PLATFORM/streams/EVENTS/msgs/1.blk`))).toHaveLength(20_000);
  }, 60_000);

  it('has its length written down while it grows, so that a kill does not lower what is known', async () => {
    const octobus = await start(copyOfSeed());
    const known = markerOf(octobus.folder).lastSequence;
    const { id } = await octobus.client.submit(chain(2, 0));
    await completed(octobus, id);
    const sequences = (await octobus.client.timeline(id)).items.map((entry) => entry.sequence);
    const last = Math.max(...sequences);
    expect(last).toBeGreaterThan(known);
    await eventually(() => markerOf(octobus.folder).lastSequence >= last);
    await octobus.kill9();
    await start(octobus.folder);
    expect(markerOf(octobus.folder).lastSequence).toBeGreaterThanOrEqual(last);
  }, 60_000);
});

describe('what can be made again is', () => {
  it('the read models from the log: the same tasks, the same keys', async () => {
    const folder = copyOfSeed();
    lose(folder, 'postgres', 'postgres.password');
    const octobus = await start(folder);
    expect(await tasksOf(octobus)).toEqual(before);
  }, 30_000);

  it('small files that are cut off, with a word about each, and clients go on', async () => {
    const folder = copyOfSeed();
    for (const name of [
      'keys.json',
      'tenants.json',
      'events-marker.json',
      'nats/users.json',
      'door.key',
      'run.json',
      'ports.json',
      'credentials',
    ])
      writeFileSync(inState(folder, name), '{');
    const octobus = await start(folder);
    expect(await tasksOf(octobus)).toEqual(before);
    expect(octobus.output().match(/warning: /g)).toHaveLength(5);
    const { id } = await octobus.client.submit(chain(2, 0));
    await completed(octobus, id);
  }, 30_000);

  it('a Postgres of another version is refused with the way out', async () => {
    const folder = copyOfSeed();
    writeFileSync(inState(folder, 'postgres/PG_VERSION'), '17\n');
    expect(await refusal(folder)).toMatch(/was written by Postgres 17 .* move the folder away \(its rows are rebuilt from the log\)/);
  }, 30_000);
});

describe('an end at any moment', () => {
  const leftovers = (folder: string): string =>
    execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes(folder))
      .join('\n');

  /** The moments after which a start is ended are what these tests are about, so they are times. */
  const launch = (folder: string) =>
    spawn(process.execPath, [CLI, 'dev', '--port', '0'], {
      cwd: folder,
      env: { ...process.env, OCTO_DIR: join(folder, '.octo'), NODE_OPTIONS: '' },
      stdio: 'ignore',
    });

  it('by Ctrl-C during the first start leaves nothing running', async () => {
    const folder = newFolder();
    for (const ms of [400, 800, 1_300]) {
      const child = launch(folder);
      await delay(ms);
      child.kill('SIGINT');
      const [code] = (await once(child, 'exit')) as [number | null];
      expect([0, 130, null]).toContain(code);
      expect(leftovers(folder)).toBe('');
    }
    await start(folder);
  }, 60_000);

  it('by kill -9 during a start is put right by the next one', async () => {
    const folder = newFolder();
    for (const ms of [300, 600, 900, 1_300, 1_800]) {
      const child = launch(folder);
      const gone = once(child, 'exit');
      await delay(ms);
      child.kill('SIGKILL');
      expect(await gone).toEqual([null, 'SIGKILL']);
    }
    const octobus = await start(folder);
    const { id } = await octobus.client.submit(chain(1, 0));
    await completed(octobus, id);
    await octobus.stop();
    expect(leftovers(folder)).toBe('');
  }, 60_000);

  it('by kill -9, its record lost as well: the servers it left are found and ended', async () => {
    const octobus = await start(copyOfSeed());
    const left = Object.values(octobus.pids()).flatMap((pid) => identify(pid) ?? []);
    await octobus.kill9();
    lose(octobus.folder, 'run.json');
    const again = await start(octobus.folder);
    expect(left).toHaveLength(2);
    expect(left.filter(isAlive)).toEqual([]);
    expect(await tasksOf(again)).toEqual(before);
  }, 60_000);

  it.each(['SIGINT', 'SIGHUP'] as const)(
    'by %s in the middle of a task: the next start goes on with it',
    async (signal) => {
      const octobus = await start(copyOfSeed());
      const { id } = await octobus.client.submit(chain(3, 500));
      await eventually(async () => (await octobus.client.task(id)).steps.length === 2);
      octobus.process.kill(signal);
      await eventually(() => ended(octobus), 30_000);
      expect(octobus.process.exitCode).toBe(0);
      await completed(await start(octobus.folder), id);
    },
    60_000,
  );
});
