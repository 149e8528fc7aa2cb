import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, natsServerBinary } from '@octobus/testing';

// The built command line as `npm run bench` starts it, against the real stack and stand-ins for peers; nothing is fetched.
const ROOT = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'octobus-bench-'));
const PEERS = join(folder, 'peers');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SERVE = JSON.stringify(join(import.meta.dirname, 'systems', 'serve.mjs'));
/** Waits a millisecond a run, and beyond that has its own file to keep it busy. */
const SWIFT = `import { serve } from ${SERVE};
let load;
serve({
  start: async (order) => { load = await import(order.load); return { version: '9.9.9', setup: 'a timer', modes: ['journalled'], pids: [process.pid] }; },
  measure: (order) => load.closedLoop(
    { run: () => new Promise((resolve) => setTimeout(resolve, 1, 'completed')) }, { ...order, signal: new AbortController().signal }),
  stop: async () => ({}),
});
`;
/** Says how durable the Postgres is that it was given. */
const ROWS = `import { serve } from ${SERVE};
import pg from ${JSON.stringify(import.meta.resolve('pg'))};
const SETTINGS = "select current_setting('fsync') || ' ' || current_setting('synchronous_commit') || ' ' || current_setting('shared_buffers') as said";
let load;
let client;
serve({
  start: async (order) => {
    load = await import(order.load);
    client = new pg.Client({ connectionString: order.postgres });
    await client.connect();
    await client.query('create table runs (n int)');
    const { rows } = await client.query(SETTINGS);
    return { version: '1', setup: rows[0].said, modes: ['journalled'], pids: [] };
  },
  measure: (order) => load.closedLoop(
    { run: () => client.query('insert into runs values (1)').then(() => 'completed') }, { ...order, signal: new AbortController().signal }),
  stop: async () => { await client.end(); return {}; },
});
`;
const BROKEN = `process.on('message', ({ id }) => process.send({ id, error: 'it needs a licence' }));\n`;
const DEAD = `throw new RangeError('nothing here');\n`;

function peer(name: string, main: string, needs: readonly string[] = []): void {
  mkdirSync(join(PEERS, name), { recursive: true });
  const facts = { modes: ['journalled'], workloads: ['five-step'], durability: 'none', needs };
  writeFileSync(join(PEERS, name, 'peer.json'), JSON.stringify(facts));
  writeFileSync(join(PEERS, name, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  writeFileSync(join(PEERS, name, 'main.mjs'), main);
}

beforeAll(() => {
  peer('swift', SWIFT);
  peer('rows', ROWS, ['postgres']);
  peer('broken', BROKEN);
  peer('dead', DEAD);
});

interface Bench {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  stdout(): string;
  stderr(): string;
}

function startBench(args: readonly string[]): Bench {
  const env = { ...process.env, OCTO_NATS_SERVER: natsServerBinary(), XDG_CACHE_HOME: join(folder, 'cache'), NODE_OPTIONS: '' };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.mjs'), ...args], { cwd: folder, env });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) child[name].setEncoding('utf8').on('data', (chunk: string) => (text[name] += chunk));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, ended, stdout: () => text.stdout, stderr: () => text.stderr };
}

const TINY = [
  '--rounds',
  '1',
  '--seconds',
  '1',
  '--warmup',
  '0',
  '--clients',
  '1',
  '--json',
  '--mode',
  'both',
  '--log-streams',
  '1',
  '--out',
  'results',
];
const scratchOf = (pid: number | undefined): readonly string[] =>
  existsSync(join(ROOT, '.octo')) ? readdirSync(join(ROOT, '.octo')).filter((name) => name.startsWith(`bench-${pid}-`)) : [];

/** Command lines of living processes that name the folder of this bench. */
function leftBehind(pid: number | undefined): readonly string[] {
  const { stdout } = spawnSync('ps', ['-A', '-ww', '-o', 'args='], { encoding: 'utf8' });
  return stdout.split('\n').filter((command) => command.includes(`/bench-${pid}-`));
}

describe('the benchmark', () => {
  it('prints one line of JSON with a row for each system, mode and number of clients, and writes JSON and chart', async () => {
    const bench = startBench([...TINY, '--peers-from', PEERS]);
    expect([await bench.ended, bench.stderr()]).toEqual([0, expect.stringContaining('runs/s')]);
    const lines = bench.stdout().trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    const { machine, rows, ratios } = JSON.parse(lines[0] ?? '') as {
      machine: object;
      rows: { system: string; mode: string }[];
      ratios: object[];
    };
    expect(machine).toMatchObject({ cpus: expect.any(Number), filesystem: expect.any(String), fsyncMs: expect.any(Number) });
    const row = (system: string, mode: string): object | undefined => rows.find((one) => one.system === system && one.mode === mode);
    const cpu = existsSync('/proc/self/stat') ? expect.any(Number) : null;
    for (const mode of ['services', 'journalled']) {
      expect(row('octobus', mode)).toMatchObject({
        clients: 1,
        durability: 'fsync',
        rounds: 1,
        runsPerSecond: expect.any(Number),
        cpuMsPerRun: cpu,
        errors: {},
      });
    }
    expect(row('swift', 'journalled')).toMatchObject({ version: '9.9.9', durability: 'none', setup: 'a timer', p50Ms: expect.any(Number) });
    expect(row('swift', 'services')).toMatchObject({ absent: 'it has no mode services', runsPerSecond: null });
    expect(row('rows', 'journalled')).toMatchObject({ setup: 'on on 128MB', runsPerSecond: expect.any(Number) });
    expect(row('broken', 'journalled')).toMatchObject({ absent: 'it needs a licence' });
    expect(row('dead', 'journalled')).toMatchObject({ absent: 'its process ended with exit code 1: RangeError: nothing here' });
    expect(ratios).toHaveLength(4);
    const [json, svg] = readdirSync(join(folder, 'results')).toSorted();
    expect([json, svg]).toEqual([expect.stringMatching(/^five-step-\d{8}T\d{6}Z\.json$/), expect.stringMatching(/^five-step-.*\.svg$/)]);
    expect(JSON.parse(readFileSync(join(folder, 'results', json ?? ''), 'utf8'))).toMatchObject({
      rows,
      versions: { octobus: expect.any(String) },
    });
    expect(scratchOf(bench.child.pid)).toEqual([]);
  }, 60_000);

  it('stops what it started and removes its folder at Ctrl-C, even in the middle of a start', async () => {
    const bench = startBench([...TINY, '--peers', 'none', '--seconds', '60']);
    const pidFile = (): string => join(ROOT, '.octo', scratchOf(bench.child.pid)[0] ?? 'none', '1-octobus', '.octo', 'nats', 'nats.pid');
    await eventually(() => existsSync(pidFile()), 30_000);
    expect(leftBehind(bench.child.pid)).not.toEqual([]);
    bench.child.kill('SIGINT');
    expect(await bench.ended).toBe(130);
    expect(bench.stderr()).toContain('interrupted: what was started is stopped');
    expect(leftBehind(bench.child.pid)).toEqual([]);
    expect(scratchOf(bench.child.pid)).toEqual([]);
  }, 60_000);

  it('refuses wrong usage with exit code 64 and starts nothing', async () => {
    const bench = startBench(['--peers', 'nobody', '--peers-from', PEERS]);
    expect(await bench.ended).toBe(64);
    expect(bench.stderr()).toBe('There is no peer "nobody"; there are: broken, dead, rows, swift.\n');
    expect(bench.stdout()).toBe('');
  });
});
