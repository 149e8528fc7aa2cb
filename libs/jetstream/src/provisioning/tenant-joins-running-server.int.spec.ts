import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import { taskPrefix } from '@octobus/contracts';
import { startNats } from '@octobus/testing';
import type { NatsFixture } from '@octobus/testing';
import { ask, configOf, landscapeOf, openPlatform, store } from '../../test/platform.ts';
import type { Platform } from '../../test/platform.ts';
import { withTenant } from './landscape.ts';
import { createTenantDurables } from './provision.ts';

const before = landscapeOf();
const after = withTenant(before, 'newcomer');
let server: NatsFixture;
let platform: Platform;

beforeAll(async () => {
  server = await startNats({ config: configOf(before) });
  platform = await openPlatform(server.url, before);
});

afterAll(async () => {
  await platform?.close();
  await server?.stop();
});

const enter = async (password: string) => connect({ servers: server.url, user: 'newcomer', pass: password, maxReconnectAttempts: 0 });

describe('a tenant that joins while the server runs', () => {
  it('is let in after the reload, with its door, its feed and its durable; everybody else stays connected', async () => {
    const password = after.credentials['T_newcomer']?.password ?? '';
    await expect(enter(password)).rejects.toThrow();
    const others = await Promise.all(['PLATFORM', 'GATEWAY', 'ARM_NOOP', 'T_acme'].map((account) => platform.as(account)));
    const statuses: string[] = [];
    for (const connection of others) void watch(connection, statuses);
    const gateway = await platform.as('GATEWAY');
    const heard: string[] = [];
    gateway.subscribe('pub.evt.>', { callback: (_error, message) => void heard.push(message.subject) });

    await server.reload(configOf(after));
    const owner = await platform.as('PLATFORM');
    await createTenantDurables(owner, 'newcomer');

    const newcomer = await enter(password);
    expect(await store(newcomer, 'ingress.newcomer.submit')).toBeGreaterThan(0);
    expect(await store(newcomer, 'ingress.acme.submit')).toBeUndefined();
    const feed = newcomer.subscribe('pub.evt.*.newcomer.>', { max: 1 });
    await newcomer.flush();
    const subject = `${taskPrefix('newcomer', 'task-1')}.flow.end`;
    expect(await store(owner, subject, '{"n":1}')).toBeGreaterThan(0);
    for await (const message of feed) expect(message.subject).toBe(`pub.${subject}`);
    const next = await ask(newcomer, '$JS.API.CONSUMER.MSG.NEXT.EVENTS.t-newcomer', '{"batch":1,"expires":1000000000}', { withinMs: 2000 });
    expect(next?.subject).toBe(subject);

    expect(await store(await platform.as('T_acme'), 'ingress.acme.submit')).toBeGreaterThan(0);
    expect(await store(await platform.as('ARM_NOOP'), `${taskPrefix('acme', 'x')}.arm.noop.s.1.done`)).toBeGreaterThan(0);
    await gateway.flush();
    expect(heard).toContain(`pub.${subject}`);
    expect(statuses.filter((status) => ['disconnect', 'reconnect', 'staleConnection', 'close'].includes(status))).toEqual([]);
    await newcomer.close();
  });
});

async function watch(connection: Awaited<ReturnType<Platform['as']>>, statuses: string[]): Promise<void> {
  for await (const { type } of connection.status()) statuses.push(type);
}

describe('encryption at rest', () => {
  it('holds from the first message on: neither bodies nor subjects can be read in the files', async () => {
    const canary = 'Canary-7f3a91';
    const owner = await platform.as('PLATFORM');
    expect(await store(owner, `${taskPrefix('acme', 'canary-subject')}.flow.end`, canary)).toBeGreaterThan(0);
    expect(await store(await platform.as('T_acme'), 'ingress.acme.submit', canary)).toBeGreaterThan(0);
    const files = (await readdir(join(server.folder), { recursive: true })).filter(
      (name) => name.includes('streams') && name.endsWith('.blk'),
    );
    expect(files.length).toBeGreaterThanOrEqual(2);
    for (const name of files) {
      const text = (await readFile(join(server.folder, name))).toString('latin1');
      expect([name, text.includes(canary), text.includes('canary-subject')]).toEqual([name, false, false]);
    }
    expect(existsSync(join(server.folder, 'nats.conf'))).toBe(true);
  });
});
