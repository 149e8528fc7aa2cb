import { jetstream } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { taskPrefix } from '@octobus/contracts';
import { startNats } from '@octobus/testing';
import type { NatsFixture } from '@octobus/testing';
import { ask, configOf, everything, landscapeOf, openPlatform, store } from '../../test/platform.ts';
import type { Platform } from '../../test/platform.ts';
import { REPLAY_SLOTS, replayDurableName, tenantDurableName } from './durables.ts';
import { chooseReplaySlot } from './choose-replay-slot.ts';
import { closeReplay, openReplay, openReplays } from './replays.ts';
import { newLandscape } from './landscape.ts';

const landscape = landscapeOf();
let server: NatsFixture;
let platform: Platform;

const own = (n: number): string => `${taskPrefix('acme', 'task-1')}.flow.steps.${n}`;
const foreign = (n: number): string => `${taskPrefix('globex', 'task-1')}.flow.steps.${n}`;

beforeAll(async () => {
  server = await startNats({ config: configOf(landscape) });
  platform = await openPlatform(server.url, landscape);
  const owner = await platform.as('PLATFORM');
  for (let n = 1; n <= 10; n++) {
    await store(owner, own(n), `{"n":${n},"of":"acme"}`);
    await store(owner, foreign(n), `{"n":${n},"of":"globex"}`);
  }
});

afterAll(async () => {
  await platform?.close();
  await server?.stop();
});

const of = (tenant: string) => ({ tenant, streams: ['EVENTS'] });

async function open(tenant: string, after: number, named?: number, actor = 'key:a') {
  const owner = await platform.as('PLATFORM');
  const slot = chooseReplaySlot(await openReplays(owner, of(tenant)), { actor, slot: named });
  return openReplay(owner, { ...of(tenant), slot, actor, filter: `evt.*.${tenant}.>`, from: [{ stream: 'EVENTS', after }] });
}

/** As a tenant's own program reads a prepared durable. */
async function read(account: string, durable: string, most: number): Promise<string[]> {
  const consumer = await jetstream(await platform.as(account), { checkAPI: false }).consumers.get('EVENTS', durable);
  const subjects: string[] = [];
  for await (const message of await consumer.fetch({ max_messages: most, expires: 1_000 })) {
    subjects.push(message.subject);
    message.ack();
  }
  await (await platform.as(account)).flush();
  return subjects;
}

const steps = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, i) => own(from + i));

describe('replays of a tenant', () => {
  it('and its live durable are read each at its own pace from where each began', async () => {
    await open('acme', 6, 1);
    await open('acme', 12, 2);
    expect(await read('T_acme', tenantDurableName('acme'), 3)).toEqual(steps(1, 3));
    expect(await read('T_acme', replayDurableName('acme', 1), 2)).toEqual(steps(4, 5));
    expect(await read('T_acme', replayDurableName('acme', 2), 20)).toEqual(steps(7, 10));
    expect(await read('T_acme', replayDurableName('acme', 1), 20)).toEqual(steps(6, 10));
    expect(await read('T_acme', tenantDurableName('acme'), 20)).toEqual(steps(4, 10));
    const owner = await platform.as('PLATFORM');
    await store(owner, own(11));
    for (const durable of [tenantDurableName('acme'), replayDurableName('acme', 1), replayDurableName('acme', 2)])
      expect(await read('T_acme', durable, 20)).toEqual([own(11)]);
  });

  it('begin anew when they are opened again', async () => {
    expect((await open('acme', 0, 1)).durables).toEqual([{ stream: 'EVENTS', durable: 't-acme-replay-1', after: 0 }]);
    expect(await read('T_acme', replayDurableName('acme', 1), 2)).toEqual(steps(1, 2));
    await open('acme', 18, 1);
    expect(await read('T_acme', replayDurableName('acme', 1), 20)).toEqual(steps(10, 11));
  });

  it('are as many as there are durables; a further one is refused, and takes none away', async () => {
    const slots = [];
    for (const slot of REPLAY_SLOTS) slots.push((await open('globex', 0, undefined, `key:${slot}`)).slot);
    expect(slots).toEqual([...REPLAY_SLOTS]);
    const before = await everything(platform);
    await expect(open('globex', 0)).rejects.toMatchObject({ code: 'replays-in-use' });
    expect(await everything(platform)).toEqual(before);
  });

  it('say who opened them, and are gone when they are closed, however often', async () => {
    const owner = await platform.as('PLATFORM');
    expect(await openReplays(owner, of('globex'))).toMatchObject([
      { slot: 1, actor: 'key:1', durable: 't-globex-replay-1', filter: 'evt.*.globex.>', inUse: true },
      { slot: 2, actor: 'key:2' },
      { slot: 3, actor: 'key:3' },
    ]);
    for (let i = 0; i < 2; i++) await closeReplay(owner, { ...of('globex'), slot: 2 });
    expect((await openReplays(owner, of('globex'))).map(({ slot }) => slot)).toEqual([1, 3]);
    expect((await open('globex', 0)).slot).toBe(2);
  });
});

