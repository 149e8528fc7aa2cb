import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@octobus/testing';
import { type ChildEvent, type ChildSpec, startChild } from './child.ts';
import { openLogFile } from './log-file.ts';
import { identify, isAlive } from './process-identity.ts';

const folder = mkdtempSync(join(tmpdir(), 'octobus-child-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const READY = "console.log('up'); setInterval(() => {}, 1000)";

function nodeChild(name: string, script: string, more: Partial<ChildSpec> = {}): ChildSpec {
  return {
    name,
    command: process.execPath,
    args: ['-e', script],
    logFile: join(folder, `${name}.log`),
    ready: ({ log }) => log().includes('up'),
    ...more,
  };
}

describe('a supervised child', () => {
  it('is started again after it was killed, and the death is said', async () => {
    const events: ChildEvent[] = [];
    const child = await startChild(nodeChild('killed', READY, { onEvent: (event) => void events.push(event) }));
    const first = child.pid();
    child.signal('SIGKILL');
    const second = await eventually(() => (events.filter((event) => event.kind === 'ready').length === 2 ? child.pid() : undefined));
    expect(second).not.toBe(first);
    expect(events.map((event) => event.kind)).toEqual(['spawned', 'ready', 'died', 'spawned', 'ready']);
    expect(events[2]).toMatchObject({ name: 'killed', pid: first, cause: 'killed by SIGKILL' });
    await child.stop();
    expect(child.pid()).toBeUndefined();
  });

  it('is not started again when it was stopped, even in the pause before a restart', async () => {
    const kinds: string[] = [];
    const child = await startChild(nodeChild('paused', READY, { onEvent: ({ kind }) => void kinds.push(kind) }));
    child.signal('SIGKILL');
    await eventually(() => kinds.includes('died'));
    await child.stop();
    await child.stop();
    expect(kinds).toEqual(['spawned', 'ready', 'died', 'stopped']);
  });

  it('is killed when it does not end within the grace time', async () => {
    const events: ChildEvent[] = [];
    const stubborn = "process.on('SIGTERM', () => {}); " + READY;
    const child = await startChild(nodeChild('stubborn', stubborn, { graceMs: 100, onEvent: (event) => void events.push(event) }));
    const identity = identify(child.pid() ?? 0);
    await child.stop();
    expect(events.at(-1)).toEqual({ kind: 'stopped', name: 'stubborn', killed: true });
    expect(identity !== undefined && isAlive(identity)).toBe(false);
  });

  it('that ends before it is ready is a fault with the line it left', async () => {
    const start = startChild(nodeChild('early', "console.error('Error: disk on fire'); process.exit(3)"));
    await expect(start).rejects.toMatchObject({
      code: 'child-not-ready',
      message: expect.stringMatching(/early ended at once \(exit code 3\): Error: disk on fire/),
    });
  });

  it('that never becomes ready is a fault, and is gone', async () => {
    let pid = 0;
    const start = startChild(
      nodeChild('silent', 'setInterval(() => {}, 1000)', {
        readyWithinMs: 200,
        onEvent: (event) => {
          if (event.kind === 'spawned') pid = event.pid;
        },
      }),
    );
    await expect(start).rejects.toThrow("silent wasn't ready within 0.2 s");
    expect(await eventually(() => identify(pid) === undefined)).toBe(true);
  });

  it('whose start is given up is ended by its stop signal', async () => {
    const control = new AbortController();
    const kinds: string[] = [];
    const reason = new Error('given up');
    const start = startChild(
      nodeChild('given-up', 'setInterval(() => {}, 1000)', {
        signal: control.signal,
        onEvent: (event) => {
          kinds.push(event.kind);
          if (event.kind === 'spawned') control.abort(reason);
        },
      }),
    );
    await expect(start).rejects.toBe(reason);
    expect(kinds).toEqual(['spawned']);
  });

  it('waits for what is to be done before it is started again', async () => {
    const steps: string[] = [];
    const gate = Promise.withResolvers<void>();
    const child = await startChild(
      nodeChild('waiting', READY, {
        beforeRestart: () => {
          steps.push('before');
          return gate.promise;
        },
        onEvent: (event) => void steps.push(event.kind),
      }),
    );
    child.signal('SIGKILL');
    await eventually(() => steps.includes('before'));
    gate.resolve();
    await eventually(() => steps.at(-1) === 'ready' && steps.length > 3);
    expect(steps).toEqual(['spawned', 'ready', 'died', 'before', 'spawned', 'ready']);
    await child.stop();
  });

  it('whose program is missing is a fault', async () => {
    await expect(startChild({ ...nodeChild('missing', ''), command: join(folder, 'no-such-program') })).rejects.toThrow(
      /couldn't be started: .*ENOENT/,
    );
  });
});

describe('a log file', () => {
  it('is moved aside and emptied when it is over its limit, while its writer goes on', async () => {
    const path = join(folder, 'long.log');
    const chatty = "console.log('up'); const say = () => { console.log('x'.repeat(999)); setTimeout(say, 1) }; say()";
    const child = await startChild(nodeChild('long', chatty));
    await eventually(() => statSync(path).size > 20_000);
    const again = openLogFile(path, 10_000);
    expect(readFileSync(`${path}.1`, 'utf8')).toMatch(/^up\nx{999}\n/);
    const small = again.size();
    expect(small).toBeLessThan(20_000);
    await eventually(() => again.size() > small);
    expect(readFileSync(path, 'utf8').startsWith('x')).toBe(true);
    await child.stop();
    again.close();
  });
});
