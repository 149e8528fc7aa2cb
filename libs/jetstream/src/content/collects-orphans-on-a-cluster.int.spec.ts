import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aggregatePrefix, facet } from '@octobus/contracts';
import { envelopeOf } from '@octobus/event-log/testing';
import { type ClusterOfServers, openCluster } from '../../test/cluster.ts';
import { JetStreamEventLog } from '../event-log/jetstream-event-log.ts';
import { markerOf } from '../provisioning/log-marker.ts';
import { readLogStates } from '../provisioning/provision.ts';
import { ContentStore } from './content-store.ts';
import { searchOrphans } from './search-orphans.ts';

let cluster: ClusterOfServers;
beforeAll(async () => {
  cluster = await openCluster();
  await cluster.provision();
}, 60_000);
afterAll(() => cluster?.close());

const ROUNDS = 25;

describe('content on a cluster', () => {
  it('is never taken for an orphan because a server is behind, whichever is asked; orphans are collected', async () => {
    const searching = await Promise.all(cluster.nats.names.map((name) => cluster.connect('PLATFORM', name)));
    const markers = (await readLogStates(cluster.bus.connection, { replicas: 3 })).map(markerOf);
    const [store, log] = [new ContentStore(cluster.bus), new JetStreamEventLog(cluster.bus)];
    const digests: string[] = [];
    let collected = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const id = randomUUID();
      const event = `${aggregatePrefix({ tenant: 'acme', aggregate: 'document', id })}.${facet.request('ingest', randomUUID())}`;
      const body = { type: 'document.ingest-requested.v1', data: {} } as const;
      await log.append({ subject: event, envelope: envelopeOf(body.type, id), body }, { filter: event, sequence: 0 });
      digests.push(await store.put(randomBytes(100), event));
      if (round % 5 === 0) await store.put(randomBytes(100), `${event}x`);
      for (const { connection } of searching)
        collected += (await searchOrphans({ connection, logStreams: 1, markers, graceMs: 0, collect: true })).collected;
    }
    expect(collected).toBe(ROUNDS / 5);
    for (const digest of digests) expect(await store.get(digest)).toHaveLength(100);
  }, 120_000);
});
