import { beforeEach, describe, expect, it } from '@jest/globals';
import { HEADER } from '@octobus/contracts';
import { type Appended, type EventLog, type Expectation, InMemoryEventLog, type NewEvent, type RecordedEvent } from '@octobus/event-log';
import { Fault, instantOf } from '@octobus/kernel';
import { noSealing } from '@octobus/sealing';
import { LogRoom } from '@octobus/service';
import { createLogger, noTracing } from '@octobus/telemetry';
import { DOOR_KEY, published, signed } from '../../test/ingress-message.ts';
import type { IngressMessage } from '../ingress/command.ts';
import { IngressHandler } from '../ingress/ingress.handler.ts';

const TASK = '0192f0c1-2d3e-7a4b-8c5d-6e7f8091a2b3';
const LETTER = '41-9ac03f77';
const logger = createLogger('test', 'silent');
const handlerOn = (log: EventLog, room?: LogRoom): IngressHandler =>
  new IngressHandler({
    log,
    logger,
    tracing: noTracing,
    clock: () => instantOf(1_800_000_000_000),
    doorKey: DOOR_KEY,
    sealing: noSealing,
    ...(room === undefined ? {} : { room }),
  });

let log: InMemoryEventLog;
let reflex: IngressHandler;
beforeEach(() => {
  log = new InMemoryEventLog();
  reflex = handlerOn(log);
});

async function everything(): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const batch of log.read('evt.>', 1)) events.push(...batch);
  return events;
}
const requests = async () => (await everything()).filter(({ address }) => address.facet[0] === 'request');
const denied = async () => (await everything()).filter(({ body }) => body.type === 'audit.denied.v1');

const key = { keyId: 'k9', secretDigest: 'ab'.repeat(32), scopes: ['tasks:read'] };
const REPORT = { code: 'forbidden', action: 'POST /v1/tenants' };
const COUNTED = { code: 'unauthenticated', source: 'address:3c9f', minute: '2026-11-20T09:15:00Z', count: 12, instance: 'one' };

const CALLS: readonly (readonly [string, () => IngressMessage])[] = [
  ['submit', () => signed('submit', { goal: 'x' }, { target: TASK, origin: 'cli' })],
  ['cancel', () => signed('cancel', { taskId: TASK }, { id: 'c-2', origin: 'rest' })],
  ['ingest', () => signed('ingest', { name: 'a.md', mediaType: 'text/plain', text: 'x' }, { id: 'c-3', origin: 'rest' })],
  ['create-tenant', () => signed('create-tenant', { name: 'globex' }, { tenant: '_', id: 'c-4', origin: 'platform' })],
  ['create-key', () => signed('create-key', key, { id: 'c-5', origin: 'rest' })],
  ['revoke-key', () => signed('revoke-key', { keyId: 'k9' }, { id: 'c-6', origin: 'cli' })],
  ['open-session', () => signed('open-session', { keyId: 'k1' }, { id: 'c-9', origin: 'rest' })],
  [
    'open-replay',
    () => signed('open-replay', { durable: 't-acme-replay-1', from: '12' }, { id: 'c-10', actor: 'nats:acme', origin: 'nats' }),
  ],
  ['close-replay', () => signed('close-replay', { durable: 't-acme-replay-1' }, { id: 'c-11', origin: 'cli' })],
  ['redrive', () => signed('redrive', { letter: LETTER }, { id: 'c-7', origin: 'cli' })],
  ['drop', () => signed('drop', { letter: LETTER }, { id: 'c-8', origin: 'rest' })],
  ['over NATS', () => published('submit', { goal: 'y' }, { headers: { [HEADER.origin]: 'platform', [HEADER.actor]: 'key:root' } })],
];

describe('a call that changes something', () => {
  it('is one request event with who and by what way, however often it is delivered and to whom', async () => {
    const second = handlerOn(log);
    for (const [, message] of CALLS) for (const one of [reflex, second, reflex]) await one.handle(message());
    const told = (await requests()).map(({ envelope: { actor, origin } }) => [actor, origin]);
    expect(told).toEqual([
      ['key:k1', 'cli'],
      ['key:k1', 'rest'],
      ['key:k1', 'rest'],
      ['key:k1', 'platform'],
      ['key:k1', 'rest'],
      ['key:k1', 'cli'],
      ['key:k1', 'rest'],
      ['nats:acme', 'nats'],
      ['key:k1', 'cli'],
      ['key:k1', 'cli'],
      ['key:k1', 'rest'],
      ['nats:acme', 'nats'],
    ]);
  });

  it('is one, too, when the process dies after any of its appends', async () => {
    for (const [, message] of CALLS) {
      for (let dies = 1; dies <= 2; dies++) {
        let appends = 0;
        const append = async (event: NewEvent, expected: Expectation): Promise<Appended> => {
          const appended = await log.append(event, expected);
          if (++appends === dies) throw new Fault('log-unavailable', { retryable: true, message: 'died after its append' });
          return appended;
        };
        const dying = handlerOn(Object.assign(Object.create(log) as EventLog, { append }));
        await dying.handle(message()).catch(() => undefined);
      }
      await reflex.handle(message());
    }
    expect(await requests()).toHaveLength(CALLS.length);
  });

  it('is told of apart when somebody else has asked for the same before', async () => {
    await reflex.handle(signed('submit', { goal: 'x' }, { target: TASK }));
    for (const [id, actor] of [
      ['c-2', 'key:k1'],
      ['c-3', 'key:k2'],
      ['c-3', 'key:k2'],
    ] as const)
      await reflex.handle(signed('cancel', { taskId: TASK }, { id, actor }));
    for (const id of ['c-4', 'c-5']) await reflex.handle(signed('redrive', { letter: LETTER }, { id }));
    const told = (await requests()).map(({ subject, body }) => [subject.split('.').slice(3).join('.'), body.type]);
    expect(told).toEqual([
      [`task.${TASK}.request.submit.${TASK}`, 'task.accepted.v1'],
      [`task.${TASK}.request.cancel.${TASK}`, 'task.cancel-requested.v1'],
      ['audit.c-3.request.cancel.c-3', 'audit.call-repeated.v1'],
      [`letter.${LETTER}.request.redrive.c-4`, 'letter.redrive-requested.v1'],
      [`letter.${LETTER}.request.redrive.c-5`, 'letter.redrive-requested.v1'],
    ]);
    expect((await requests())[2]).toMatchObject({ envelope: { actor: 'key:k2' }, body: { data: { aggregate: 'task', target: TASK } } });
  });
});

