import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { isFault } from '@octobus/kernel';
import { startNats } from '@octobus/testing';
import type { NatsFixture } from '@octobus/testing';
import { createTenantDurables, provision, readLogStates } from './provision.ts';
import { durables } from './durables.ts';
import { markerOf } from './log-marker.ts';
import { STREAM_SETTINGS } from './streams.ts';

const OPTIONS = { arms: ['noop'], tenants: ['acme'], markers: [] };
let server: NatsFixture;
let connection: NatsConnection;

beforeEach(async () => {
  server = await startNats();
  connection = await connect({ servers: server.url });
});

afterEach(async () => {
  await connection?.close();
  await server?.stop();
});

async function faultOf(run: Promise<unknown>): Promise<{ code: string; message: string; retryable: boolean } | undefined> {
  const error = await run.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (error !== undefined && !isFault(error)) throw new Error('not a fault', { cause: error });
  return error;
}

const append = (subject: string) => jetstream(connection).publish(subject, '{}');

describe('provisioning', () => {
  it('makes every stream and durable as wanted, and a second time finds nothing to do', async () => {
    const first = await provision(connection, OPTIONS);
    const manager = await jetstreamManager(connection);
    const settings = async () => (await manager.streams.list().next()).map(({ config, created }) => ({ config, created }));
    const before = await settings();
    expect(await provision(connection, { ...OPTIONS, markers: first })).toEqual(first);
    expect(await settings()).toEqual(before);
    expect(before.map(({ config }) => config.name).toSorted()).toEqual(STREAM_SETTINGS.map(({ name }) => name).toSorted());
    const made = await Promise.all(['EVENTS', 'INGRESS'].map((stream) => manager.consumers.list(stream).next()));
    expect(
      made
        .flat()
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(
      durables(['noop'], ['acme'])
        .map(({ name }) => name)
        .toSorted(),
    );
  });

  it('turns message-id dedupe off where writers share a stream: two messages with one id are both kept', async () => {
    await provision(connection, OPTIONS);
    for (const subject of ['evt.00.acme.task.t.flow.a', 'ingress.acme.submit']) {
      const acks = await Promise.all([1, 2].map(() => jetstream(connection).publish(subject, '{}', { msgID: 'same' })));
      expect(acks.map(({ duplicate }) => duplicate)).toEqual([false, false]);
    }
  });

  it('goes on with the same log after a restart and after a crash', async () => {
    await provision(connection, OPTIONS);
    await append('evt.00.acme.task.t.flow.a');
    const markers = (await readLogStates(connection)).map(markerOf);
    await connection.close();
    await server.restart();
    connection = await connect({ servers: server.url });
    expect(await provision(connection, { ...OPTIONS, markers })).toEqual(markers);
    await connection.close();
    await server.kill9();
    connection = await connect({ servers: server.url });
    expect(await provision(connection, { ...OPTIONS, markers })).toMatchObject([{ ...markers[0], lastSequence: 1 }]);
  });

  it('updates what is safe and keeps what is stored', async () => {
    const manager = await jetstreamManager(connection);
    await manager.streams.add({ name: 'DLQ', subjects: ['dlq.>'], max_msgs: 10, max_age: 3600e9, allow_rollup_hdrs: true });
    await append('dlq.reflex.acme.task.t');
    await provision(connection, OPTIONS);
    const { config, state } = await manager.streams.info('DLQ');
    expect(config).toMatchObject({ max_msgs: 100_000, allow_rollup_hdrs: false, allow_direct: true });
    expect(state.messages).toBe(1);
    await manager.consumers.update('EVENTS', 'orchestrator', { ack_wait: 77e9 });
    await provision(connection, OPTIONS);
    expect((await manager.consumers.info('EVENTS', 'orchestrator')).config.ack_wait).toBe(2e9);
  });

  it('takes away what would tell others of commands, and turns one filter into several', async () => {
    const manager = await jetstreamManager(connection);
    const ingress = { name: 'INGRESS', subjects: ['ingress.*.*'], retention: 'workqueue' as const, max_msgs_per_subject: 10 };
    await manager.streams.add({ ...ingress, discard: 'new', discard_new_per_subject: true, republish: { src: '>', dest: 'leak.>' } });
    await manager.streams.add({ name: 'EVENTS', subjects: ['evt.>'] });
    await manager.consumers.add('EVENTS', { durable_name: 'orchestrator', ack_policy: 'explicit', filter_subject: 'evt.old' });
    await provision(connection, OPTIONS);
    expect((await manager.streams.info('INGRESS')).config.republish).toBeUndefined();
    expect((await manager.consumers.info('EVENTS', 'orchestrator')).config.filter_subjects).toHaveLength(2);
  });

  it('says in a retryable fault that nobody answers', async () => {
    await connection.close();
    expect(await faultOf(provision(connection, OPTIONS))).toMatchObject({ code: 'provisioning-unavailable', retryable: true });
  });

  it.each([
    ['a smaller limit', { name: 'DLQ', subjects: ['dlq.>'], max_msgs: 1_000_000, max_age: 365 * 86_400e9 }, ['max_msgs', 'max_age']],
    ['another storage', { name: 'DLQ', subjects: ['dlq.>'], storage: 'memory' as const, max_age: 1e9 }, ['storage']],
    ['a subject that would go', { name: 'DLQ', subjects: ['dlq.>', 'old.>'], max_msgs: 10, max_age: 1e9 }, ['subjects']],
    ['another retention', { name: 'INGRESS', subjects: ['ingress.*.*'] }, ['retention']],
  ])('refuses %s, in one sentence, and changes nothing at all', async (_what, config, fields) => {
    const manager = await jetstreamManager(connection);
    await manager.streams.add(config);
    const fault = await faultOf(provision(connection, OPTIONS));
    expect(fault?.code).toBe('stream-change-would-lose-data');
    for (const field of fields) expect(fault?.message).toContain(field);
    expect(await manager.streams.names().next()).toEqual([config.name]);
  });

  it('refuses to take a durable back to another start', async () => {
    await provision(connection, OPTIONS);
    const manager = await jetstreamManager(connection);
    await manager.consumers.delete('EVENTS', 'projection');
    await manager.consumers.add('EVENTS', { durable_name: 'projection', ack_policy: 'explicit', deliver_policy: 'new' });
    expect((await faultOf(provision(connection, OPTIONS)))?.code).toBe('durable-change-would-lose-position');
  });

  it('removes the durables that an earlier release had and nobody reads any more', async () => {
    await provision(connection, OPTIONS);
    const manager = await jetstreamManager(connection);
    await manager.consumers.add('EVENTS', { durable_name: 'projector', ack_policy: 'explicit' });
    await provision(connection, OPTIONS);
    const names: string[] = [];
    for await (const { name } of manager.consumers.list('EVENTS')) names.push(name);
    expect(names).toContain('projection');
    expect(names).not.toContain('projector');
  });

  it('adds the durable of one more tenant, and repeating it keeps its position', async () => {
    await provision(connection, OPTIONS);
    await append('evt.00.newcomer.task.t.flow.a');
    await createTenantDurables(connection, 'newcomer');
    const manager = await jetstreamManager(connection);
    const consumer = await jetstream(connection).consumers.get('EVENTS', 't-newcomer');
    expect(await (await consumer.next({ expires: 2000 }))?.ackAck()).toBe(true);
    await createTenantDurables(connection, 'newcomer');
    expect((await manager.consumers.info('EVENTS', 't-newcomer')).ack_floor.stream_seq).toBe(1);
    await expect(createTenantDurables(connection, 'new.comer')).rejects.toThrow(RangeError);
  });
});

describe('a log that is known', () => {
  async function knownLog(): ReturnType<typeof provision> {
    await provision(connection, OPTIONS);
    for (const n of [1, 2, 3]) await append(`evt.00.acme.task.t.flow.${n}`);
    return provision(connection, OPTIONS);
  }

  it.each([
    ['deleted', async () => void (await (await jetstreamManager(connection)).streams.delete('EVENTS')), 'not there any more'],
    [
      'purged from the front',
      async () => void (await (await jetstreamManager(connection)).streams.purge('EVENTS', { seq: 3 })),
      'begins at 3',
    ],
    ['purged', async () => void (await (await jetstreamManager(connection)).streams.purge('EVENTS')), 'begins at 4'],
    [
      'purged inside',
      async () => void (await (await jetstreamManager(connection)).streams.purge('EVENTS', { filter: 'evt.00.acme.task.t.flow.2' })),
      'gone',
    ],
  ])('is never replaced or written on after it was %s', async (_what, harm, words) => {
    const markers = await knownLog();
    await harm();
    const before = await (await jetstreamManager(connection)).streams.names().next();
    const fault = await faultOf(provision(connection, { ...OPTIONS, markers }));
    expect(fault).toMatchObject({ code: 'log-shorter-than-known', retryable: false });
    expect(fault?.message).toContain(words);
    expect(await (await jetstreamManager(connection)).streams.names().next()).toEqual(before);
  });

  it('is not mistaken for another one of the same name and length', async () => {
    const markers = await knownLog();
    const manager = await jetstreamManager(connection);
    await manager.streams.delete('EVENTS');
    await provision(connection, OPTIONS);
    for (const n of [1, 2, 3]) await append(`evt.00.acme.task.t.flow.${n}`);
    expect((await faultOf(provision(connection, { ...OPTIONS, markers })))?.message).toContain('the one found is another');
  });

  it('may not be shorter than any of its markers says', async () => {
    const markers = await knownLog();
    const ahead = markers.map((marker) => ({ ...marker, lastSequence: 4 }));
    expect((await faultOf(provision(connection, { ...OPTIONS, markers: [...markers, ...ahead] })))?.message).toContain('ends at 3');
  });
});
