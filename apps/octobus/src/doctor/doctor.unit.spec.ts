import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newCredentials, accountsWithUsers, serverConfig } from '@octobus/jetstream';
import { verdict, fail, ok, warn } from './check.ts';
import { checkDurables } from './durables.ts';
import { checkLogRoom } from './log-room.ts';
import { checkDisk, checkModel, checkNatsServer, checkNode } from './machine.ts';
import { checkRun } from './running-stack.ts';
import { checkDurability, checkFolder, storeSettings } from './state-folder.ts';
import { judged } from './server-word.ts';
import { isAtLeast } from './versions.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'octobus-doctor-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const writeConfig = (durability: 'fsync' | 'flushed'): void => {
  const arms = ['noop'];
  const credentials = newCredentials(accountsWithUsers(arms, []));
  mkdirSync(join(folder, 'nats'), { mode: 0o700 });
  const text = serverConfig({ storeKey: { file: 'store-key.conf' }, durability }, { arms, tenants: [], credentials });
  writeFileSync(join(folder, 'nats', 'nats.conf'), text, { mode: 0o600 });
};

describe('the verdict', () => {
  it('is that of the worst check', () => {
    expect(verdict([ok('a', '')])).toBe('ok');
    expect(verdict([ok('a', ''), warn('b', '', '')])).toBe('warn');
    expect(verdict([warn('b', '', ''), fail('c', '', '')])).toBe('fail');
  });
});

describe('durables', () => {
  const NOW = 1_800_000_000_000;
  const standing = {
    stream: 'EVENTS',
    name: 'orchestrator',
    state: 'ok',
    created: 'then',
    position: 7,
    delivered: 7,
    handled: 7,
    pending: 3,
    unacked: 0,
    redelivered: 0,
    pulls: 1,
    still: 0,
    held: 0,
    least: 0,
    behind: 0,
    repairs: 2,
    repairedAt: 0,
  };
  const report = { at: NOW, everyMs: 20_000, streams: { EVENTS: 'then' }, durables: [standing], tenants: [] };
  const checkOf = (content: string) => {
    writeFileSync(join(folder, 'durables.json'), content);
    return checkDurables(folder, NOW + 1_000);
  };

  it('are well when the stack has found them so, and nothing is said before it has looked', () => {
    expect(checkDurables(folder, NOW)).toEqual([]);
    expect(checkOf(JSON.stringify(report))).toEqual([ok('durables', '1 are read, 3 messages wait, 2 repairs so far')]);
  });

  it('in trouble are named, with what is to be done', () => {
    const checks = checkOf(
      JSON.stringify({ ...report, durables: [standing, { ...standing, name: 'memory', state: 'unread', pending: 12 }] }),
    );
    expect(checks).toEqual([
      fail('durable', 'memory of EVENTS has 12 messages that nobody asks for', 'See docs/how-to/stuck-consumers.md.'),
    ]);
  });

  it('are not known when the last look is long ago or can not be read', () => {
    expect(checkOf(JSON.stringify({ ...report, at: NOW - 100_000 }))).toMatchObject([
      { state: 'warn', detail: 'nobody has looked at them for 101 s' },
    ]);
    expect(checkOf('{"at":')).toMatchObject([{ state: 'warn' }]);
    expect(checkOf(JSON.stringify({ ...report, durables: [{ ...standing, pending: 'many' }] }))).toMatchObject([{ state: 'warn' }]);
  });
});

describe('versions', () => {
  it('are compared by their numbers, not by their letters', () => {
    expect(isAtLeast('2.14.0', '2.14.0')).toBe(true);
    expect(isAtLeast('2.9.10', '2.14.0')).toBe(false);
    expect(isAtLeast('2.15.0-RC.1', '2.14.0')).toBe(true);
    expect(isAtLeast('10.0.0', '9.9.9')).toBe(true);
  });

  it('of Node below 24 fail', () => {
    expect(checkNode('20.20.2').state).toBe('fail');
    expect(checkNode('24.0.0').state).toBe('ok');
  });
});

describe('the nats-server of a start', () => {
  const script = (text: string): string => {
    const path = join(folder, 'nats-server');
    writeFileSync(path, `#!/bin/sh\necho "${text}"\n`, { mode: 0o755 });
    return path;
  };

  it('is the one named, when it is new enough', async () => {
    const path = script('nats-server: v2.15.1');
    expect(await checkNatsServer({ OCTO_NATS_SERVER: path, OCTO_NATS_SOURCE: 'wheel' })).toMatchObject({
      state: 'ok',
      detail: `2.15.1 (wheel)  ${path}`,
    });
  });

  it('is looked for on PATH otherwise', async () => {
    script('nats-server: v2.14.0');
    expect((await checkNatsServer({ PATH: `/nowhere:${folder}` })).state).toBe('ok');
  });

  it('fails with what to do when it is too old, not there or no nats-server', async () => {
    expect(await checkNatsServer({ OCTO_NATS_SERVER: script('nats-server: v2.9.10') })).toMatchObject({
      state: 'fail',
      todo: expect.stringContaining('2.14.0'),
    });
    expect((await checkNatsServer({ OCTO_NATS_SERVER: script('hello') })).state).toBe('fail');
    expect((await checkNatsServer({ PATH: '/nowhere' })).state).toBe('fail');
  });
});

