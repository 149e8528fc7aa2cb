import { beforeEach, describe, expect, it } from '@jest/globals';
import { type EventBody, facet, taskPrefix } from '@octobus/contracts';
import { InMemoryEventLog } from '@octobus/event-log';
import { evolve, noTask, type Task, type TaskEvent } from '@octobus/task';
import { earlierResult } from './earlier-result.ts';

const RESULT = [{ step: 'a', arm: 'noop', attempt: 1 }];
const ACCEPTED = { type: 'task.accepted.v1', data: { owner: 'key:k1', dataSubject: 'ada' } } as const;
const COMPLETED = { type: 'task.completed.v1', data: { spentMicroUsd: '70', steps: 1, result: RESULT } } as const;
const task: Task = evolve(noTask, { ...ACCEPTED, sequence: 1 } as TaskEvent);

let log: InMemoryEventLog;
beforeEach(() => {
  log = new InMemoryEventLog();
});

async function append(tenant: string, id: string, place: string, body: EventBody): Promise<void> {
  const subject = `${taskPrefix(tenant, id)}.${place}`;
  const envelope = {
    id: `${id}-${place.replaceAll('.', '-')}`,
    type: body.type,
    source: 't',
    time: '2030-01-01T00:00:00Z',
    correlation: id,
    causation: id,
    actor: 'a',
  };
  await log.append({ subject, envelope, body }, { filter: subject, sequence: 0 });
}

async function earlier(accepted: EventBody, ended: EventBody | undefined, tenant = 'acme'): Promise<void> {
  await append(tenant, 't1', facet.request('submit', 't1'), accepted);
  if (ended !== undefined) await append(tenant, 't1', facet.end, ended);
}

const result = () => earlierResult(log, 'acme', 't1', task);

describe('the result of a task that asked the same before', () => {
  it('is what its last steps gave', async () => {
    await earlier(ACCEPTED, COMPLETED);
    expect(await result()).toEqual({ task: 't1', result: RESULT });
  });

  it('is that of the task which did the work', async () => {
    await earlier(ACCEPTED, { ...COMPLETED, data: { ...COMPLETED.data, answeredFrom: 't0' } });
    expect(await result()).toEqual({ task: 't0', result: RESULT });
  });

  it.each([
    ['has not ended', ACCEPTED, undefined],
    ['has failed', ACCEPTED, { type: 'task.failed.v1', data: { code: 'x' } } as const],
    ['is another owner’s', { ...ACCEPTED, data: { ...ACCEPTED.data, owner: 'key:k2' } }, COMPLETED],
    ['is about another person', { ...ACCEPTED, data: { ...ACCEPTED.data, dataSubject: 'bob' } }, COMPLETED],
  ])('is none when that task %s', async (_why, accepted, ended) => {
    await earlier(accepted, ended);
    expect(await result()).toBeUndefined();
  });

  it('is none of another tenant’s task, and of what is no task', async () => {
    await earlier(ACCEPTED, COMPLETED, 'globex');
    expect(await result()).toBeUndefined();
    expect(await earlierResult(log, 'acme', '>', task)).toBeUndefined();
  });
});
