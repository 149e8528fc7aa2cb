import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aggregatePrefix, taskPrefix } from '@octobus/contracts';
import { startNats } from '@octobus/testing';
import type { NatsFixture } from '@octobus/testing';
import { ask, configOf, everything, held, landscapeOf, openPlatform, store } from '../../test/platform.ts';
import type { Platform } from '../../test/platform.ts';

const landscape = landscapeOf();
let server: NatsFixture;
let platform: Platform;

const victim = taskPrefix('globex', 'victim');
const mine = taskPrefix('acme', 'mine');

beforeAll(async () => {
  server = await startNats({ config: configOf(landscape) });
  platform = await openPlatform(server.url, landscape);
  const owner = await platform.as('PLATFORM');
  await store(owner, `${victim}.request.submit.1`);
  await store(owner, `${mine}.request.submit.1`);
  await store(owner, `${mine}.flow.step.noop.a.s.1`);
});

afterAll(async () => {
  await platform?.close();
  await server?.stop();
});

/** What each account may send to; the server answers each of these, so each could plant an answer. */
const SENDS: Readonly<Record<string, readonly (readonly [subject: string, payload: string])[]>> = {
  T_acme: [
    ['ingress.acme.submit', '{}'],
    ['$JS.API.INFO', ''],
    ['$JS.API.CONSUMER.INFO.EVENTS.t-acme', ''],
    ['$JS.API.CONSUMER.MSG.NEXT.EVENTS.t-acme', '{"batch":1,"no_wait":true}'],
    ['$JS.ACK.EVENTS.t-acme.1.1.1.1.1', '+NXT'],
  ],
  ARM_NOOP: [
    [`${mine}.arm.noop.s.1.note.1`, '{}'],
    [`${mine}.arm.noop.s.1.note.2`, '+TERM'],
    [`$JS.API.DIRECT.GET.EVENTS.${mine}.arm.noop.s.1.note.2`, ''],
    [`$JS.API.DIRECT.GET.EVENTS.${mine}.request.submit.1`, ''],
    ['$JS.API.CONSUMER.MSG.NEXT.EVENTS.arm-noop-a', '{"batch":1,"no_wait":true}'],
    ['$JS.API.CONSUMER.MSG.NEXT.EVENTS.arm-noop-b', '{"batch":1,"no_wait":true}'],
    ['query.memory.search', '{}'],
  ],
  ORCHESTRATOR: [
    [`${mine}.flow.end`, '{}'],
    ['$JS.API.DIRECT.GET.EVENTS', '{"multi_last":["evt.>"]}'],
    ['$JS.API.CONSUMER.MSG.NEXT.EVENTS.orchestrator', '{"batch":5,"no_wait":true}'],
  ],
  GATEWAY: [
    ['ingress.acme.submit', '{}'],
    ['$JS.API.DIRECT.GET.EVENTS', '{"multi_last":["evt.>"]}'],
  ],
};

/** Where nobody of the above may write. */
const PLANTED = [
  `${victim}.request.cancel.planted`,
  `${victim}.timer.planted.1`,
  `${victim}.arm.planner.s.1.done`,
  `${aggregatePrefix({ tenant: 'globex', aggregate: 'identity', id: 'globex' })}.flow.key.planted`,
  `${aggregatePrefix({ tenant: 'globex', aggregate: 'document', id: 'doc' })}.flow.planted`,
];
const NOT_FOR_ALL = [`${victim}.flow.end`, `${victim}.arm.noop.s.1.closed`];
const HARMFUL = [
  '$JS.API.STREAM.DELETE.EVENTS',
  '$JS.API.STREAM.PURGE.EVENTS',
  '$JS.API.CONSUMER.DELETE.EVENTS.projection',
  'ingress.globex.submit',
];

async function sendAll(account: string, replies: readonly string[]): Promise<void> {
  for (const reply of replies) {
    const attacker = await platform.freshAs(account);
    for (const [subject, payload] of SENDS[account] ?? []) attacker.publish(subject, payload, { reply });
    await attacker.flush().catch(() => undefined);
    await attacker.close();
  }
}

