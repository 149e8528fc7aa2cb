import { describe, expect, it } from '@jest/globals';
import { taskPrefix } from '@octobus/contracts';
import type { RecordedEvent } from '@octobus/event-log';
import { Fault } from '@octobus/kernel';
import { TaskEnds } from './task-ends.ts';

const ID = '01900000-0000-7000-8000-000000000001';
const OTHER = '01900000-0000-7000-8000-000000000002';

const event = (task: string, facets: string, type: string, sequence: number, tenant = 'acme'): RecordedEvent =>
  ({
    subject: `${taskPrefix(tenant, task)}.${facets}`,
    address: { shard: '00', tenant, aggregate: 'task', id: task, facet: facets.split('.') },
    sequence,
    storedAt: 0,
    envelope: { type },
    body: { type, data: {} },
  }) as unknown as RecordedEvent;
const end = (task: string, sequence: number, tenant?: string): RecordedEvent =>
  event(task, 'flow.end', 'task.completed.v1', sequence, tenant);

const nothing = { last: () => Promise.resolve(undefined) };
const pending = (promise: Promise<number>): Promise<unknown> => Promise.race([promise, Promise.resolve('waits')]);

describe('the ends of tasks', () => {
  it('are told to all who wait for them, and to nobody else', async () => {
    const ends = new TaskEnds(nothing);
    const [first, second, stranger, namesake] = [
      ends.wait('acme', ID),
      ends.wait('acme', ID),
      ends.wait('acme', OTHER),
      ends.wait('globex', ID),
    ];
    ends.seen(end(ID, 12));
    expect(await Promise.all([first.ended, second.ended])).toEqual([12, 12]);
    expect(await pending(stranger.ended)).toBe('waits');
    expect(await pending(namesake.ended)).toBe('waits');
  });

  it('are no other event of the task, but its rejection is one', async () => {
    const ends = new TaskEnds(nothing);
    const wait = ends.wait('acme', ID);
    ends.seen(event(ID, `request.submit.${ID}`, 'task.accepted.v1', 3));
    ends.seen(event(ID, 'flow.step.noop.b.s1.1', 'task.plan-adopted.v1', 4));
    expect(await pending(wait.ended)).toBe('waits');
    ends.seen(event(ID, `request.submit.${ID}`, 'task.rejected.v1', 5));
    expect(await wait.ended).toBe(5);
  });

  it('are looked up when the feed may have missed them, or the task ended before', async () => {
    const asked: string[] = [];
    const last = (subject: string) => {
      asked.push(subject);
      return Promise.resolve(subject.includes(ID) ? end(ID, 7) : undefined);
    };
    const ends = new TaskEnds({ last });
    const [gone, open] = [ends.wait('acme', ID), ends.wait('acme', OTHER)];
    ends.missed();
    expect(await gone.ended).toBe(7);
    expect(asked).toEqual([`${taskPrefix('acme', ID)}.flow.end`, `${taskPrefix('acme', OTHER)}.flow.end`]);
    expect(await pending(open.ended)).toBe('waits');
    const late = ends.wait('acme', ID);
    await late.lookUp();
    expect(await late.ended).toBe(7);
  });

  it('fail with the log when they are looked up', async () => {
    const fault = new Fault('log-unavailable', { retryable: true, message: 'no answer' });
    const wait = new TaskEnds({ last: () => Promise.reject(fault) }).wait('acme', ID);
    await wait.lookUp();
    await expect(wait.ended).rejects.toBe(fault);
  });

  it('are forgotten when nobody waits any more', () => {
    const ends = new TaskEnds(nothing);
    const [first, second] = [ends.wait('acme', ID), ends.wait('acme', ID)];
    first.stop();
    expect(ends.tasks).toBe(1);
    second.stop();
    second.stop();
    expect(ends.tasks).toBe(0);
  });
});
