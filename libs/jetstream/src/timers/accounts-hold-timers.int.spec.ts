import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { taskPrefix, timerSubjects } from '@octobus/contracts';
import { eventually, startNats } from '@octobus/testing';
import type { NatsFixture } from '@octobus/testing';
import { ask, configOf, held, landscapeOf, openPlatform, store } from '../../test/platform.ts';
import type { Platform } from '../../test/platform.ts';

const landscape = landscapeOf();
let server: NatsFixture;
let platform: Platform;
const address = { tenant: 'globex', aggregate: 'task', id: 'victim' } as const;
const decision = `${taskPrefix('globex', 'victim')}.flow.end`;

beforeAll(async () => {
  server = await startNats({ config: configOf(landscape) });
  platform = await openPlatform(server.url, landscape);
  await store(await platform.as('PLATFORM'), decision);
  await store(await platform.as('PLATFORM'), decision, '{"again":true}');
});

afterAll(async () => {
  await platform?.close();
  await server?.stop();
});

const soon = () => `@at ${new Date(Date.now()).toISOString()}`;
const scheduled = (target: string, more: Readonly<Record<string, string>> = {}) => ({
  headers: { 'Nats-Schedule': soon(), 'Nats-Schedule-Target': target, ...more },
});
const inLog = async (filter: string): Promise<Readonly<Record<string, number>>> =>
  (await platform.admin.streams.info('EVENTS', { subjects_filter: filter })).state.subjects ?? {};

let barriers = 0;
/** Until everything that was due before it has surely fired and been taken by the log. */
async function fired(): Promise<void> {
  const { waits, fired: target, event } = timerSubjects({ address: { ...address, id: `barrier-${++barriers}` }, name: 'b', n: 1 });
  expect(await store(await platform.as('ORCHESTRATOR'), waits, '{}', scheduled(target))).toBeGreaterThan(0);
  await eventually(async () => Object.keys(await inLog(event)).length === 1);
}

describe('who may set a timer', () => {
  const timer = timerSubjects({ address, name: 'deadline', n: 1 });

  it.each(['GATEWAY', 'REFLEX', 'PROJECTOR', 'MEMORY', 'ARM_NOOP', 'T_acme'])('%s may not', async (account) => {
    const connection = await platform.as(account);
    expect(await store(connection, timer.waits, '{}', scheduled(timer.fired))).toBeUndefined();
    expect(await store(connection, timer.fired)).toBeUndefined();
    expect(await ask(connection, `$JS.API.DIRECT.GET.TIMERS.${timer.waits}`)).toMatchObject({ headers: { code: 503 } });
    expect(await held(platform, 'TIMERS', [timer.waits, timer.fired])).toEqual([]);
  });

  it.each([
    ['GATEWAY', 'ingress.acme.submit'],
    ['ARM_NOOP', `${taskPrefix('acme', 'x')}.arm.noop.s.1.note.1`],
    ['T_acme', 'ingress.acme.submit'],
    ['ORCHESTRATOR', `${taskPrefix('acme', 'x')}.flow.end`],
  ])('%s can make no timer of what it may write elsewhere', async (account, subject) => {
    const attacked = await store(await platform.as(account), subject, '{}', scheduled(decision));
    expect(attacked).toBeUndefined();
  });

  it('an orchestrator may, and what it fires is an event of the facet timer', async () => {
    expect(await store(await platform.as('ORCHESTRATOR'), timer.waits, '{}', scheduled(timer.fired))).toBeGreaterThan(0);
    await eventually(async () => Object.keys(await inLog(timer.event)).length === 1);
  });

  it('an orchestrator may not fire by itself, nor purge or change the stream', async () => {
    const orchestrator = await platform.as('ORCHESTRATOR');
    const other = timerSubjects({ address, name: 'deadline', n: 9 });
    expect(await store(orchestrator, other.fired)).toBeUndefined();
    for (const request of ['STREAM.PURGE.TIMERS', 'STREAM.DELETE.TIMERS', 'STREAM.INFO.TIMERS', 'STREAM.MSG.DELETE.TIMERS'])
      expect(await ask(orchestrator, `$JS.API.${request}`, '{"seq":1}')).toMatchObject({ headers: { code: 503 } });
  });
});