describe('the state folder', () => {
  it('that is not there yet is only a warning', () => {
    expect(checkFolder(join(folder, 'none'))).toMatchObject([{ state: 'warn' }]);
  });

  it('holds secrets for its owner alone', () => {
    writeFileSync(join(folder, 'credentials'), '{}', { mode: 0o600 });
    mkdirSync(join(folder, 'tenants'));
    writeFileSync(join(folder, 'tenants', 'acme'), '{}', { mode: 0o600 });
    expect(checkFolder(folder).map(({ state }) => state)).toEqual(['ok', 'ok']);
    chmodSync(join(folder, 'tenants', 'acme'), 0o640);
    expect(checkFolder(folder)[1]).toMatchObject({ state: 'fail', todo: `Run chmod 600 ${join(folder, 'tenants', 'acme')}` });
  });

  it('tells the durability that NATS was really given', () => {
    writeConfig('fsync');
    const settings = storeSettings(folder);
    expect(settings).toEqual({ fsync: true, clustered: false, encrypted: true });
    expect(settings && checkDurability(settings, 'fsync').state).toBe('ok');
    expect(settings && checkDurability(settings, 'flushed').state).toBe('fail');
  });

  it('warns of a log that a power cut can lose', () => {
    writeConfig('flushed');
    const settings = storeSettings(folder);
    expect(settings && checkDurability(settings, undefined).state).toBe('warn');
    expect(settings && checkDurability(settings, 'fsync')).toMatchObject({
      state: 'fail',
      detail: expect.stringContaining('promises "fsync"'),
    });
  });

  it('is content with a cluster that does not fsync, and with one that does', () => {
    const cluster = { fsync: false, clustered: true, encrypted: true };
    expect(checkDurability(cluster, 'replicated')).toMatchObject({ state: 'ok', detail: expect.stringContaining('two of three servers') });
    expect(checkDurability({ ...cluster, clustered: false }, 'replicated').state).toBe('fail');
    expect(checkDurability({ ...cluster, fsync: true }, 'fsync').state).toBe('ok');
  });

  it('without a configuration of NATS has no durability', () => {
    expect(storeSettings(folder)).toBeUndefined();
  });

  it('is measured for free space also before it is there', async () => {
    expect((await checkDisk(join(folder, 'a', 'b'))).detail).toContain('GB free');
  });
});

describe('a stack that does not run', () => {
  it('is a warning, and its port is looked at', async () => {
    const { run, checks } = await checkRun(folder, { OCTO_PORT: '0' });
    expect(run).toBeUndefined();
    expect(checks.map(({ name, state }) => [name, state])).toEqual([
      ['stack', 'warn'],
      ['port', 'ok'],
    ]);
  });

  it('could not have a port that another program has', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { checks } = await checkRun(folder, { OCTO_PORT: String((other.address() as AddressInfo).port) });
    other.close();
    expect(checks[1]).toMatchObject({ name: 'port', state: 'warn', todo: expect.stringContaining('OCTO_PORT') });
  });

  it('could not have a port that is none', async () => {
    expect((await checkRun(folder, { OCTO_PORT: 'web' })).checks[1]?.state).toBe('fail');
  });
});

describe('the model', () => {
  it('is named without its key', () => {
    expect(checkModel({ OPENAI_API_KEY: 'sk-secret' }).detail).not.toContain('secret');
    expect(checkModel({ OPENAI_BASE_URL: 'http://user:secret@localhost:11434/v1' }).detail).toContain('localhost:11434');
    expect(checkModel({ OPENAI_BASE_URL: 'http://user:secret@localhost:11434/v1' }).detail).not.toContain('secret');
    expect(checkModel({}).detail).toContain('offline');
  });
});

describe('the room in the log', () => {
  const room = { events: 70, bytes: 1e9, maxEvents: 100, maxBytes: 10e9 };

  it('is fine below four fifths of both limits, and without limits', () => {
    expect(checkLogRoom(room)).toEqual(ok('log', '70 of 100 events, 1.00 GB of 10.00 GB'));
    expect(checkLogRoom({ ...room, events: 1e9, maxEvents: 0, maxBytes: 0 }).state).toBe('ok');
  });

  it.each([
    [{ events: 80 }, 'warn'],
    [{ bytes: 8e9 }, 'warn'],
    [{ events: 100 }, 'fail'],
    [{ bytes: 10e9 }, 'fail'],
  ] as const)('with %j is a matter to %s about, and says what to raise', (more, state) => {
    const check = checkLogRoom({ ...room, ...more });
    expect(check.state).toBe(state);
    expect(check.todo).toContain('OCTO_MAX_LOG_EVENTS');
  });
});

describe('the word of the servers', () => {
  const actual = { servers: 1, syncAlways: true, syncIntervalMs: 120_000, streams: [{ name: 'EVENTS', replicas: 1, onDisk: true }] };

  it('is told, and fine as long as it keeps what the gateway promises', () => {
    expect(judged(actual, 'fsync')).toMatchObject({ state: 'ok', detail: '1 server, fsync before every ack, 1 stream with 1 replica' });
    expect(judged({ ...actual, syncAlways: false }, 'flushed')).toMatchObject({
      state: 'ok',
      detail: expect.stringContaining('fsync every 120 s'),
    });
  });

  it.each([
    ['fsync', { syncAlways: false }],
    ['replicated', {}],
    ['fsync', { streams: [{ name: 'EVENTS', replicas: 1, onDisk: false }] }],
  ])('fails when it is weaker than the promise of %s', (promised, more) => {
    expect(judged({ ...actual, ...more }, promised)).toMatchObject({
      state: 'fail',
      detail: expect.stringContaining(`weaker than "${promised}"`),
    });
  });

  it('warns when one of three servers says nothing', () => {
    const streams = [{ name: 'EVENTS', replicas: 3, onDisk: true }];
    expect(judged({ ...actual, servers: 2, syncAlways: false, streams }, 'replicated').state).toBe('warn');
  });
});
