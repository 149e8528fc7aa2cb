import { readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstream } from '@nats-io/jetstream';
import { type NatsFixture, startNats } from '@octobus/testing';
import { type Bus, connectBus } from '../connect.ts';
import { newStoreKey } from './credentials.ts';
import type { LogMarker } from './log-marker.ts';
import { newLandscape } from './landscape.ts';
import { provision, readLogStates } from './provision.ts';
import { serverConfig } from './server-config.ts';

const KEY = 'OCTO_TEST_STORE_KEY';
const OPTIONS = { arms: ['noop'], tenants: [] };
/** Together several blocks of an encrypted stream (2 MB each, nats-server 2.15). */
const EVENTS = 40;
const BODY = JSON.stringify({ x: 'x'.repeat(200_000) });

let server: NatsFixture;
let connectTo: () => Promise<Bus>;
let markers: readonly LogMarker[];

beforeEach(async () => {
  process.env[KEY] = newStoreKey();
  const landscape = newLandscape(['noop'], []);
  server = await startNats({ config: serverConfig({ storeKey: { env: KEY }, durability: 'flushed' }, landscape) });
  const { user = '', password = '' } = landscape.credentials['PLATFORM'] ?? {};
  connectTo = () => connectBus({ url: server.url.replace('//', `//${user}:${password}@`), name: 'test' });
  const bus = await connectTo();
  const begun = await provision(bus.connection, { ...OPTIONS, markers: [] });
  for (let n = 1; n <= EVENTS; n++) await jetstream(bus.connection).publish(`evt.00.acme.task.t.flow.steps.${n}`, BODY);
  markers = begun.map((marker) => ({ ...marker, firstSequence: 1, lastSequence: EVENTS }));
  await bus.close();
});
afterEach(async () => {
  await server.stop();
  delete process.env[KEY];
});

const stream = (): string => join(server.folder, 'jetstream', 'PLATFORM', 'streams', 'EVENTS');
const blocks = (): readonly string[] =>
  readdirSync(join(stream(), 'msgs'))
    .filter((name) => name.endsWith('.blk'))
    .toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    .map((name) => join(stream(), 'msgs', name));
const forget = (): void => rmSync(join(stream(), 'msgs', 'index.db'), { force: true });

/** What provisioning says after the server came back to this. */
async function said(damage: () => void): Promise<{ readonly fault: unknown; readonly deleted: number; readonly first: number }> {
  await server.killAround(damage);
  const bus = await connectTo();
  try {
    const [state] = await readLogStates(bus.connection, {});
    const fault = await provision(bus.connection, { ...OPTIONS, markers }).then(
      () => 'it went on',
      (error: unknown) => error,
    );
    expect(await readLogStates(bus.connection, {})).toEqual(state === undefined ? [] : [state]);
    return { fault, deleted: state?.deleted ?? 0, first: state?.firstSequence ?? 0 };
  } finally {
    await bus.close();
  }
}

const refusal = (message: RegExp): object => ({
  code: 'log-shorter-than-known',
  retryable: false,
  message: expect.stringMatching(message),
});

describe('after a crash the server came back to a log', () => {
  it('that is whole: it goes on', async () => {
    expect(blocks().length).toBeGreaterThan(2);
    expect(await said(() => undefined)).toEqual({ fault: 'it went on', deleted: 0, first: 1 });
  });

  it('with a hole in the middle', async () => {
    const { fault, deleted } = await said(() => {
      rmSync(blocks()[1] ?? '');
      forget();
    });
    expect(deleted).toBeGreaterThan(0);
    expect(fault).toMatchObject(refusal(/something inside it is gone \(\d+ of its events\)/));
  });

  it('that lost its beginning', async () => {
    const { fault, first } = await said(() => {
      rmSync(blocks()[0] ?? '');
      forget();
    });
    expect(first).toBeGreaterThan(1);
    expect(fault).toMatchObject(refusal(/it begins at \d+ instead of 1/));
  });

  it('that lost its end', async () => {
    const { fault } = await said(() => {
      truncateSync(blocks().at(-1) ?? '', 100_000);
      forget();
    });
    expect(fault).toMatchObject(refusal(/it ends at \d+, but event 40 was acknowledged/));
  });

  it('that is gone, and does not make it again', async () => {
    const { fault } = await said(() => rmSync(stream(), { recursive: true }));
    expect(fault).toMatchObject(refusal(/is not there any more/));
  });

  it('that is another one', async () => {
    await server.killAround(() => rmSync(stream(), { recursive: true }));
    const bus = await connectTo();
    await provision(bus.connection, { ...OPTIONS, markers: [] });
    await bus.close();
    expect((await said(() => undefined)).fault).toMatchObject(refusal(/the one found is another/));
  });
});
