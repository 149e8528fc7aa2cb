import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aggregatePrefix, taskPrefix } from '@octobus/contracts';
import { startNats } from '@octobus/testing';
import type { NatsFixture } from '@octobus/testing';
import { configOf, held, landscapeOf, openPlatform, store } from '../../test/platform.ts';
import type { Platform } from '../../test/platform.ts';

const landscape = landscapeOf();
let server: NatsFixture;
let platform: Platform;

beforeAll(async () => {
  server = await startNats({ config: configOf(landscape) });
  platform = await openPlatform(server.url, landscape);
});

afterAll(async () => {
  await platform?.close();
  await server?.stop();
});

const task = (account: string): string => taskPrefix('acme', account.toLowerCase().replaceAll('_', '-'));
const other = (aggregate: 'identity' | 'audit' | 'document' | 'letter' | 'schedule' | 'subject' | 'policy', account: string): string =>
  aggregatePrefix({ tenant: 'acme', aggregate, id: account.toLowerCase().replaceAll('_', '-') });

/** One subject of every kind that is stored; each account tries its own copy of all of them. */
const KINDS: Readonly<Record<string, (account: string) => string>> = {
  'command of acme': () => 'ingress.acme.submit',
  'command of globex': () => 'ingress.globex.submit',
  'another command of acme': () => 'ingress.acme.cancel',
  'command of the platform': () => 'ingress._.create-tenant',
  'task request': (a) => `${task(a)}.request.submit.1`,
  'identity request': (a) => `${other('identity', a)}.request.create-key.1`,
  'document request': (a) => `${other('document', a)}.request.ingest.1`,
  'task decision': (a) => `${task(a)}.flow.end`,
  'step of an arm': (a) => `${task(a)}.flow.step.noop.a.s.1`,
  dispatch: (a) => `${task(a)}.fan.noop.a.s.1`,
  timer: (a) => `${task(a)}.timer.deadline.1`,
  'schedule decision': (a) => `${other('schedule', a)}.flow.state`,
  'identity fact': (a) => `${other('identity', a)}.flow.key.1`,
  'audit fact': (a) => `${other('audit', a)}.flow.denied.1`,
  'letter request': (a) => `${other('letter', a)}.request.redrive.1`,
  'letter fact': (a) => `${other('letter', a)}.flow.redrive`,
  'document fact': (a) => `${other('document', a)}.flow.indexed`,
  'policy request': (a) => `${other('policy', a)}.request.set-policy.1`,
  'policy version': (a) => `${other('policy', a)}.flow.state`,
  'subject request': (a) => `${other('subject', a)}.request.erase.1`,
  'subject fact': (a) => `${other('subject', a)}.flow.erased`,
  'wrapped key': (a) => `key.acme.${a.toLowerCase().replaceAll('_', '-')}`,
  'call of noop': (a) => `${task(a)}.arm.noop.s.1.call.1`,
  'result of noop': (a) => `${task(a)}.arm.noop.s.1.result.1`,
  'note of noop': (a) => `${task(a)}.arm.noop.s.1.note.1`,
  'outcome of noop': (a) => `${task(a)}.arm.noop.s.1.done`,
  'closing of noop': (a) => `${task(a)}.arm.noop.s.1.closed`,
  'unheard-of facet of noop': (a) => `${task(a)}.arm.noop.s.1.other`,
  'note of planner': (a) => `${task(a)}.arm.planner.s.1.note.1`,
  'outcome of planner': (a) => `${task(a)}.arm.planner.s.1.done`,
  content: (a) => `blob.${createHash('sha256').update(a).digest('hex')}.0`,
  'dead letter of noop': (a) => `dlq.arm-noop.acme.task.${a}`,
  'dead letter of planner': (a) => `dlq.arm-planner.acme.task.${a}`,
  'dead letter of reflex': (a) => `dlq.reflex.acme.task.${a}`,
  'dead letter of orchestrator': (a) => `dlq.orchestrator.acme.task.${a}`,
  'dead letter of memory': (a) => `dlq.memory.acme.document.${a}`,
  'waiting timer': (a) => `timer.00.acme.task.${a}.deadline.1`,
  'fired timer': (a) => `fired.00.acme.task.${a}.deadline.1`,
  'count of a limit': (a) => `$KV.LIMITS.${a.toLowerCase().replaceAll('_', '-')}`,
  'remembered answer': (a) => `$KV.CACHE.${a.toLowerCase().replaceAll('_', '-')}`,
  'dead letter of the vault': (a) => `dlq.vault.acme.subject.${a}`,
};

