import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aggregatePrefix } from '@octobus/contracts';
import { type NatsFixture, startNats } from '@octobus/testing';
import { type Platform, configOf, landscapeOf, openPlatform, store } from '../../test/platform.ts';
import { Bus } from '../connect.ts';
import { lastPositions } from './last-position.ts';

const landscape = landscapeOf();
const indexed = (tenant: string, id: string): string => `${aggregatePrefix({ tenant, aggregate: 'document', id })}.flow.version.1`;

let server: NatsFixture;
let platform: Platform;

beforeAll(async () => {
  server = await startNats({ config: configOf(landscape) });
  platform = await openPlatform(server.url, landscape);
});
afterAll(async () => {
  await platform?.close();
  await server?.stop();
});

describe('where a tenant’s documents stand in the log', () => {
  it('is the sequence of the last event of any of them, and of no other tenant’s', async () => {
    const owner = await platform.as('PLATFORM');
    const reflex = new Bus(await platform.as('REFLEX'), 'test');
    const standing = (tenant: string): Promise<readonly number[]> => lastPositions(reflex, 1, `evt.*.${tenant}.document.*.flow.>`);
    expect(await standing('acme')).toEqual([0]);
    const first = await store(owner, indexed('acme', 'a'));
    const second = await store(owner, indexed('acme', 'b'));
    await store(owner, indexed('globex', 'c'));
    await store(owner, `${aggregatePrefix({ tenant: 'acme', aggregate: 'task', id: 't' })}.flow.end`);
    expect([await standing('acme'), (second ?? 0) - (first ?? 0)]).toEqual([[second], 1]);
  });

  it('is told to reflex, and to no arm', async () => {
    const arm = new Bus(await platform.as('ARM_NOOP'), 'test');
    await expect(lastPositions(arm, 1, 'evt.*.acme.document.*.flow.>')).rejects.toMatchObject({ code: 'log-unavailable' });
    const reflex = new Bus(await platform.as('REFLEX'), 'test');
    await expect(lastPositions(reflex, 1, 'evt.*.acme.task.*.flow.>')).rejects.toMatchObject({ code: 'log-unavailable' });
  });
});
