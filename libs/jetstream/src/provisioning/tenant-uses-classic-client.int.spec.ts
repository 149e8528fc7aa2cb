import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { taskPrefix } from '@octobus/contracts';
import { startNats } from '@octobus/testing';
import type { NatsFixture } from '@octobus/testing';
import { connect, headers, JSONCodec } from 'nats';
import type { NatsConnection } from 'nats';
import { configOf, landscapeOf, openPlatform, store } from '../../test/platform.ts';
import type { Platform } from '../../test/platform.ts';

/** The `nats` package that most users have installed, under a tenant's account, without any code of ours on the tenant's side. */
const landscape = landscapeOf();
const json = JSONCodec<{ goal?: string; n?: number }>();
let server: NatsFixture;
let platform: Platform;
let acme: NatsConnection;

beforeAll(async () => {
  server = await startNats({ config: configOf(landscape) });
  platform = await openPlatform(server.url, landscape);
  const { user, password } = landscape.credentials['T_acme'] ?? { user: '', password: '' };
  acme = await connect({ servers: server.url, user, pass: password });
});

afterAll(async () => {
  await acme?.close();
  await platform?.close();
  await server?.stop();
});

describe('a tenant with the classic client', () => {
  it('submits a CloudEvent and is told that it is stored', async () => {
    const event = headers();
    for (const [name, value] of [
      ['ce-specversion', '1.0'],
      ['ce-id', 'a-1'],
      ['ce-type', 'task.submit'],
      ['ce-source', 'shop'],
    ] as const) {
      event.set(name, value);
    }
    const ack = await acme.jetstream().publish('ingress.acme.submit', json.encode({ goal: 'compare' }), { headers: event });
    expect(ack).toMatchObject({ stream: 'INGRESS', duplicate: false });
    const stored = await platform.admin.streams.getMessage('INGRESS', { seq: ack.seq });
    expect([stored?.subject, stored?.header.get('ce-id'), stored?.json()]).toEqual(['ingress.acme.submit', 'a-1', { goal: 'compare' }]);
  });

  it('is refused the door of another tenant at once', async () => {
    await expect(acme.jetstream().publish('ingress.globex.submit', json.encode({}))).rejects.toThrow('503');
  });

  it('watches its events live', async () => {
    const subscription = acme.subscribe('pub.evt.*.acme.>', { max: 1 });
    await acme.flush();
    const owner = await platform.as('PLATFORM');
    await store(owner, `${taskPrefix('globex', 'theirs')}.flow.end`);
    const sequence = await store(owner, `${taskPrefix('acme', 'ours')}.flow.end`, '{"n":1}');
    for await (const message of subscription) {
      expect(message.subject).toBe(`pub.${taskPrefix('acme', 'ours')}.flow.end`);
      expect(message.headers?.last('Nats-Sequence')).toBe(String(sequence));
    }
  });

  it('reads its prepared durable from the beginning: all its own events in order, none of another', async () => {
    const owner = await platform.as('PLATFORM');
    for (const n of [1, 2, 3]) {
      await store(owner, `${taskPrefix('acme', 'read')}.flow.${n}`, `{"n":${n}}`);
      await store(owner, `${taskPrefix('globex', 'read')}.flow.${n}`, `{"n":${n}}`);
    }
    const consumer = await acme.jetstream().consumers.get('EVENTS', 't-acme');
    const messages = await consumer.consume();
    const subjects: string[] = [];
    for await (const message of messages) {
      subjects.push(message.subject);
      expect(await message.ackAck()).toBe(true);
      if (message.subject.endsWith('.read.flow.3')) break;
    }
    expect(subjects.filter((subject) => !subject.includes('.acme.'))).toEqual([]);
    expect(subjects.slice(-3)).toEqual([1, 2, 3].map((n) => `${taskPrefix('acme', 'read')}.flow.${n}`));
    expect((await platform.admin.consumers.info('EVENTS', 't-acme')).num_ack_pending).toBe(0);
  });

  it('can’t reach another tenant’s durable nor make one of its own', async () => {
    await expect(acme.jetstream().consumers.get('EVENTS', 't-globex')).rejects.toThrow();
    const manager = await acme.jetstreamManager({ checkAPI: false });
    await expect(manager.consumers.add('EVENTS', { durable_name: 'own', filter_subject: 'evt.*.acme.>' })).rejects.toThrow();
  });
});