describe('an orchestrator that was taken over', () => {
  const waits = `timer.00.globex.task.victim.attack.1`;

  it.each([
    ['a decision', decision],
    ['an event of the timer’s facet, without firing it', timerSubjects({ address, name: 'attack', n: 1 }).event],
    ['an outcome', `${taskPrefix('globex', 'victim')}.arm.noop.s.1.done`],
    ['every subject', 'evt.>'],
    ['a command', 'ingress.globex.cancel'],
  ])('can not have the server write %s', async (_what, target) => {
    expect(await store(await platform.as('ORCHESTRATOR'), waits, '{}', scheduled(target))).toBeUndefined();
  });

  it('fires nothing into other facets and aggregates, whatever the target', async () => {
    const before = await inLog('evt.>');
    const targets = [
      'fired.00.globex.identity.globex.key.1',
      'fired.00.globex.task.victim.flow.end.now',
      'fired.00.globex.document.d.flow.version',
      'fired.evt.00.globex.task.victim.flow.end',
      'timer.00.globex.task.victim.again.1',
    ];
    for (const [i, target] of targets.entries())
      expect(await store(await platform.as('ORCHESTRATOR'), `${waits}${i}`, '{}', scheduled(target))).toBeGreaterThan(0);
    await fired();
    const added = Object.keys(await inLog('evt.>')).filter((subject) => !(subject in before));
    expect(added.filter((subject) => subject.split('.')[5] !== 'timer')).toEqual([]);
  });

  it.each([
    ['roll the log up', { 'Nats-Rollup': 'all' }],
    ['roll a subject up', { 'Nats-Rollup': 'sub' }],
    ['purge a decision of the log', { 'Nats-Schedule-Next': 'purge', 'Nats-Scheduler': decision }],
    ['claim another place in the log', { 'Nats-Stream-Source': 'EVENTS 1 > > evt.x' }],
    ['let an event expire', { 'Nats-TTL': '1s', 'Nats-Schedule-TTL': '1s' }],
    ['make an event a duplicate', { 'Nats-Msg-Id': 'the-same' }],
    ['expect something', { 'Nats-Expected-Last-Subject-Sequence': '0', 'Nats-Expected-Last-Subject-Sequence-Subject': 'evt.>' }],
  ])('can not %s by the headers of a timer', async (_what, headers) => {
    const before = await inLog('evt.>');
    const { fired: target } = timerSubjects({ address: { ...address, id: 'attack' }, name: 'a', n: ++barriers });
    await store(await platform.as('ORCHESTRATOR'), `timer.00.attack.${barriers}`, '{}', scheduled(target, headers));
    await store(await platform.as('ORCHESTRATOR'), `timer.00.attack.${barriers}`, '{}', { headers });
    await fired();
    expect(await inLog('evt.>')).toMatchObject(before);
    expect((await inLog(decision))[decision]).toBe(2);
  });

  it('can not even replace what it has fired itself: both firings stay', async () => {
    const { waits: at, fired: target, event } = timerSubjects({ address: { ...address, id: 'rolled' }, name: 'a', n: 1 });
    const before = await inLog('evt.>');
    for (const body of ['{"first":true}', '{"second":true}']) {
      expect(
        await store(await platform.as('ORCHESTRATOR'), at, body, scheduled(target, { 'Nats-Schedule-Rollup': 'sub' })),
      ).toBeGreaterThan(0);
      await fired();
    }
    expect(await inLog('evt.>')).toMatchObject(before);
    expect((await inLog(event))[event]).toBe(2);
  });
});
