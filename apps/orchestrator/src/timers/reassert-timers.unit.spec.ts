import { describe, expect, it } from '@jest/globals';
import { type EventBody, facet, schedulePrefix, taskPrefix } from '@octobus/contracts';
import { InMemoryEventLog, InMemoryTimers } from '@octobus/event-log';
import { formatInstant, instantOf, uuidv7 } from '@octobus/kernel';
import { reassertTimers } from './reassert-timers.ts';

const NOW = instantOf(Date.UTC(2026, 10, 20, 12));
const id = () => uuidv7(NOW, crypto.getRandomValues(new Uint8Array(16)));
const inMs = (ms: number) => formatInstant(instantOf(NOW + ms));

function world() {
  const log = new InMemoryEventLog();
  const timers = new InMemoryTimers(log);
  const record = async (subject: string, correlation: string, body: EventBody): Promise<void> => {
    const envelope = { id: id(), type: body.type, source: 'test', time: '', correlation, causation: '', actor: 'test' };
    await log.append({ subject, envelope, body }, { filter: subject, sequence: 0 });
  };
  const task = async (deadline: string, more: readonly [string, EventBody][] = []): Promise<string> => {
    const task = id();
    const prefix = taskPrefix('acme', task);
    const plan = { origin: 'submitted', steps: [{ id: 'a', agent: 'noop' }] };
    await record(`${prefix}.${facet.request('submit', task)}`, task, { type: 'task.accepted.v1', data: { owner: 'k', deadline, plan } });
    await record(`${prefix}.${facet.deadline}`, task, { type: 'task.deadline-set.v1', data: { deadline } });
    for (const [place, body] of more) await record(`${prefix}.${place}`, task, body);
    return task;
  };
  const schedule = async (status: string): Promise<string> => {
    const schedule = id();
    const state = { name: 's', status, firing: 3, dueAt: inMs(1_000) };
    await record(`${schedulePrefix('acme', schedule)}.${facet.state}`, schedule, { type: 'schedule.armed.v1', data: { state } });
    return schedule;
  };
  const reassert = () => reassertTimers({ log, timers, clock: () => NOW, signal: new AbortController().signal });
  const pending = () => timers.pending.map(({ address, name, n }) => `${address.id} ${name} ${n}`).sort();
  return { log, timers, task, schedule, reassert, pending };
}

describe('when an orchestrator starts', () => {
  it('the timers of open tasks and active schedules that are missing are set again, and no others', async () => {
    const { task, schedule, reassert, pending } = world();
    const open = await task(inMs(5_000));
    const overdue = await task(inMs(-60_000));
    await task(inMs(5_000), [[facet.end, { type: 'task.completed.v1', data: {} }]]);
    await task(inMs(-8 * 86_400_000));
    const active = await schedule('active');
    await schedule('paused');
    expect(await reassert()).toBe(3);
    expect(pending()).toEqual([`${open} deadline 1`, `${overdue} deadline 1`, `${active} firing 3`].sort());
    expect(await reassert()).toBe(0);
  });

  it('a rest after a failure has its timer again', async () => {
    const { task, reassert, pending } = world();
    const scheduled: EventBody = { type: 'task.steps-scheduled.v1', data: { steps: [{ step: 'a', attempt: 1, arm: 'noop' }] } };
    const failed: EventBody = {
      type: 'task.step-done.v1',
      data: { step: 'a', attempt: 1, arm: 'noop', failure: { code: 'boom', retryable: true } },
    };
    const delayed: EventBody = { type: 'task.step-delayed.v1', data: { n: 1, step: 'a', attempt: 1, dueAt: inMs(700), delayMs: 700 } };
    const resting = await task(inMs(-8 * 86_400_000), [
      [facet.step('noop', 'b', 'a', 1), scheduled],
      [facet.done('noop', 'a', 1), failed],
      [facet.delay(1), delayed],
    ]);
    expect(await reassert()).toBe(2);
    expect(pending()).toEqual([`${resting} deadline 1`, `${resting} delay 1`]);
  });

  it('a wait has its timer again until it is over', async () => {
    const { task, reassert, pending } = world();
    const begun: EventBody = { type: 'task.wait-begun.v1', data: { n: 3, step: 'x', dueAt: inMs(90_000) } };
    const ended: EventBody = { type: 'task.wait-ended.v1', data: { n: 3, step: 'x' } };
    const far = inMs(-8 * 86_400_000);
    const waiting = await task(far, [[facet.wait(3), begun]]);
    await task(far, [
      [facet.wait(3), begun],
      [facet.waited(3), ended],
      [facet.end, { type: 'task.completed.v1', data: {} }],
    ]);
    expect(await reassert()).toBe(2);
    expect(pending()).toEqual([`${waiting} deadline 1`, `${waiting} wait 3`]);
  });

  it('a timer that has fired is not set again, although nobody has handled the firing yet', async () => {
    const { task, schedule, timers, reassert } = world();
    await task(inMs(5_000));
    await schedule('active');
    await reassert();
    expect(timers.fire(instantOf(NOW + 10_000))).toHaveLength(2);
    expect(await reassert()).toBe(0);
  });
});
