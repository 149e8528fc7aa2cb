import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  type EventBody,
  HEADER,
  aggregatePrefix,
  bodyDigest,
  clearSlot,
  facet,
  idFromName,
  schedulePrefix,
  taskPrefix,
} from '@octobus/contracts';
import { InMemoryEventLog } from '@octobus/event-log';
import { envelopeOf } from '@octobus/event-log/testing';
import { instantOf } from '@octobus/kernel';
import { KeyRing, KeyedSealing } from '@octobus/sealing';
import { createLogger, noTracing } from '@octobus/telemetry';
import { DOOR_KEY, published } from '../../test/ingress-message.ts';
import { IngressHandler } from './ingress.handler.ts';

const ID = '0192f0c1-2d3e-7a4b-8c5d-6e7f8091a2b3';
const TASK = { goal: 'what was said before there was a vault', dataSubject: 'Ada' };
const SCHEDULE = { name: 'nightly', cron: '0 0 * * *', task: TASK };
const TEXT = 'text of before';
const DOCUMENT = { name: 'manual.md', mediaType: 'text/markdown', text: TEXT, dataSubject: 'Ada' };

/** Recorded by a release without a vault: people by their names, digests under the tenant's key or none. */
async function reflexAfter(subject: string, body: EventBody) {
  const log = new InMemoryEventLog();
  await log.append({ subject, envelope: envelopeOf(body.type, subject.split('.')[4] ?? ''), body }, { filter: subject, sequence: 0 });
  const key = randomBytes(32);
  const reflex = new IngressHandler({
    log,
    sealing: new KeyedSealing(new KeyRing({ ask: () => Promise.resolve(key) })),
    logger: createLogger('test', 'silent'),
    tracing: noTracing,
    clock: () => instantOf(1_800_000_000_000),
    doorKey: DOOR_KEY,
  });
  return { log, reflex };
}

const again = (verb: 'submit' | 'create-schedule' | 'ingest', body: object) => published(verb, body, { headers: { [HEADER.subject]: ID } });

const DOCUMENT_ID = idFromName(DOOR_KEY, 'acme', 'document', DOCUMENT.name);
const RECORDED = [
  [
    'submit',
    TASK,
    { ...TASK, goal: 'something else' },
    `${taskPrefix('acme', ID)}.${facet.request('submit', ID)}`,
    { type: 'task.accepted.v1', data: { owner: 'nats:acme', dataSubject: 'Ada', bodyDigest: bodyDigest(DOOR_KEY, 'acme', TASK) } },
  ],
  [
    'create-schedule',
    SCHEDULE,
    { ...SCHEDULE, cron: '1 0 * * *' },
    `${schedulePrefix('acme', ID)}.${facet.request('create-schedule', ID)}`,
    {
      type: 'schedule.create-requested.v1',
      data: { owner: 'nats:acme', dataSubject: 'Ada', bodyDigest: bodyDigest(DOOR_KEY, 'acme', SCHEDULE) },
    },
  ],
  [
    'ingest',
    DOCUMENT,
    { ...DOCUMENT, text: 'something else' },
    `${aggregatePrefix({ tenant: 'acme', aggregate: 'document', id: DOCUMENT_ID })}.${facet.request('ingest', 'c-1')}`,
    {
      type: 'document.ingest-requested.v1',
      data: {
        owner: 'nats:acme',
        dataSubject: 'Ada',
        commandId: 'c-1',
        digest: createHash('sha256').update(TEXT).digest('hex'),
        size: TEXT.length,
        mediaType: 'text/markdown',
        content: clearSlot([]),
      },
    },
  ],
] as const satisfies readonly (readonly ['submit' | 'create-schedule' | 'ingest', object, object, string, EventBody])[];

describe('a command that was recorded before there was a vault', () => {
  it.each(RECORDED)('%s is the same when it comes again', async (verb, body, _other, subject, recorded) => {
    const { log, reflex } = await reflexAfter(subject, recorded as EventBody);
    await reflex.handle(again(verb, body));
    expect(await log.lastSequence()).toBe(1);
  });

  it.each(RECORDED)('%s is in conflict with another under its name', async (verb, _body, other, subject, recorded) => {
    const { reflex } = await reflexAfter(subject, recorded as EventBody);
    await expect(reflex.handle(again(verb, other))).rejects.toMatchObject({ code: 'command-conflict', retryable: false });
  });
});