/** Settings and durables; content left out, since the attacks also write what they may write. */
async function standing(): Promise<unknown> {
  const streams = (await everything(platform)) as {
    config: { name: string };
    first: number;
    deleted: number;
    consumers: { name: string }[];
  }[];
  return streams.map(({ config, first, deleted, consumers }) => ({ config, first, deleted, consumers: consumers.map(({ name }) => name) }));
}

/** Answers come after the request: they are all there when a later request of the same kind has been answered. */
async function settled(): Promise<void> {
  for (const account of Object.keys(SENDS)) await ask(await platform.as(account), '$JS.API.INFO');
}

describe('planting through a reply subject', () => {
  it.each(Object.keys(SENDS))('%s stores nothing where it may not write', async (account) => {
    const forbidden = account === 'ORCHESTRATOR' ? PLANTED : [...PLANTED, ...NOT_FOR_ALL];
    await sendAll(account, forbidden);
    await settled();
    expect(await held(platform, 'EVENTS', forbidden)).toEqual([]);
  });

  it('the same request with an own inbox is answered, so the attack had something to plant', async () => {
    const arm = await platform.as('ARM_NOOP');
    expect((await ask(arm, `$JS.API.DIRECT.GET.EVENTS.${mine}.arm.noop.s.1.note.2`))?.string()).toBe('+TERM');
    expect(await store(arm, `${mine}.arm.noop.s.1.note.9`)).toBeGreaterThan(0);
    expect(await store(await platform.as('T_acme'), 'ingress.acme.submit')).toBeGreaterThan(0);
  });

  it('an answer planted on the own subject is all that an account can plant', async () => {
    const arm = await platform.freshAs('ARM_NOOP');
    arm.publish(`${mine}.arm.noop.s.5.note.1`, '{}', { reply: `${mine}.arm.noop.s.5.done` });
    await arm.flush();
    await settled();
    expect(await held(platform, 'EVENTS', [`${mine}.arm.noop.s.5.note.1`, `${mine}.arm.noop.s.5.>`])).toHaveLength(2);
    expect(await held(platform, 'EVENTS', [`${mine}.arm.noop.s.5.closed`])).toEqual([]);
  });

  it.each(['T_acme', 'ARM_NOOP', 'ORCHESTRATOR'])('%s harms no stream and sends no other tenant’s command by it', async (account) => {
    const before = await standing();
    const commands = (await platform.admin.streams.info('INGRESS', { subjects_filter: 'ingress.globex.>' })).state.subjects;
    await sendAll(account, HARMFUL);
    await settled();
    expect(await standing()).toEqual(before);
    expect((await platform.admin.streams.info('INGRESS', { subjects_filter: 'ingress.globex.>' })).state.subjects).toEqual(commands);
  });

  it('no answer acknowledges, ends or pulls what another durable has delivered', async () => {
    const orchestrator = await platform.as('ORCHESTRATOR');
    await ask(orchestrator, '$JS.API.CONSUMER.MSG.NEXT.EVENTS.orchestrator', '{"batch":1,"no_wait":true}');
    await store(await platform.as('PLATFORM'), `${taskPrefix('globex', 'held')}.request.submit.1`);
    const delivered = await ask(orchestrator, '$JS.API.CONSUMER.MSG.NEXT.EVENTS.orchestrator', '{"batch":1,"expires":1000000000}');
    const ack = delivered?.reply ?? '';
    expect(ack).toContain('$JS.ACK.EVENTS.orchestrator.');
    const pending = async () => (await platform.admin.consumers.info('EVENTS', 'orchestrator')).num_ack_pending;
    const before = await pending();
    for (const account of ['T_acme', 'ARM_NOOP', 'GATEWAY']) await sendAll(account, [ack, `_R_.${account}.x`]);
    await settled();
    expect(await pending()).toBe(before);
    await ask(orchestrator, ack, '+ACK');
    expect(await pending()).toBe(before - 1);
  });
});
