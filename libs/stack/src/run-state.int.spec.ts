import { chownSync, copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { natsServerBinary } from '@octobus/testing';
import { startSupervisor } from '../test/start-supervisor.ts';
import { readGreeting } from './nats-process.ts';
import { canReach } from './postgres-binaries.ts';
import { identify } from './process-identity.ts';
import { claimRun, findRun } from './run-state.ts';

process.env['OCTO_NATS_SERVER'] = natsServerBinary();
const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'octobus-run-'));
  folders.push(folder);
  return folder;
};
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

describe('the run state', () => {
  it('lets one of several starts at the same moment win, and tells the others where it runs', async () => {
    const folder = newFolder();
    const starts = await Promise.all([1, 2, 3].map(() => startSupervisor(folder, ['nats'])));
    const winners = starts.filter(({ report }) => !report.alreadyRunning);
    expect(winners).toHaveLength(1);
    for (const { report } of starts.filter((start) => start !== winners[0]))
      expect(report).toMatchObject({ alreadyRunning: true, pid: winners[0]?.pid });
    expect(await claimRun(folder)).toEqual({ alreadyRunning: true, pid: winners[0]?.pid, url: 'http://127.0.0.1:1' });
    await winners[0]?.end('SIGTERM');
    expect(findRun(folder)).toBeUndefined();
  }, 20_000);

  it('ends what a killed supervisor left, and its data and ports are used again', async () => {
    const folder = newFolder();
    const first = await startSupervisor(folder, ['nats', 'postgres']);
    await first.end('SIGKILL');
    const left = (first.report.pids ?? []).map(identify);
    expect(left).not.toContain(undefined);
    const second = await startSupervisor(folder, ['nats', 'postgres']);
    expect(second.report.ended).toEqual(['postgres', 'nats-server']);
    expect(second.report.ports).toEqual(first.report.ports);
    expect(left.map((identity) => identity && identify(identity.pid)?.started === identity.started)).toEqual([false, false]);
    await second.end('SIGTERM');
    expect(await readGreeting(second.report.ports?.['nats'] ?? 0)).toBeUndefined();
  }, 30_000);

  it('never ends a process whose pid was given out again', async () => {
    const folder = newFolder();
    const other = await startSupervisor(newFolder(), []);
    const self = identify(process.pid);
    const children = [{ name: 'nats-server', pid: other.pid, started: 'another start', stopSignal: 'SIGKILL' }];
    writeFileSync(join(folder, 'run.json'), JSON.stringify({ launcher: { ...self, started: 'gone' }, since: '', children }));
    const claim = await claimRun(folder);
    expect(claim).toMatchObject({ alreadyRunning: false, run: { ended: [] } });
    expect(identify(other.pid)).toBeDefined();
    if (!claim.alreadyRunning) claim.run.release();
    await other.end('SIGTERM');
  });

  it('is written for its owner only and is gone after an orderly stop, the ports kept', async () => {
    const folder = newFolder();
    const first = await claimRun(folder);
    if (first.alreadyRunning) throw new Error('claimed by nobody');
    first.run.keepPorts({ nats: 4333 });
    expect(findRun(folder)?.launcher.pid).toBe(process.pid);
    first.run.release();
    expect(() => readFileSync(join(folder, 'run.json'))).toThrow('ENOENT');
    const second = await claimRun(folder);
    if (second.alreadyRunning) throw new Error('claimed by nobody');
    expect(second.run.keptPorts).toEqual({ nats: 4333 });
    second.run.release();
  });
});

const NOBODY = { name: 'nobody', uid: 65_534, gid: 65_534 };
const asRoot = process.getuid?.() === 0 && canReach(import.meta.dirname, NOBODY) ? it : it.skip;

describe('the stack of a normal user', () => {
  asRoot(
    'runs NATS and Postgres as that user',
    async () => {
      const folder = newFolder();
      const node = join(folder, 'node');
      const natsServer = join(folder, 'nats-server');
      copyFileSync(process.execPath, node);
      copyFileSync(natsServerBinary(), natsServer);
      chownSync(folder, NOBODY.uid, NOBODY.gid);
      const supervisor = await startSupervisor(folder, ['nats', 'postgres'], { uid: NOBODY.uid, node, natsServer });
      expect(supervisor.report).toMatchObject({ alreadyRunning: false, uid: NOBODY.uid });
      expect(supervisor.report.pids?.map((pid) => statSync(`/proc/${pid}`).uid)).toEqual([NOBODY.uid, NOBODY.uid]);
      await supervisor.end('SIGTERM');
    },
    20_000,
  );
});
