import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFault } from '@octobus/kernel';
import { eventually } from '@octobus/testing';
import { openNatsDoor } from '../src/bench/nats-door.ts';
import { submissionOf } from '../src/bench/workload.ts';
import { Client } from '../src/client/client.ts';
import { CLI, type RunningOctobus, startOctobus } from './running-octobus.ts';

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function begin(octobus: RunningOctobus | undefined, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const place = octobus === undefined ? {} : { OCTO_DIR: join(octobus.folder, '.octo') };
  const child: ChildProcess = spawn(process.execPath, [CLI, ...args], {
    cwd: octobus?.folder ?? tmpdir(),
    env: { ...process.env, NODE_OPTIONS: '', ...place, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = new Promise<Ran>((resolve) => child.once('close', (code) => resolve({ code, out, err })));
  return { child, ended, out: () => out };
}

const run = (octobus: RunningOctobus | undefined, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ran> =>
  begin(octobus, args, env).ended;
const jsonOf = <T>({ out, err }: Ran): T => {
  if (out.split('\n').filter(Boolean).length !== 1) throw new Error(`not one line of JSON:\n${out}\n${err}`);
  return JSON.parse(out) as T;
};

describe('the command line beside a running stack', () => {
  let octobus: RunningOctobus;
  beforeAll(async () => {
    octobus = await startOctobus();
  }, 90_000);
  afterAll(async () => {
    await octobus.stop();
    octobus.remove();
  }, 60_000);

  it('finds nothing to do for the doctor', async () => {
    const ran = await run(octobus, ['doctor', '--json']);
    const { state, checks } = jsonOf<{ state: string; checks: { name: string; state: string }[] }>(ran);
    expect(checks.filter((check) => check.state !== 'ok')).toEqual([]);
    expect([ran.code, state]).toEqual([0, 'ok']);
    for (const name of ['nats-server', 'durability', 'secrets', 'postgres', 'memory', 'api key'])
      expect(checks.map((check) => check.name)).toContain(name);
  });

  it('has the doctor fail for a secret that others can read and for a key that is not accepted, with what to do', async () => {
    const file = join(octobus.folder, '.octo', 'credentials');
    chmodSync(file, 0o644);
    const ran = await run(octobus, ['doctor'], { OCTO_API_KEY: 'octo_none_00000000000000000000000000' });
    chmodSync(file, 0o600);
    expect(ran.code).toBe(1);
    expect(ran.out).toContain(`Run chmod 600 ${file}`);
    expect(ran.out).toMatch(/FAIL {2}api key/);
  });

  it.each([
    ['an unknown task', ['task', 'get', '01a1f83c-bf40-7d54-869a-77c459a80424'], 1, 'task-unknown', 'no task with this id'],
    ['a replay in the future', ['replay', 'open', '--from', '2199-01-01T00:00:00Z'], 1, 'position-in-future', 'has not come yet'],
    ['a place that is none', ['events', 'export', '--from', 'nope'], 1, 'position-invalid', 'a position is a sequence, a time'],
    ['a state that is none', ['task', 'list', '--state', 'nope'], 1, 'command-invalid', 'state is one of received'],
    ['a file that is not there', ['task', 'submit', '--file', '/nope'], 1, 'file-unusable', "/nope can't be read (ENOENT)"],
    ['documents that are not there', ['ask', 'x', '--docs', '/nope'], 1, 'path-not-found', 'no such file or folder: /nope'],
    ['a goal that is missing', ['task', 'submit'], 2, 'usage', 'give a goal, or --file'],
    ['a timetable that is missing', ['schedule', 'create', 'a', 'b'], 2, 'usage', 'give --cron'],
    ['an argument that is missing', ['task', 'get'], 2, 'usage', "missing required argument 'id'"],
    ['a number that is none', ['replay', 'open', '--slot', 'x'], 2, 'usage', 'Write a whole number from 1 to 9.'],
    ['a command that is none', ['nonsense'], 2, 'usage', "unknown command 'nonsense'"],
    ['a command of which a part is missing', ['key'], 2, 'usage', 'a command is missing'],
  ])('says clearly what is wrong with %s, in words and as JSON, with its exit code', async (_what, args, code, name, message) => {
    const [words, json] = await Promise.all([run(octobus, args), run(octobus, [...args, '--json'])]);
    expect([words.code, json.code, words.out, json.out]).toEqual([code, code, '', '']);
    expect(JSON.parse(json.err)).toEqual({ error: { code: name, message: expect.stringContaining(message) } });
    if (name !== 'usage')
      expect(words.err).toBe(`octobus: ${(JSON.parse(json.err) as { error: { message: string } }).error.message} (${name})\n`);
    else expect(words.err).toMatch(/help/);
  });

  it('says of a wrong key where it was taken from, and says nothing twice', async () => {
    const wrong = { OCTO_API_KEY: 'octo_none_00000000000000000000000000' };
    const { code, err } = await run(octobus, ['task', 'list', '--json'], wrong);
    expect([code, JSON.parse(err)]).toEqual([
      1,
      { error: { code: 'unauthenticated', message: expect.stringMatching(/the key is not accepted.*OCTO_API_KEY/) } },
    ]);
    expect((await run(octobus, ['task', 'list', '--state', 'nope'])).err.match(/one of received/g)).toHaveLength(1);
  });

  it('makes a key that works at once, shows its secret nowhere else, and revokes it within a second', async () => {
    const made = jsonOf<{ keyId: string; key: string; scopes: string[] }>(
      await run(octobus, ['key', 'create', '--scopes', 'tasks:read', '--label', 'e2e', '--json']),
    );
    const client = new Client(octobus.credentials.url, made.key);
    expect((await client.tasks('')).items).toEqual([]);
    await expect(client.submit({ goal: 'x' })).rejects.toMatchObject({ code: 'forbidden' });
    const listed = await run(octobus, ['key', 'list']);
    expect(listed.out).toContain(made.keyId);
    expect(listed.out).not.toContain(made.key.slice(-20));
    expect((await run(octobus, ['key', 'revoke', made.keyId])).code).toBe(0);
    await eventually(
      () =>
        client.tasks('').then(
          () => false,
          (error: unknown) => isFault(error, 'unauthenticated'),
        ),
      1_000,
    );
  });

  it('makes a tenant that can be used over REST and NATS and sees nothing of another, and says so the second time', async () => {
    const foreign = jsonOf<{ id: string }>(await run(octobus, ['task', 'submit', 'a task of the first tenant', '--json']));
    const made = jsonOf<{ tenant: string; key: string; natsUrl: string }>(await run(octobus, ['tenant', 'create', 'acme', '--json']));
    expect(made.natsUrl).toMatch(/^nats:\/\/acme:[^@]+@127\.0\.0\.1:\d+$/);
    const own = await run(octobus, ['task', 'submit', 'Say hello', '--wait', '--json'], { OCTO_API_KEY: made.key });
    expect(own.code).toBe(0);
    const id = jsonOf<{ id: string }>(own).id;
    const list = jsonOf<{ items: { id: string }[] }>(await run(octobus, ['task', 'list', '--json'], { OCTO_API_KEY: made.key }));
    expect(list.items.filter((task) => task.id !== id)).toEqual([]);
    expect((await run(octobus, ['task', 'get', foreign.id], { OCTO_API_KEY: made.key })).err).toContain('task-unknown');
    const door = await openNatsDoor(made, submissionOf({ steps: 1, substeps: false }));
    expect(await door.run()).toBe('completed');
    await door.close();
    const again = await run(octobus, ['tenant', 'create', 'acme']);
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('octobus key create --tenant acme')]);
  });

  it('replays a task from its events without calling a model', async () => {
    const view = jsonOf<{ id: string }>(await run(octobus, ['task', 'submit', 'What is the weather?', '--wait', '--json']));
    const ran = await run(octobus, ['replay', view.id]);
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('no model was called');
    expect(ran.out).toContain('not found in these documents');
    const replayed = jsonOf<{ events: number; timeline: unknown[] }>(await run(octobus, ['replay', view.id, '--json']));
    expect(replayed.timeline).toHaveLength(replayed.events);
    const unknown = await run(octobus, ['replay', '01900000-0000-7000-8000-000000000000', '--json']);
    expect([unknown.code, JSON.parse(unknown.err)]).toMatchObject([1, { error: { code: 'task-unknown' } }]);
  });

  it('tails events as they happen and ends with 0 at Ctrl-C', async () => {
    const tail = begin(octobus, ['events', 'tail', '--json']);
    let ended = '';
    await eventually(async () => {
      ended = jsonOf<{ id: string }>(await run(octobus, ['task', 'submit', 'Say hello', '--wait', '--json'])).id;
      return tail.out().includes(ended);
    }, 30_000);
    await eventually(() => tail.out().includes('task.completed.v1'));
    tail.child.kill('SIGINT');
    expect((await tail.ended).code).toBe(0);
    for (const line of tail.out().trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ stream: 'EVENTS' });
  });

  it('ends the tail when whoever reads it has gone', async () => {
    const tail = begin(octobus, ['events', 'tail']);
    await eventually(async () => {
      await run(octobus, ['task', 'submit', 'Say hello']);
      return tail.out() !== '';
    }, 30_000);
    tail.child.stdout?.destroy();
    await run(octobus, ['task', 'submit', 'Say hello']);
    expect(await tail.ended).toMatchObject({ code: 0, err: '' });
  });

  it('prints a one-time address that signs a browser in once', async () => {
    const { url } = jsonOf<{ url: string }>(await run(octobus, ['open', '--json']));
    const first = await fetch(url, { redirect: 'manual' });
    expect([first.status, first.headers.get('set-cookie')]).toEqual([303, expect.stringContaining('HttpOnly')]);
    expect((await fetch(url, { redirect: 'manual' })).headers.get('set-cookie')).toBeNull();
  });

  it.each([['nats'], ['rest']])('measures runs over %s', async (door) => {
    const args = ['bench', 'runs', '--steps', '2', '--clients', '2', '--duration', '1', '--warmup', '0', '--json'];
    const ran = await run(octobus, door === 'rest' ? [...args, '--rest'] : args);
    const report = jsonOf<{ runs: number; errors: object; durability: string; door: string }>(ran);
    expect(ran.code).toBe(0);
    expect(report).toMatchObject({ door, errors: {}, durability: 'fsync', stack: 'running' });
    expect(report.runs).toBeGreaterThan(0);
  });

  it.each([
    ['an unknown command', ['levitate']],
    ['an unknown option', ['doctor', '--please']],
    ['a number that is none', ['bench', 'runs', '--clients', 'many']],
    ['a scope that there is not', ['key', 'create', '--scopes', 'everything']],
  ])('ends with 2 and says why with %s', async (_what, args) => {
    const ran = await run(octobus, args);
    expect([ran.code, ran.out]).toEqual([2, '']);
    expect(ran.err).toMatch(/error: .*/);
    expect(ran.err).not.toContain('    at ');
  });
});

describe('without a running stack', () => {
  it('the doctor only warns', async () => {
    const ran = await run(undefined, ['doctor', '--json'], { OCTO_DIR: join(tmpdir(), 'octobus-nothing-here'), OCTO_PORT: '0' });
    expect(ran.code).toBe(0);
    expect(jsonOf<{ state: string }>(ran).state).toBe('warn');
  });

  it('commands say in one sentence how to start one', async () => {
    const ran = await run(undefined, ['task', 'list'], { OCTO_DIR: join(tmpdir(), 'octobus-nothing-here') });
    expect([ran.code, ran.err.trim().split('\n')]).toEqual([1, [expect.stringContaining('npm start')]]);
  });

  it('the crash of an arm is shown on a stack of its own, of which nothing is left', async () => {
    const folders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('octobus-demo-'));
    const before = folders();
    const ran = await run(undefined, ['demo', 'crash', '--json']);
    const shown = jsonOf<{ state: string; hit: boolean; step: object; resumedAfterMs: number }>(ran);
    expect([ran.code, shown.state, shown.hit]).toEqual([0, 'completed', true]);
    expect(shown.step).toMatchObject({ id: 'work', attempt: 1, outcomes: 1 });
    expect(shown.resumedAfterMs).toBeLessThan(6_000 + 5_000);
    expect(folders().filter((name) => !before.includes(name))).toEqual([]);
  }, 90_000);
});
