import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { vaultKeySubject } from '@octobus/contracts';
import { type Bus, connectBus, provision, serve } from '@octobus/jetstream';
import { Fault } from '@octobus/kernel';
import { type NatsFixture, startNats } from '@octobus/testing';
import { openSealing } from './open-sealing.ts';

const person = { tenant: 'acme', subject: '0192f0c1-2d3e-8a4b-8c5d-6e7f8091a2b3' };

describe('a key of the vault', () => {
  let nats: NatsFixture;
  let bus: Bus;
  beforeAll(async () => {
    nats = await startNats({ config: 'jetstream {}\n' });
    bus = await connectBus({ url: nats.url, name: 'test' });
    await provision(bus.connection, { arms: ['noop'], tenants: [], markers: [] });
  }, 30_000);
  afterAll(async () => {
    await bus?.close();
    await nats?.stop();
  });

  const keyWithin = async (name: string, patienceMs: number): Promise<unknown> => {
    const { sealing, stop } = await openSealing({ name, bus, logger: { error: () => undefined } }, { patienceMs });
    return sealing.key(person).finally(stop);
  };
  const answering = (name: string, answer: () => Promise<unknown>): { close(): Promise<void> } => serve(bus, vaultKeySubject(name), answer);

  it.each([
    ['nobody answers', undefined],
    ['the vault stands still', () => new Promise<never>(() => undefined)],
  ])('is waited for no longer than the patience, when %s', async (_why, answer) => {
    const name = answer === undefined ? 'nobody' : 'still';
    if (answer !== undefined) answering(name, answer);
    const began = performance.now();
    await expect(keyWithin(name, 700)).rejects.toMatchObject({ code: 'vault-unavailable', retryable: true });
    expect(performance.now() - began).toBeGreaterThan(300);
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('is had from a vault that was silent for a moment', async () => {
    setTimeout(() => answering('late', () => Promise.resolve({ key: randomBytes(32).toString('base64url') })), 400);
    expect(await keyWithin('late', 10_000)).toMatchObject(person);
  });

  it.each([
    ['keys-unavailable', true, 'vault-unavailable'],
    ['log-unavailable', true, 'vault-unavailable'],
    ['key-lost', false, 'key-lost'],
    ['subject-erased', false, 'subject-erased'],
  ])('that the vault can not give for %s', async (code, retryable, expected) => {
    const serving = answering(`fails-${code}`, () => Promise.reject(new Fault(code, { retryable, message: 'no' })));
    await expect(keyWithin(`fails-${code}`, 5_000)).rejects.toMatchObject({ code: expected, retryable });
    await serving.close();
  });
});