describe('another tenant', () => {
  it('neither sees nor moves nor takes from a replay', async () => {
    await open('acme', 0, 3, 'key:b');
    const before = await everything(platform);
    const globex = await platform.freshAs('T_globex');
    const tries: readonly (readonly [string, string?])[] = [
      ['$JS.API.CONSUMER.INFO.EVENTS.t-acme-replay-3'],
      ['$JS.API.CONSUMER.MSG.NEXT.EVENTS.t-acme-replay-3', '{"batch":10,"no_wait":true}'],
      ['$JS.API.CONSUMER.DELETE.EVENTS.t-acme-replay-3'],
      ['$JS.API.CONSUMER.DELETE.EVENTS.t-globex-replay-1'],
      [
        '$JS.API.CONSUMER.CREATE.EVENTS.t-globex-replay-1',
        '{"stream_name":"EVENTS","config":{"name":"t-globex-replay-1","filter_subject":"evt.>"}}',
      ],
      [
        '$JS.API.CONSUMER.DURABLE.CREATE.EVENTS.t-globex-replay-1',
        '{"stream_name":"EVENTS","config":{"durable_name":"t-globex-replay-1"}}',
      ],
      ['$JS.ACK.EVENTS.t-acme-replay-3.1.1.1.1.0', '+NXT'],
      ['$JS.ACK.a.b.EVENTS.t-acme-replay-3.1.1.1.1.0.x', '+NXT'],
      ['$JS.ACK.EVENTS.t-acme-replay-3.EVENTS.t-globex-replay-1.1.1.1', '+NXT'],
      ['replay.acme.open', '{}'],
      ['replay._.open', '{}'],
      ['replay.*.open', '{}'],
    ];
    const answers = await Promise.all(tries.map(async ([subject, body]) => [subject, (await ask(globex, subject, body))?.string() ?? '']));
    expect(answers.filter(([, answer]) => answer !== '' && !String(answer).includes('"error"'))).toEqual([]);
    expect(await everything(platform)).toEqual(before);
    expect(await read('T_acme', replayDurableName('acme', 3), 2)).toEqual(steps(1, 2));
  });

  it('asks for a replay under its own name only', async () => {
    const owner = await platform.as('PLATFORM');
    const asked: string[] = [];
    owner.subscribe('replay.>', {
      callback: (_error, message) => {
        asked.push(message.subject);
        message.respond('"heard"');
      },
    });
    await owner.flush();
    const globex = await platform.freshAs('T_globex');
    const questions = ['open', 'close', 'list'];
    const foreign = ['acme.open', 'acme.close', 'acme.list', '>', '*.open', 'globex.open.gateway', 'acme.open.gateway', 'globex.drop'];
    for (const subject of [...questions.map((question) => `globex.${question}`), ...foreign]) await ask(globex, `replay.${subject}`, '{}');
    const own = questions.map((question) => `replay.globex.${question}`);
    expect(asked).toEqual(own);
    const gateway = await platform.as('GATEWAY');
    expect((await ask(gateway, 'replay.acme.open.gateway', '{}'))?.string()).toBe('"heard"');
    // In the tenant's own name the gateway asks nothing: that would be `nats:acme` in the audit.
    await ask(gateway, 'replay.acme.open', '{}');
    for (const account of ['REFLEX', 'ORCHESTRATOR', 'PROJECTOR', 'MEMORY', 'ARM_NOOP'])
      for (const subject of ['replay.acme.open', 'replay.acme.open.gateway']) await ask(await platform.as(account), subject, '{}');
    expect(asked).toEqual([...own, 'replay.acme.open.gateway']);
  });

  it('can not be named so that its durable is a replay of somebody else', () => {
    expect(() => newLandscape([], ['acme', 'acme-replay-1'])).toThrow(RangeError);
    expect(() => newLandscape([], ['acme', 'acme-replay-', 'replay-1'])).not.toThrow();
  });
});