describe('a denial', () => {
  it('that the gateway reports is one event of the tenant, once however often it comes', async () => {
    for (let i = 0; i < 2; i++) await reflex.handle(signed('report-denial', REPORT, { id: 'd-1', actor: 'key:k7', origin: 'cli' }));
    await reflex.handle(signed('report-denial', REPORT, { id: 'd-2', actor: 'key:k7', origin: 'cli' }));
    const events = await denied();
    expect(events.map(({ subject }) => subject.split('.').slice(2).join('.'))).toEqual([
      'acme.audit.d-1.flow.denied',
      'acme.audit.d-2.flow.denied',
    ]);
    expect(events[0]).toMatchObject({ envelope: { actor: 'key:k7', origin: 'cli' }, body: { data: { ...REPORT, commandId: 'd-1' } } });
  });

  it.each([
    ['a command that only the platform may send', () => published('create-tenant', { name: 'evil' }), 'command-forbidden', 'create-tenant'],
    ['a forged signature', () => signed('submit', { goal: 'x' }, { key: 'guessed' }), 'signature-forged', 'submit'],
    [
      'a changed origin',
      () => ({ ...signed('submit', { goal: 'x' }, { headers: { [HEADER.origin]: 'cli' } }) }),
      'signature-forged',
      'submit',
    ],
    ['a report of its own making', () => published('report-denial', REPORT), 'command-forbidden', 'report-denial'],
    ['a session of its own making', () => published('open-session', { keyId: 'k1' }), 'command-forbidden', 'open-session'],
    ['a replay that nobody opened', () => published('open-replay', { durable: 't-acme-replay-1' }), 'command-forbidden', 'open-replay'],
    ['counts of its own making', () => published('report-refusals', COUNTED), 'command-forbidden', 'report-refusals'],
  ])('over NATS, of %s, is one event, once however often it is delivered', async (_what, message, code, action) => {
    for (let i = 0; i < 3; i++) await expect(reflex.handle(message())).rejects.toMatchObject({ retryable: false });
    expect((await everything()).map(({ body }) => body.type)).toEqual(['audit.denied.v1']);
    expect((await denied())[0]).toMatchObject({ envelope: { actor: 'nats:acme', origin: 'nats' }, body: { data: { code, action } } });
  });

  it('over NATS is written before the command is given up: while it can’t be, the command comes again', async () => {
    const append = (): Promise<Appended> => Promise.reject(new Fault('log-unavailable', { retryable: true, message: 'not now' }));
    const down = handlerOn(Object.assign(Object.create(log) as EventLog, { append }));
    const message = published('create-tenant', { name: 'evil' });
    await expect(down.handle(message)).rejects.toMatchObject({ code: 'log-unavailable', retryable: true });
    await expect(reflex.handle(message)).rejects.toMatchObject({ code: 'command-forbidden' });
    expect(await denied()).toHaveLength(1);
  });

  it('does not fill a log that is full', async () => {
    const room = new LogRoom({ events: 1, bytes: 0 });
    room.measured([{ events: 20_000, bytes: 0 }]);
    await expect(handlerOn(log, room).handle(published('create-tenant', { name: 'evil' }))).rejects.toMatchObject({
      code: 'command-forbidden',
    });
    expect(await denied()).toEqual([]);
  });
});

describe('counted refusals', () => {
  it('are one event a source, minute and gateway, whatever comes twice', async () => {
    const report = (more: object, id: string) => reflex.handle(signed('report-refusals', { ...COUNTED, ...more }, { tenant: '_', id }));
    await report({}, 'r-1');
    await report({}, 'r-1');
    await report({ minute: '2026-11-20T09:15:00.000Z' }, 'r-1');
    await report({ instance: 'two', count: 7 }, 'r-2');
    await report({ minute: '2026-11-20T09:16:00Z' }, 'r-3');
    await report({ source: 'others' }, 'r-4');
    const events = await everything();
    expect(events.map(({ body }) => (body.data as { count: number }).count)).toEqual([12, 7, 12, 12]);
    expect(events[0]?.address.id).toBe(events[1]?.address.id);
    expect(new Set(events.map(({ address }) => address.id)).size).toBe(3);
  });
});
