import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI, type RunningOctobus, startOctobus } from './running-octobus.ts';

let octobus: RunningOctobus;
beforeAll(async () => {
  octobus = await startOctobus();
}, 90_000);
afterAll(async () => {
  await octobus.stop();
  octobus.remove();
}, 60_000);

interface Report {
  readonly stack: string;
  readonly durability: string;
  readonly stealPercent: number | null;
  readonly stackCpuMs: Readonly<Record<string, number>>;
}

/** Runs a benchmark with --json beside the stack of these tests. */
async function bench<R>(...args: string[]): Promise<R & Report> {
  const child = spawn(process.execPath, [CLI, 'bench', ...args, '--json'], {
    cwd: octobus.folder,
    env: { ...process.env, NODE_OPTIONS: '', OCTO_DIR: join(octobus.folder, '.octo') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`octobus bench ${args.join(' ')} ended with ${code}:\n${out}\n${err}`);
  const report = JSON.parse(out) as R & Report;
  expect(report).toMatchObject({ stack: 'running', durability: 'fsync' });
  expect(Object.keys(report.stackCpuMs)).toEqual(expect.arrayContaining(['services', 'nats-server', 'postgres']));
  return report;
}

describe('a stack measured by its own command line', () => {
  it('runs many steps side by side and joins them', async () => {
    const report = await bench<{ runs: number; runsPerSecond: number; stepsPerSecond: number; errors: object }>(
      'fan-out',
      '--width',
      '8',
      '--duration',
      '1',
      '--warmup',
      '0',
    );
    expect(report.errors).toEqual({});
    expect(report.runs).toBeGreaterThan(0);
    expect(report.stepsPerSecond).toBeCloseTo(report.runs * 9, 0);
  });

  it('needs thirteen appends and a row a fact for a run of five steps', async () => {
    const report = await bench<{ aRun: { appends: number; events: number; eventBytes: number; rows: object }; memoryBytes: object }>(
      'footprint',
      '--runs',
      '20',
      '--clients',
      '4',
      '--settle',
      '0',
    );
    expect(report.aRun).toMatchObject({ appends: 13, events: 12, rows: { tasks: 1, task_steps: 5, timeline: 12 } });
    expect(report.aRun.eventBytes).toBeGreaterThan(1_000);
    expect(report.memoryBytes).toEqual({ before: expect.any(Number), after: expect.any(Number) });
  });

  it('answers over REST, and says what the gateway adds', async () => {
    const report = await bench<{ together: object; addedP50Ms: object }>('rest', '--clients', '3', '--duration', '1', '--warmup', '0');
    const clean = { perSecond: expect.any(Number), latencyMs: expect.any(Object), errors: {}, cpuMsARequest: expect.any(Object) };
    expect(report.together).toEqual({ submit: clean, get: clean });
    expect(report.addedP50Ms).toEqual({
      submitOverAck: expect.any(Number),
      submitOverVerdict: expect.any(Number),
      get: expect.any(Number),
    });
  });

  it('tells all listeners every event of a task once and in order', async () => {
    const report = await bench<{ clients: number; whole: number; events: number; deliveries: number }>(
      'stream',
      '--clients',
      '20',
      '--steps',
      '4',
      '--pace',
      '50',
    );
    expect(report).toMatchObject({ clients: 20, whole: 20, events: 10 });
    expect(report.deliveries).toBeGreaterThanOrEqual(20 * 7);
  });

  it('folds its whole log again, into tasks and into an empty database, of which nothing is left', async () => {
    const folders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('octobus-bench-postgres-'));
    const before = folders();
    const report = await bench<{ events: number; tasks: number; states: object; projected: { events: number } }>('replay', '--events', '0');
    expect(report.events).toBeGreaterThan(12 * 20);
    expect(report.projected.events).toBeGreaterThanOrEqual(report.events);
    expect(report.states).toHaveProperty('completed');
    expect(folders().filter((name) => !before.includes(name))).toEqual([]);
  });
});

describe('a service that is killed while it is measured', () => {
  it('has its work running again within its acknowledgement wait and a second', async () => {
    const child = spawn(process.execPath, [CLI, 'bench', 'crash', '--service', 'orchestrator', '--rounds', '1', '--json'], {
      cwd: tmpdir(),
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    await new Promise((resolve) => child.once('close', resolve));
    const report = JSON.parse(out) as { ackWaitMs: number; stack: string; rounds: { state: string; resumedAfterMs: number }[] };
    expect(report).toMatchObject({ stack: 'isolated', ackWaitMs: 2_000, rounds: [{ state: 'completed', outcomes: 1 }] });
    expect(report.rounds[0]?.resumedAfterMs).toBeGreaterThan(0);
  }, 90_000);
});
