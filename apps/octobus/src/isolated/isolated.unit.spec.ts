import { describe, expect, it } from '@jest/globals';
import { Fault } from '@octobus/kernel';
import { interruptible, unlessAborted } from './interruption.ts';
import { isolatedEnvironment } from './isolated-stack.ts';

describe('the environment of an isolated stack', () => {
  it('names nothing of the stack beside it, and keeps what it is to run with', () => {
    const env = {
      PATH: '/usr/bin',
      OCTO_NATS_SERVER: '/bin/nats-server',
      OCTO_DURABILITY: 'flushed',
      DATABASE_URL: 'postgres://live',
      NATS_URL: 'nats://live',
      OCTO_DIR: '/live',
      OCTO_NATS_DIR: '/live',
      OCTO_PORT: '8420',
      OCTO_NATS_PORT: '4222',
      OCTO_POSTGRES_PORT: '5432',
      OCTO_URL: 'http://live',
      OCTO_API_KEY: 'live',
    };
    expect(isolatedEnvironment(env)).toEqual({ PATH: '/usr/bin', OCTO_NATS_SERVER: '/bin/nats-server', OCTO_DURABILITY: 'flushed' });
  });
});

describe('an interruption', () => {
  it('fires after the time with a fault that says so', async () => {
    const forEver = interruptible(5, (signal) => unlessAborted(signal, new Promise(() => undefined)));
    await expect(forEver).rejects.toMatchObject({ code: 'took-too-long' });
  });

  it('leaves the signals of the process alone once it has ended', async () => {
    const counts = (): number[] => ['SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => process.listenerCount(name));
    const before = counts();
    await interruptible(undefined, async () => expect(counts()).toEqual(before.map((count) => count + 1)));
    expect(counts()).toEqual(before);
  });

  it('does not change work that is done in time', async () => {
    const control = new AbortController();
    await expect(unlessAborted(control.signal, Promise.resolve(7))).resolves.toBe(7);
    await expect(unlessAborted(control.signal, Promise.reject(new Fault('x', { retryable: false, message: 'y' })))).rejects.toMatchObject({
      code: 'x',
    });
  });

  it('does not begin work when it has fired before', async () => {
    await expect(unlessAborted(AbortSignal.abort(new Error('over')), Promise.resolve(7))).rejects.toThrow('over');
  });
});
