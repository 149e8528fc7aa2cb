import { describe, expect, it } from '@jest/globals';
import { type EventBody, facet, taskPrefix } from '@octobus/contracts';
import { viewOf } from '@octobus/task';
import { rowsIn, rowsOf } from './testing/folded-rows.ts';
import { idOf, recorded } from './testing/generated-history.ts';
import type { Fact } from './testing/task-story.ts';

const id = idOf('a task');
const history = (...facts: readonly Fact[]) => facts.map((fact, i) => recorded(taskPrefix('acme', id), fact, i + 1));
const taskAfter = (...facts: readonly Fact[]) => rowsIn(rowsOf(history(...facts)), 'tasks')[0];
const attemptsAfter = (...facts: readonly Fact[]) => rowsIn(rowsOf(history(...facts)), 'task_steps');
const usageAfter = (...facts: readonly Fact[]) => rowsIn(rowsOf(history(...facts)), 'usage');

const SOON = '2026-02-01T00:00:00Z';
const at = (place: string, body: EventBody): Fact => ({ facet: place, body });
const plan = { steps: [{ id: 's1', agent: 'noop' }], origin: 'rules' };
const step = { step: 's1', attempt: 1, arm: 'noop', agent: 'noop@1', class: 'PRIORITY_CLASS_A' } as const;
const usage = [{ model: 'm', costMicroUsd: '40', inputTokens: 10, outputTokens: 2 }];

const accepted = at(facet.request('submit', id), {
  type: 'task.accepted.v1',
  data: { owner: 'o', dataSubject: 'd', class: 'PRIORITY_CLASS_A', deadline: '2026-02-01T00:00:00Z', limits: { budgetMicroUsd: '900' } },
});
const rejected = at(facet.request('submit', id), { type: 'task.rejected.v1', data: { owner: 'o', code: 'injection-blocked' } });
const planning = at(facet.step('planner', 'a', 'plan', 1), {
  type: 'task.steps-scheduled.v1',
  data: { reason: 'planning', steps: [{ step: 'plan', attempt: 1, arm: 'planner' }] },
});
const adopted = at(facet.step('noop', 'a', 's1', 1), { type: 'task.plan-adopted.v1', data: { plan, steps: [step] } });
const done = (arm = 'noop', name = 's1') =>
  at(facet.done(arm, name, 1), { type: 'task.step-done.v1', data: { usage, durationMs: 3, note: '6 passages' } });
const failed = at(facet.done('noop', 's1', 1), { type: 'task.step-done.v1', data: { failure: { code: 'too-slow' }, usage } });
const closed = at(facet.closed('noop', 's1', 1), { type: 'task.attempt-closed.v1', data: { reason: 'task cancelled' } });
const completed = at(facet.end, { type: 'task.completed.v1', data: { spentMicroUsd: '55', steps: 1 } });
const cancelled = at(facet.end, { type: 'task.cancelled.v1', data: { spentMicroUsd: '0' } });

