import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { STREAMS, aggregatePrefix } from '@octobus/contracts';
import { type Bus, ContentStore, connectBus, provision, readLogStates } from '@octobus/jetstream';
import { type NatsFixture, eventually, startNats } from '@octobus/testing';
import { keepContent } from './content.ts';
import type { StackEvent } from './events.ts';
import { writeJson } from './folder.ts';
import { markerFile } from './log-marker.ts';

describe('content that no event names', () => {
  let nats: NatsFixture;
  let admin: Bus;
  const folder = mkdtempSync(join(tmpdir(), 'octobus-content-'));
  beforeAll(async () => {
    nats = await startNats({ config: 'jetstream {}\n' });
    admin = await connectBus({ url: nats.url, name: 'test' });
    await provision(admin.connection, { arms: ['noop'], tenants: [], markers: [] });
  }, 30_000);
  afterAll(async () => {
    await admin?.close();
    await nats?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const put = (command: string): Promise<string> =>
    new ContentStore(admin).put(
      randomBytes(100),
      `${aggregatePrefix({ tenant: 'acme', aggregate: 'document', id: 'manual' })}.request.ingest.${command}`,
    );
  const left = async (): Promise<number> => {
    const answer = await admin.connection.request(`$JS.API.STREAM.INFO.${STREAMS.content}`);
    return answer.json<{ readonly state: { readonly messages: number } }>().state.messages;
  };

  it('is removed at its time, again and again, and not while nobody knows how long the log was', async () => {
    const events: StackEvent[] = [];
    await put('c1');
    const keeping = keepContent({
      nats: { admin, logStreams: 1 },
      folder,
      graceMs: 0,
      firstMs: 1,
      everyMs: 50,
      onEvent: (event) => events.push(event),
    });
    await eventually(() => events.filter(({ kind }) => kind === 'warning').length > 1);
    expect(await left()).toBe(1);
    const [marker] = await readLogStates(admin.connection);
    writeJson(markerFile(folder), [marker]);
    await eventually(async () => (await left()) === 0);
    await put('c2');
    await eventually(async () => (await left()) === 0);
    await keeping.stop();
    expect(events.filter(({ kind }) => kind === 'orphans-collected')).toEqual([
      { kind: 'orphans-collected', pieces: 1, bytes: 100 },
      { kind: 'orphans-collected', pieces: 1, bytes: 100 },
    ]);
    await put('c3');
    expect(await left()).toBe(1);
  });
});