const MAY_WRITE: Readonly<Record<string, readonly string[]>> = {
  PLATFORM: Object.keys(KINDS),
  GATEWAY: ['command of acme', 'command of globex', 'another command of acme', 'command of the platform', 'content', 'count of a limit'],
  REFLEX: [
    'task request',
    'identity request',
    'document request',
    'identity fact',
    'audit fact',
    'letter request',
    'policy request',
    'policy version',
    'subject request',
    'dead letter of reflex',
    'count of a limit',
    'remembered answer',
  ],
  ORCHESTRATOR: [
    'command of acme',
    'command of globex',
    'task decision',
    'step of an arm',
    'dispatch',
    'schedule decision',
    'closing of noop',
    'dead letter of orchestrator',
    'waiting timer',
  ],
  PROJECTOR: [],
  VAULT: ['subject fact', 'wrapped key', 'dead letter of the vault'],
  MEMORY: ['document fact', 'content', 'dead letter of memory'],
  ARM_NOOP: ['call of noop', 'result of noop', 'note of noop', 'outcome of noop', 'content', 'dead letter of noop'],
  ARM_PLANNER: ['note of planner', 'outcome of planner', 'content', 'dead letter of planner'],
  T_acme: ['command of acme', 'another command of acme'],
  T_globex: ['command of globex'],
};

const streamOf = (subject: string): string =>
  /^\$KV\.(LIMITS|CACHE)\./.exec(subject)?.[1]?.replace(/^/, 'KV_') ??
  { ingress: 'INGRESS', blob: 'CONTENT', dlq: 'DLQ', timer: 'TIMERS', fired: 'TIMERS', key: 'KEYS' }[
    subject.slice(0, subject.indexOf('.'))
  ] ??
  'EVENTS';

describe('what an account may write', () => {
  it.each(Object.entries(MAY_WRITE))('%s writes its own kinds of messages and nothing else', async (account, allowed) => {
    const connection = await platform.as(account);
    const written: string[] = [];
    for (const [kind, subject] of Object.entries(KINDS)) {
      if ((await store(connection, subject(account))) !== undefined) written.push(kind);
    }
    expect(written).toEqual(Object.keys(KINDS).filter((kind) => allowed.includes(kind)));
  });

  it.each(Object.entries(MAY_WRITE))('%s left nothing in the streams that it was told was refused', async (account, allowed) => {
    const refused = Object.entries(KINDS).filter(([kind, subject]) => !allowed.includes(kind) && !subject(account).startsWith('ingress.'));
    for (const [, subject] of refused) expect(await held(platform, streamOf(subject(account)), [subject(account)])).toEqual([]);
    const stored = Object.entries(KINDS).filter(([kind, subject]) => allowed.includes(kind) && !subject(account).startsWith('ingress.'));
    for (const [, subject] of stored) expect(await held(platform, streamOf(subject(account)), [subject(account)])).toHaveLength(1);
  });

  it('a wildcard in a subject widens nothing: it is stored as it is, inside the sender’s own area, or refused', async () => {
    const arm = await platform.as('ARM_NOOP');
    const tenant = await platform.as('T_acme');
    expect(await store(arm, 'evt.*.acme.task.>.arm.noop.s.1.done')).toBeGreaterThan(0);
    expect(await store(arm, 'evt.*.acme.task.x.arm.*.s.1.done')).toBeUndefined();
    expect(await store(arm, 'evt.>')).toBeUndefined();
    expect(await store(tenant, 'ingress.*.submit')).toBeUndefined();
    expect(await store(tenant, 'ingress.acme.>')).toBeGreaterThan(0);
  });

  it('the first content under a digest stays: neither the same account nor another writes it again', async () => {
    const subject = `blob.${'ab'.repeat(32)}.0`;
    const arm = await platform.as('ARM_NOOP');
    const first = await store(arm, subject, 'first');
    expect(first).toBeGreaterThan(0);
    expect(await store(arm, subject, 'second')).toBeUndefined();
    expect(await store(await platform.as('ARM_PLANNER'), subject, 'third')).toBeUndefined();
    expect(await store(await platform.as('GATEWAY'), subject, 'fourth', { headers: { 'Nats-Rollup': 'sub' } })).toBeUndefined();
    expect((await platform.admin.direct.getMessage('CONTENT', { last_by_subj: subject }))?.string()).toBe('first');
  });
});
