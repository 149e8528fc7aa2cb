import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { subjectToken } from '@octobus/contracts';
import { Fault } from '@octobus/kernel';
import { KeyRing, KeyedSealing, SEALING_FAULTS, openBytes, sealedCommand, sealedHeader, subjectKey } from '@octobus/sealing';
import { DOOR_KEY } from '../../test/ingress-message.ts';
import { keptCommand } from './kept-command.ts';

const bytes = randomBytes(32);
const sealing = new KeyedSealing(new KeyRing({ ask: () => Promise.resolve(bytes) }));
const given = (verb: string, body: unknown) => ({
  subject: `ingress.acme.${verb}`,
  data: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
const failing = (code: string, retryable: boolean) =>
  new KeyedSealing(new KeyRing({ ask: () => Promise.reject(new Fault(code, { retryable, message: 'no' })) }));

const TASK = '0190f5fe-7c00-7a00-8abc-0123456789ab';
const keeping = (by = sealing, room = true) => ({
  sealing: by,
  doorKey: DOOR_KEY,
  roomFor: () => room,
  personOfTask: (tenant: string, task: string) =>
    Promise.resolve(task === TASK ? subjectToken(DOOR_KEY, tenant, 'the person of the task') : undefined),
});

describe('what a dead letter keeps of a command that came in the clear', () => {
  it.each([
    ['the person that it names', 'submit', { goal: 'nobody is to know', dataSubject: 'Ada' }, 'Ada'],
    ['the person whom the tasks of a schedule are about', 'create-schedule', { task: { goal: 'nobody', dataSubject: 'Ada' } }, 'Ada'],
    ['the person whose task is cancelled', 'cancel', { taskId: TASK, reason: 'nobody is to know' }, 'the person of the task'],
    ['the account, when the log knows no such task', 'cancel', { taskId: DOOR_KEY, reason: 'nobody is to know' }, 'nats:acme'],
    ['the person who is to be erased, and is named', 'erase', { subject: 'nobody' }, 'nobody'],
    ['the account that sent it, when it names nobody', 'ingest', { text: 'nobody is to know' }, 'nats:acme'],
  ])('is sealed with the key of %s, byte for byte', async (_who, verb, body, name) => {
    const command = given(verb, body);
    const kept = (await keptCommand(command, keeping())) ?? new Uint8Array();
    expect(Buffer.from(kept).toString()).not.toContain('nobody');
    const sealed = sealedCommand(kept) ?? '';
    const person = { tenant: 'acme', subject: subjectToken(DOOR_KEY, 'acme', name) };
    expect(sealedHeader(sealed)).toMatchObject({ ...person, id: `letter-${person.subject.replaceAll('-', '')}` });
    expect(openBytes(subjectKey(person, bytes), sealed)).toEqual(command.data);
  });

  it.each([
    ['is sealed already', given('submit', { sealed: 'a..b.c.d' })],
    ['holds nothing of a person', given('pause-schedule', { scheduleId: 'x' })],
    ['cancels without a reason', given('cancel', { taskId: TASK })],
    ['erases by a token', given('erase', { dataSubject: TASK })],
  ])('is the same when it %s', async (_what, command) => {
    expect(await keptCommand(command, keeping())).toBe(command.data);
  });

  it('is nothing when it can’t be read, or its person was erased', async () => {
    expect(await keptCommand(given('submit', 'no json {'), keeping())).toBeUndefined();
    expect(await keptCommand(given('submit', { goal: 'x' }), keeping(failing(SEALING_FAULTS.erased, false)))).toBeUndefined();
  });

  it('is sealed with the key of the account while the log is full: nobody gets a first key then', async () => {
    const kept = (await keptCommand(given('submit', { goal: 'x', dataSubject: 'Ada' }), keeping(sealing, false))) ?? new Uint8Array();
    const [ada, account] = ['Ada', 'nats:acme'].map((name) => subjectToken(DOOR_KEY, 'acme', name));
    expect(sealedHeader(sealedCommand(kept) ?? '')).toMatchObject({ subject: account, id: `letter-${ada?.replaceAll('-', '')}` });
  });

  it('is waited for while there is no vault: nothing is kept in the clear', async () => {
    const without = failing(SEALING_FAULTS.unavailable, true);
    await expect(keptCommand(given('submit', { goal: 'x' }), keeping(without))).rejects.toMatchObject({ retryable: true });
  });
});
