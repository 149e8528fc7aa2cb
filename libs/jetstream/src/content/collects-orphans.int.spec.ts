import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type EventBody, HEADER, type LogStreamCount, STREAMS, aggregatePrefix, blobSubject, facet, logStreamOf } from '@octobus/contracts';
import type { NatsConnection } from '@nats-io/transport-node';
import { envelopeOf } from '@octobus/event-log/testing';
import { type TestBus, openTestBus } from '../../test/bus.ts';
import { buryMessage } from '../consumer/dead-letter.ts';
import { logParts, wholeLog } from '../event-log/log-parts.ts';
import { type LogMarker, markerOf } from '../provisioning/log-marker.ts';
import { readLogStates } from '../provisioning/provision.ts';
import { publishTo } from '../publish-to.ts';
import { WaitingMessages } from '../waiting-messages.ts';
import { ContentStore } from './content-store.ts';
import { type OrphanReport, type OrphanSearch, searchOrphans } from './search-orphans.ts';

const TENANT = 'acme';
const PERSON = '0192f0c1-2d3e-8a4b-8c5d-6e7f8091a2b3';

/** An upload as the gateway makes it: its pieces first, then the command. */
interface Upload {
  readonly command: string;
  readonly event: string;
  readonly digests: readonly string[];
}

