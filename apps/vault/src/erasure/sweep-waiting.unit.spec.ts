import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type Envelope, type EventBody, facet, subjectToken, targetOf, taskPrefix } from '@octobus/contracts';
import { InMemoryEventLog, type StoredMessage } from '@octobus/event-log';
import { seal, subjectKey } from '@octobus/sealing';
import { sweepWaiting } from './sweep-waiting.ts';

const DOOR_KEY = 'a door key of the test';
const TASK = '0190f5fe-7c00-7a00-8abc-0123456789ab';
const ada = { tenant: 'acme', subject: subjectToken(DOOR_KEY, 'acme', 'Ada') };

/** Messages in memory, as a stream gives them. */
function waiting(...messages: readonly (readonly [subject: string, body: unknown, headers?: Readonly<Record<string, string>>])[]) {
  const held = new Map<number, StoredMessage>(
    messages.map(([subject, body, headers = {}], i) => [
      i + 1,
      {
        subject,
        sequence: i + 1,
        storedAt: 0,
        header: (name: string) => headers[name],
        data: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
      },
    ]),
  );
  return {
    left: () => [...held.keys()],
    async *under(filter: string): AsyncIterable<StoredMessage> {
      const [head, second, third] = filter.split('.');
      for (const message of held.values()) {
        const tokens = message.subject.split('.');
        if (tokens[0] === head && (head === 'ingress' ? tokens[1] === second : tokens[2] === third)) yield message;
      }
    },
    erase: (sequence: number) => Promise.resolve(void held.delete(sequence)),
  };
}

async function logWithTask(): Promise<InMemoryEventLog> {
  const log = new InMemoryEventLog();
  const subject = `${taskPrefix('acme', TASK)}.${facet.request('submit', TASK)}`;
  const body: EventBody = { type: 'task.accepted.v1', data: { dataSubject: ada.subject } };
  const envelope: Envelope = { id: 'e', type: body.type, source: 't', time: '', correlation: TASK, causation: '', actor: 't' };
  await log.append({ subject, envelope, body }, { filter: subject, sequence: 0 });
  return log;
}

describe('what waits of a person', () => {
  it('is deleted, whether they are named, known by the door, or by their task; everything else is left', async () => {
    const commands = waiting(
      ['ingress.acme.submit', { goal: 'x', dataSubject: 'Ada' }],
      ['ingress.acme.ingest', { name: 'a', text: 'b', dataSubject: 'Ada' }],
      ['ingress.acme.submit', { sealed: 'a..b.c.d' }, { 'octo-data-subject': ada.subject }],
      ['ingress.acme.cancel', { taskId: TASK, reason: 'Ada said so' }],
      ['ingress.acme.create-schedule', { name: 'x', task: { goal: 'x', dataSubject: 'Ada' } }],
      ['ingress.acme.submit', { goal: 'x', dataSubject: 'Bob' }],
      ['ingress.acme.submit', { goal: 'of the account itself' }],
      ['ingress.acme.submit', 'no json {'],
      ['ingress.acme.create-key', { keyId: 'k', dataSubject: 'Ada' }],
      ['ingress.acme.cancel', { taskId: TASK.replace('0190', '0191') }],
      ['ingress.globex.submit', { goal: 'x', dataSubject: 'Ada' }],
    );
    const dead = { 'octo-dead-subject': 'ingress.acme.submit' };
    const letters = waiting(
      ['dlq.reflex.acme.command.1', { goal: 'x', dataSubject: 'Ada' }, dead],
      ['dlq.orchestrator.acme.task.' + TASK, ''],
      ['dlq.arm-noop.acme.task.x', '', { 'octo-data-subject': ada.subject }],
      [
        'dlq.reflex.acme.command.5',
        {
          sealed: seal(subjectKey({ ...ada, subject: 'nats' }, randomBytes(32)), { id: `letter-${ada.subject.replaceAll('-', '')}` }, 'x'),
        },
        dead,
      ],
      ['dlq.reflex.acme.command.2', { goal: 'x', dataSubject: 'Bob' }, dead],
      ['dlq.reflex.acme.command.3', '', dead],
      ['dlq.reflex.globex.command.4', { goal: 'x', dataSubject: 'Ada' }, { 'octo-dead-subject': 'ingress.globex.submit' }],
    );
    const deleted = await sweepWaiting({ log: await logWithTask(), commands, letters, doorKey: DOOR_KEY }, ada);
    expect(commands.left()).toEqual([6, 7, 8, 9, 10, 11]);
    expect(letters.left()).toEqual([5, 6, 7]);
    expect(deleted).toBe(9);
  });

  it('is also the word by which a task is cancelled that waits itself, and their name where their erasure is asked for', async () => {
    const [task, named] = [TASK.replace('0190', '0195'), { 'ce-id': 'one', 'ce-source': 'shop' }];
    const derived = targetOf(DOOR_KEY, 'acme', 'task', undefined, 'shop\none');
    const commands = waiting(
      ['ingress.acme.cancel', { taskId: task, reason: 'Ada said so' }],
      ['ingress.acme.submit', { goal: 'x', dataSubject: 'Ada' }, { 'ce-subject': task }],
      ['ingress.acme.submit', { goal: 'x', dataSubject: 'Ada' }, named],
      ['ingress.acme.submit', { goal: 'x', dataSubject: 'Bob' }, { 'ce-subject': TASK }],
      ['ingress.acme.cancel', { taskId: derived, reason: 'Ada said so' }],
      ['ingress.acme.cancel', { taskId: TASK, reason: 'Bob said so' }],
      ['ingress.acme.erase', { subject: 'Ada' }],
      ['ingress.acme.erase', { subject: 'Bob' }],
      ['ingress.acme.erase', { dataSubject: ada.subject }],
    );
    const dead = { 'octo-dead-subject': 'ingress.acme.cancel' };
    const letters = waiting(['dlq.reflex.acme.command.1', { taskId: task, reason: 'Ada said so' }, dead]);
    expect(await sweepWaiting({ log: new InMemoryEventLog(), commands, letters, doorKey: DOOR_KEY }, ada)).toBe(6);
    expect(commands.left()).toEqual([4, 6, 8, 9]);
    expect(letters.left()).toEqual([]);
  });

  it('of a tenant’s own account is what names nobody', async () => {
    const commands = waiting(['ingress.acme.submit', { goal: 'x' }], ['ingress.acme.submit', { goal: 'x', dataSubject: 'Ada' }]);
    const account = { tenant: 'acme', subject: subjectToken(DOOR_KEY, 'acme', 'nats:acme') };
    expect(await sweepWaiting({ log: new InMemoryEventLog(), commands, letters: waiting(), doorKey: DOOR_KEY }, account)).toBe(1);
    expect(commands.left()).toEqual([2]);
  });
});