describe('a task in the list', () => {
  it('is accepted with its owner, limits and deadline', () => {
    expect(taskAfter(accepted)).toMatchObject({
      tenant: 'acme',
      id,
      state: 'accepted',
      owner: 'o',
      data_subject: 'd',
      class: 'a',
      budget_micro_usd: 900,
      deadline: '2026-02-01T00:00:00.000Z',
      first_sequence: 1,
      last_sequence: 1,
    });
  });

  it('is rejected with the code, and over', () => {
    expect(taskAfter(rejected)).toMatchObject({ state: 'rejected', failure_code: 'injection-blocked', ended_at: expect.any(String) });
  });

  it('is waiting while any of its steps waits, whatever else is scheduled, and counts what has waited as done', () => {
    const waits = {
      origin: 'submitted',
      steps: [
        { id: 'x', wait: { forMs: '5' } },
        { id: 'y', wait: { forMs: '5' } },
        { id: 's1', agent: 'noop' },
      ],
    };
    const submitted = at(facet.request('submit', id), { type: 'task.accepted.v1', data: { owner: 'o', plan: waits } });
    const scheduled = at(facet.step('noop', 'a', 's1', 1), { type: 'task.steps-scheduled.v1', data: { steps: [step] } });
    const begins = (n: number) => at(facet.wait(n), { type: 'task.wait-begun.v1', data: { n, step: 'xy'[n - 1] as string, dueAt: SOON } });
    const ends = (n: number) => at(facet.waited(n), { type: 'task.wait-ended.v1', data: { n, step: 'xy'[n - 1] as string } });
    const fires = at(facet.timer('wait', 1), { type: 'task.timer-fired.v1', data: { name: 'wait', n: 1 } });
    const story = [submitted, begins(1), begins(2), scheduled, fires, ends(1), fires, done(), ends(2), completed];
    const states = story.map((_, i) => taskAfter(...story.slice(0, i + 1))).map((row) => [row?.state, row?.steps_done, row?.waits_open]);
    expect(states).toEqual([
      ['accepted', 0, 0],
      ['waiting', 0, 1],
      ['waiting', 0, 2],
      ['waiting', 0, 2],
      ['waiting', 0, 2],
      ['waiting', 1, 1],
      ['waiting', 1, 1],
      ['waiting', 2, 1],
      ['running', 3, 0],
      ['completed', 3, 0],
    ]);
    const folded = story.map((_, i) => viewOf(id, history(...story.slice(0, i + 1)))?.view.state);
    expect(folded).toEqual(states.map(([state]) => state));
    expect(taskAfter(submitted, begins(1), cancelled)).toMatchObject({ state: 'cancelled', waits_open: 0 });
    expect(taskAfter(submitted, begins(1), cancelled, ends(1))).toMatchObject({ state: 'cancelled', waits_open: 0, steps_done: 0 });
  });

  it('is planning while the planner works, and running once a plan is adopted', () => {
    expect(taskAfter(accepted, planning)).toMatchObject({ state: 'planning', steps_total: 0 });
    expect(taskAfter(accepted, planning, done('planner', 'plan'), adopted)).toMatchObject({
      state: 'running',
      plan_origin: 'rules',
      steps_total: 1,
      steps_done: 0,
      spent_micro_usd: 40,
    });
  });

  it('counts a step whose outcome succeeded, and what it cost', () => {
    expect(taskAfter(accepted, adopted, done())).toMatchObject({ steps_done: 1, spent_micro_usd: 40, state: 'running' });
  });

  it('counts what a failed attempt cost but not its step', () => {
    expect(taskAfter(accepted, adopted, failed)).toMatchObject({ steps_done: 0, spent_micro_usd: 40 });
    expect(attemptsAfter(accepted, adopted, failed)).toMatchObject([{ state: 'failed', failure_code: 'too-slow' }]);
  });

  it('ends once, with what its end says it spent', () => {
    expect(taskAfter(accepted, adopted, done(), completed, cancelled)).toMatchObject({
      state: 'completed',
      spent_micro_usd: 55,
      ended_at: '2026-01-05T08:00:00.012Z',
      last_sequence: 5,
    });
  });

  it('stays as it was first decided when it is accepted a second time', () => {
    expect(taskAfter(accepted, adopted, accepted)).toMatchObject({ state: 'running', steps_total: 1 });
  });
});

describe('an outcome', () => {
  it('counts once, however often it is there', () => {
    expect(taskAfter(accepted, adopted, done(), done(), failed)).toMatchObject({ steps_done: 1, spent_micro_usd: 40 });
    expect(attemptsAfter(accepted, adopted, done(), failed)).toMatchObject([{ state: 'succeeded', note: '6 passages', duration_ms: 3 }]);
    expect(usageAfter(accepted, adopted, done(), done())).toHaveLength(1);
  });

  it('of a closed attempt changes nothing', () => {
    expect(taskAfter(accepted, adopted, closed, done())).toMatchObject({ steps_done: 0, spent_micro_usd: 0 });
    expect(attemptsAfter(accepted, adopted, closed, done())).toMatchObject([{ state: 'closed', note: 'task cancelled' }]);
    expect(usageAfter(accepted, adopted, closed, done())).toEqual([]);
  });

  it('of an attempt nobody scheduled changes nothing', () => {
    expect(taskAfter(accepted, done())).toMatchObject({ steps_done: 0, spent_micro_usd: 0 });
    expect(attemptsAfter(accepted, done())).toEqual([]);
  });

  it("of another arm than the attempt's changes nothing", () => {
    expect(taskAfter(accepted, adopted, done('judge'))).toMatchObject({ steps_done: 0, spent_micro_usd: 0 });
    expect(attemptsAfter(accepted, adopted, done('judge'))).toMatchObject([{ state: 'open' }]);
  });

  it('that claims to be the end of the task, in the place of an outcome, changes nothing', () => {
    const planted = at(facet.done('noop', 's1', 1), { type: 'task.completed.v1', data: { spentMicroUsd: '0' } });
    expect(taskAfter(accepted, adopted, planted)).toMatchObject({ state: 'running', last_sequence: 2 });
  });
});

describe('usage', () => {
  const called = at(facet.result('noop', 's1', 1, 2), { type: 'task.call-finished.v1', data: { k: 2, usage: usage[0] ?? {} } });

  it('of a call is known before the outcome, under its own ordinal', () => {
    expect(usageAfter(accepted, adopted, called)).toMatchObject([{ source: 'call', ordinal: 2, cost_micro_usd: 40, model: 'm' }]);
  });

  it('of a call after the attempt was closed is not counted', () => {
    expect(usageAfter(accepted, adopted, closed, called)).toEqual([]);
  });
});
