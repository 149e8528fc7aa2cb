import { describe, expect, it } from '@jest/globals';
import { type Envelope, type EventBody, facet, taskPrefix } from '@octobus/contracts';
import { InMemoryEventLog } from '@octobus/event-log';
import { KeyQuestions } from './key-questions.ts';

const TASK = '0190f5fe-7c00-7a00-8abc-0123456789ab';
const person = { tenant: 'acme', subject: 'person-1' };
const prefix = taskPrefix('acme', TASK);
const step = `${prefix}.${facet.step('noop', 'b', 's1', 1)}`;

interface Story {
  readonly log: InMemoryEventLog;
  readonly questions: KeyQuestions;
  readonly counts: string[];
  add(place: string, body: EventBody): Promise<void>;
}

/** A task of person-1 whose step s1 is scheduled for the arm noop. */
async function story(): Promise<Story> {
  const log = new InMemoryEventLog();
  const counts: string[] = [];
  const questions = new KeyQuestions({
    log,
    keys: { get: () => Promise.resolve(Buffer.alloc(32, 7)) },
    trusted: ['gateway'],
    counted: (service, outcome) => void counts.push(`${service} ${outcome}`),
  });
  const add = async (place: string, body: EventBody): Promise<void> => {
    const subject = `${prefix}.${place}`;
    const envelope: Envelope = { id: 'e', type: body.type, source: 't', time: '', correlation: TASK, causation: '', actor: 't' };
    await log.append({ subject, envelope, body }, { filter: subject, sequence: 0 });
  };
  await add(facet.request('submit', TASK), { type: 'task.accepted.v1', data: { dataSubject: person.subject } });
  await add(facet.step('noop', 'b', 's1', 1), { type: 'task.steps-scheduled.v1', data: {} });
  return { log, questions, counts, add };
}

const refused = { code: 'vault-refused', retryable: false };

describe('the key of a person', () => {
  it('is given to a service that may open all, and to an arm at work on a task of theirs; each is counted', async () => {
    const { questions, counts } = await story();
    const answer = { key: Buffer.alloc(32, 7).toString('base64url') };
    await expect(questions.answer('gateway', person)).resolves.toEqual(answer);
    await expect(questions.answer('arm-noop', { ...person, dispatch: step })).resolves.toEqual(answer);
    await expect(questions.answer('arm-noop', person)).rejects.toMatchObject(refused);
    expect(counts).toEqual(['gateway granted', 'arm-noop granted', 'arm-noop refused']);
  });

  it('is given for a dispatch of several, too', async () => {
    const { questions, add } = await story();
    await add(facet.fan('noop', 'a', 's2', 1), { type: 'task.step-dispatched.v1', data: {} });
    const dispatch = `${prefix}.${facet.fan('noop', 'a', 's2', 1)}`;
    await expect(questions.answer('arm-noop', { ...person, dispatch })).resolves.toBeDefined();
  });

  it.each([
    ['another arm', 'arm-judge', { ...person, dispatch: step }],
    ['another person', 'arm-noop', { ...person, subject: 'person-2', dispatch: step }],
    ['another tenant', 'arm-noop', { ...person, tenant: 'globex', dispatch: step }],
    ['an attempt that was never scheduled', 'arm-noop', { ...person, dispatch: `${prefix}.${facet.step('noop', 'b', 's1', 2)}` }],
    ['a decision that dispatches nothing', 'arm-noop', { ...person, dispatch: `${prefix}.flow.steps.1` }],
    ['an outcome', 'arm-noop', { ...person, dispatch: `${prefix}.${facet.done('noop', 's1', 1)}` }],
    ['a wildcard', 'arm-noop', { ...person, dispatch: `${prefix}.flow.step.noop.*.s1.1` }],
    ['no event at all', 'arm-noop', { ...person, dispatch: 'KEYS' }],
    ['a task that isn’t there', 'arm-noop', { ...person, dispatch: step.replaceAll(TASK, TASK.replace('0190', '0191')) }],
    ['no person', 'gateway', { tenant: 'acme' }],
    ['a subject with a wildcard', 'gateway', { tenant: 'acme', subject: '*' }],
    ['nothing', 'gateway', null],
  ])('is refused to %s', async (_who, service, question) => {
    const { questions } = await story();
    await expect(questions.answer(service, question)).rejects.toMatchObject(refused);
  });

  it.each([
    ['done', facet.done('noop', 's1', 1), { type: 'task.step-done.v1', data: {} }],
    ['closed', facet.closed('noop', 's1', 1), { type: 'task.attempt-closed.v1', data: {} }],
  ] as const)('is refused once the attempt is %s', async (_what, place, body) => {
    const { questions, add } = await story();
    await add(place, body);
    await expect(questions.answer('arm-noop', { ...person, dispatch: step })).rejects.toMatchObject(refused);
  });
});
