import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@octobus/testing';
import { CLI } from './running-octobus.ts';

let folder: string;
let nats: string;
const left: number[] = [];

const looks = (): readonly string[] => readdirSync(nats).filter((name) => name.includes('.look-'));

/** A program in place of nats-server. */
function server(name: string, script: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o700);
  return file;
}
const neverReady = (): string => server('never-ready', 'exec sleep 600');
const endsAtOnce = (): string => server('ends-at-once', 'exit 3');

interface Look {
  readonly process: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
}

function look(binary: string): Look {
  const env = { ...process.env, NODE_OPTIONS: '', OCTO_DIR: join(folder, '.octo'), OCTO_NATS_SERVER: binary };
  const child = spawn(process.execPath, [CLI, 'doctor', '--log', '--json'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return { process: child, ended: new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err }))) };
}

/** The look's server, as soon as there is one. */
const serverOf = (): Promise<number> =>
  eventually(() => {
    const [name] = looks();
    const file = join(nats, name ?? '', 'run.json');
    if (name === undefined || !existsSync(file)) return undefined;
    const pid = (JSON.parse(readFileSync(file, 'utf8')) as { children: { pid: number }[] }).children[0]?.pid;
    if (pid !== undefined) left.push(pid);
    return pid;
  });

function isRunning(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.startsWith('Z') === false;
  } catch {
    return false;
  }
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'octobus-look-'));
  nats = join(folder, '.octo', 'nats');
  const block = join(nats, 'data', 'jetstream', 'PLATFORM', 'streams', 'EVENTS', 'msgs');
  mkdirSync(block, { recursive: true });
  writeFileSync(join(block, '1.blk'), 'what a server would read');
  writeFileSync(join(nats, 'store-key.conf'), 'key: "of-the-test"\n');
});
afterEach(() => {
  for (const pid of left.splice(0)) if (isRunning(pid)) process.kill(pid, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

describe('a look into the log', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'that is ended by %s leaves neither its server nor its copy',
    async (signal) => {
      const { process: doctor, ended } = look(neverReady());
      const pid = await serverOf();
      doctor.kill(signal);
      const { code, err } = await ended;
      expect([code, JSON.parse(err)]).toEqual([130, { error: expect.objectContaining({ code: 'interrupted' }) }]);
      expect(looks()).toEqual([]);
      expect(isRunning(pid)).toBe(false);
    },
    30_000,
  );

  it('that was killed is cleaned up after by the next one, which leaves alone what another is at', async () => {
    const killed = look(neverReady());
    const pid = await serverOf();
    killed.process.kill('SIGKILL');
    await killed.ended;
    const [first = ''] = looks();
    expect([isRunning(pid), existsSync(join(nats, first, 'data', 'jetstream'))]).toEqual([true, true]);
    const { out } = await look(endsAtOnce()).ended;
    expect(
      (JSON.parse(out) as { checks: { name: string; detail: string }[] }).checks.find(({ name }) => name === 'left over')?.detail,
    ).toContain(first);
    expect([isRunning(pid), looks()]).toEqual([false, []]);
    const going = look(neverReady());
    const other = await serverOf();
    await look(endsAtOnce()).ended;
    expect([isRunning(other), looks().length]).toEqual([true, 1]);
    going.process.kill('SIGTERM');
    await going.ended;
  }, 60_000);
});