describe('content that no event names', () => {
  let test: TestBus;
  let logStreams: LogStreamCount;
  let store: ContentStore;
  afterEach(() => test?.close());

  const open = async (count: LogStreamCount = 1): Promise<void> => {
    logStreams = count;
    test = await openTestBus('jetstream {}\n', count);
    store = new ContentStore(test.bus);
  };
  const log = () => wholeLog(logParts(test.bus, logStreams));
  const upload = async (pieces = 1): Promise<Upload> => {
    const command = randomUUID();
    const event = `${aggregatePrefix({ tenant: TENANT, aggregate: 'document', id: randomUUID() })}.${facet.request('ingest', command)}`;
    const digests: string[] = [];
    for (let i = 0; i < pieces; i++) digests.push(await store.put(randomBytes(200), event));
    return { command, event, digests };
  };
  const append = (subject: string, body: EventBody, more: object = {}): Promise<unknown> =>
    log().append(
      { subject, envelope: { ...envelopeOf(body.type, subject.split('.')[4] ?? ''), ...more }, body },
      { filter: subject, sequence: 0 },
    );
  const record = ({ event, command }: Upload): Promise<unknown> =>
    append(event, { type: 'document.ingest-requested.v1', data: { commandId: command, dataSubject: PERSON } }, { dataSubject: PERSON });
  const send = ({ command }: Pick<Upload, 'command'>): Promise<unknown> =>
    publishTo(test.bus, `ingress.${TENANT}.ingest`, [[HEADER.id, command]], Buffer.from('{"sealed":"x"}'));
  const bury = ({ command }: Pick<Upload, 'command'>, payload = true): Promise<void> =>
    buryMessage(test.bus.connection, {
      service: 'reflex',
      stream: STREAMS.ingress,
      subject: `ingress.${TENANT}.ingest`,
      sequence: 7,
      storedAt: Date.now(),
      deliveries: 20,
      cause: 'log-unavailable',
      data: Buffer.from('{"sealed":"x"}'),
      header: (name) => (name === HEADER.id ? command : undefined),
      keep: { headers: [[HEADER.id, command]], payload },
    });
  const markers = async (): Promise<readonly LogMarker[]> => (await readLogStates(test.bus.connection, { logStreams })).map(markerOf);
  const search = async (more: Partial<OrphanSearch> = {}): Promise<OrphanReport> =>
    searchOrphans({ connection: test.bus.connection, logStreams, markers: await markers(), graceMs: 0, collect: true, ...more });
  const isThere = async ({ digests }: Upload): Promise<boolean> => {
    const found = await Promise.all(
      digests.map((digest) => test.admin.streams.getMessage(STREAMS.content, { last_by_subj: blobSubject(digest) })),
    );
    return found.every((message) => message !== null);
  };
  /** The connection, with something that happens before its first request under a subject. */
  const onceBefore = (subject: string, happens: () => Promise<unknown>): NatsConnection => {
    let before: Promise<unknown> | undefined;
    const { connection } = test.bus;
    const request: NatsConnection['request'] = async (asked, ...more) => {
      if (asked === subject) await (before ??= happens());
      return connection.request(asked, ...more);
    };
    return new Proxy(connection, {
      get: (target, name) => {
        const member: unknown = name === 'request' ? request : Reflect.get(target, name);
        return typeof member === 'function' ? (member as () => unknown).bind(target) : member;
      },
    });
  };
  const removeFrom = async (stream: string): Promise<void> => {
    const waiting = new WaitingMessages(test.bus, stream);
    for await (const { sequence } of waiting.under('>')) await waiting.erase(sequence);
  };

  it.each([1, 4] as const)('is collected, and only that, with the log in %d streams', async (count) => {
    await open(count);
    const named = await Promise.all(Array.from({ length: 8 }, () => upload(2)));
    for (const one of named) await record(one);
    const [orphan, inIngress, inLetters, given] = [await upload(3), await upload(), await upload(), await upload()];
    await send(inIngress);
    await bury(inLetters);
    await bury(given, false);
    expect(await search({ collect: false })).toMatchObject({
      pieces: 22,
      named: 16,
      waiting: 2,
      orphans: 4,
      collected: 0,
      unsettledFrom: 17,
    });
    expect(await search()).toMatchObject({ pieces: 22, named: 16, young: 0, waiting: 2, orphans: 4, erased: 0, collected: 4 });
    expect(await isThere(orphan)).toBe(false);
    expect(await isThere(given)).toBe(false);
    for (const kept of [...named, inIngress, inLetters]) expect(await isThere(kept)).toBe(true);
    const again = await search();
    expect(again).toMatchObject({ pieces: 18, named: 16, waiting: 2, orphans: 0, collected: 0 });
    expect(await search({ from: again.unsettledFrom })).toMatchObject({ pieces: 2, waiting: 2 });
  });

  it('stays while it is young: an upload may be under way', async () => {
    await open();
    const running = await upload(2);
    expect(await search({ graceMs: 60_000 })).toMatchObject({ pieces: 2, young: 2, orphans: 0, collected: 0, unsettledFrom: 1 });
    expect(await isThere(running)).toBe(true);
  });

  it('that says of no event that it is to name it stays, and can’t make others go', async () => {
    await open();
    const named = await upload();
    await record(named);
    const other = await upload();
    await bury(other);
    const head = [[HEADER.namedBy, `${aggregatePrefix({ tenant: TENANT, aggregate: 'document', id: 'x' })}.request.ingest.none`]] as const;
    // Stored as it is: taken for a filter it would be everything.
    for (const subject of ['blob.*.0', 'blob.*.*', 'blob.x.0']) await publishTo(test.bus, subject, head, Buffer.from('x'));
    for (const by of ['', 'evt.>', '*', `ingress.${TENANT}.ingest`])
      await publishTo(test.bus, blobSubject(randomBytes(32).toString('hex')), [[HEADER.namedBy, by]], Buffer.from('x'));
    expect(await search()).toMatchObject({ pieces: 9, named: 1, waiting: 1, unnamed: 7, orphans: 0 });
    expect([await isThere(named), await isThere(other)]).toEqual([true, true]);
  });

  it('of a person who was erased is collected: no key opens it', async () => {
    await open(2);
    const theirs = await upload(2);
    await record(theirs);
    expect(await search()).toMatchObject({ named: 2, orphans: 0 });
    const subject = `${aggregatePrefix({ tenant: TENANT, aggregate: 'subject', id: PERSON })}.flow.erased`;
    await append(subject, { type: 'subject.erased.v1', data: { commandId: 'c', hadKey: true, messagesDeleted: 0 } });
    expect(await search()).toMatchObject({ named: 0, orphans: 2, erased: 2, collected: 2 });
    expect(await isThere(theirs)).toBe(false);
  });

  it('is not what a command names that goes from place to place meanwhile, and comes into the log at last', async () => {
    await open();
    const late = await upload(2);
    let going = true;
    await bury(late);
    const travel = (async () => {
      while (going) {
        await send(late);
        await removeFrom(STREAMS.deadLetters);
        await bury(late);
        await removeFrom(STREAMS.ingress);
      }
      await send(late);
      await removeFrom(STREAMS.deadLetters);
      await record(late);
      await removeFrom(STREAMS.ingress);
    })();
    for (let i = 0; i < 40; i++) expect(await search()).toMatchObject({ waiting: 2, collected: 0 });
    going = false;
    const onItsWay = async (): Promise<void> => {
      for (let i = 0; i < 20; i++) expect(await search()).toMatchObject({ collected: 0 });
    };
    await Promise.all([travel, onItsWay()]);
    expect(await search()).toMatchObject({ named: 2, orphans: 0 });
    expect(await isThere(late)).toBe(true);
  });

  it('is not what a command names that dies between the looks at dead letters and at commands', async () => {
    await open();
    const late = await upload();
    await send(late);
    const connection = onceBefore(`$JS.API.STREAM.MSG.GET.${STREAMS.ingress}`, async () => {
      await bury(late);
      await removeFrom(STREAMS.ingress);
    });
    expect(await search({ connection })).toMatchObject({ waiting: 1, orphans: 0, collected: 0 });
    expect(await isThere(late)).toBe(true);
  });

  it('is not what a server does not show that is behind: the leader of the log is asked', async () => {
    await open();
    const late = await upload();
    const connection = onceBefore(`$JS.API.STREAM.MSG.GET.${STREAMS.events}`, () => record(late));
    expect(await search({ connection })).toMatchObject({ named: 1, orphans: 0, collected: 0 });
  });

  it('is nothing, as long as the log is not whole or can not be read', async () => {
    await open(2);
    const orphan = await upload();
    const known = await markers();
    const raised = known.map((marker) => ({ ...marker, lastSequence: marker.lastSequence + 1 }));
    await expect(search({ markers: raised })).rejects.toMatchObject({ code: 'log-shorter-than-known' });
    const gone = logStreamOf(orphan.event, logStreams);
    await test.admin.streams.delete(gone);
    await expect(search({ markers: known })).rejects.toMatchObject({ code: 'log-shorter-than-known' });
    // Also for whoever has no marker of it.
    await expect(search({ markers: [] })).rejects.toMatchObject({ retryable: expect.any(Boolean) });
    expect(await isThere(orphan)).toBe(true);
  });

  it('is collected by the next one when the first is broken off', async () => {
    await open();
    const kept = await upload(3);
    await record(kept);
    const orphans = await Promise.all(Array.from({ length: 60 }, () => upload(4)));
    const dying = await test.connect('dying');
    const broken = search({ connection: dying.connection }).then(
      () => 'done',
      () => 'broken',
    );
    while ((await test.admin.streams.info(STREAMS.content)).state.num_deleted === 0) await new Promise((resolve) => setImmediate(resolve));
    await dying.close();
    expect(await broken).toBe('broken');
    const left = (await test.admin.streams.info(STREAMS.content)).state.messages;
    expect(left).toBeGreaterThan(3);
    expect(await search()).toMatchObject({ named: 3, orphans: left - 3, collected: left - 3 });
    expect(await isThere(kept)).toBe(true);
    for (const orphan of orphans) expect(await isThere(orphan)).toBe(false);
  });
});
