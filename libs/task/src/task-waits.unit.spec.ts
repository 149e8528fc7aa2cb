import { describe, expect, it } from '@jest/globals';
import { formatInstant, instantOf } from '@octobus/kernel';
import { History, now, submitted } from '../test/history.ts';
import type { TaskFact } from './task.decide.ts';
import { stateOf } from './task.state.ts';
import { flowFacet } from './task.subjects.ts';
import type { AttemptAddress, OpenTask } from './task.ts';
import { viewOf } from './task.view.ts';

const step = (id: string, after: readonly string[] = []) => ({ id, agent: 'noop', after });
const pause = (forMs: number, after: readonly string[] = [], id = 'pause') => ({ id, after, wait: { forMs: String(forMs) } });
const fired = (n: number): TaskFact => ({ type: 'task.timer-fired.v1', data: { name: 'wait', n } });
const later = (ms: number) => instantOf(now + ms);
const openIn = (history: History) => history.open().map((at) => at.step);
const finish = (history: History): History => history.done(history.open()[0] as AttemptAddress).settle();

describe('a step that waits', () => {
  it('begins when everything before it is done, and lets go on what comes after it when its timer fires', () => {
    const history = submitted([step('a'), pause(60_000, ['a']), step('b', ['pause'])]).settle();
    expect([stateOf(history.task), openIn(history)]).toEqual(['running', ['a']]);
    finish(history);
    expect(history.facts.at(-1)).toEqual({
      type: 'task.wait-begun.v1',
      data: { n: 2, step: 'pause', dueAt: formatInstant(later(60_000)) },
    });
    expect([stateOf(history.task), openIn(history)]).toEqual(['waiting', []]);
    history.add(fired(2)).settle();
    expect([stateOf(history.task), openIn(history)]).toEqual(['running', ['b']]);
    finish(history);
    expect(history.facts.at(-1)).toMatchObject({ type: 'task.completed.v1', data: { steps: 3 } });
  });

  it('is over by the clock when it is due, and not a millisecond before', () => {
    const history = submitted([pause(250), step('b', ['pause'])]).settle();
    expect(stateOf(history.task)).toBe('waiting');
    expect(openIn(history.settle(later(249)))).toEqual([]);
    expect(openIn(history.settle(later(250)))).toEqual(['b']);
  });

  it('waits until a time, and not at all when that has passed', () => {
    const until = (ms: number) => [{ id: 'pause', wait: { until: formatInstant(later(ms)) } }, step('b', ['pause'])];
    expect(openIn(submitted(until(500)).settle())).toEqual([]);
    expect(openIn(submitted(until(500)).settle(later(500)))).toEqual(['b']);
    expect(openIn(submitted(until(-500)).settle())).toEqual(['b']);
  });

  it('holds up nothing that does not come after it, and the task is waiting all the while', () => {
    const history = submitted([pause(1_000), step('a'), step('b', ['a']), step('c', ['pause', 'b'])]).settle();
    expect([stateOf(history.task), openIn(history)]).toEqual(['waiting', ['a']]);
    finish(history);
    finish(history);
    expect([stateOf(history.task), openIn(history)]).toEqual(['waiting', []]);
    history.add(fired(1)).settle();
    expect([stateOf(history.task), openIn(history)]).toEqual(['running', ['c']]);
  });

  it('believes the firing of its own timer only, also one that stands before the decision', () => {
    const steps = [pause(1_000, [], 'x'), pause(9_000, [], 'y'), step('a', ['x']), step('b', ['y'])];
    expect(openIn(submitted(steps).settle().add(fired(1)).settle())).toEqual(['a']);
    expect(openIn(submitted(steps).settle().add(fired(2)).settle())).toEqual(['b']);
    expect(openIn(submitted(steps).settle().add(fired(3)).settle())).toEqual([]);
    expect(openIn(submitted(steps).add(fired(2)).settle())).toEqual(['b']);
  });

  it('may be the last one, and the only one', () => {
    const history = submitted([pause(1_000)]).settle();
    expect(stateOf(history.task)).toBe('waiting');
    history.settle(later(1_000));
    expect(history.facts.at(-1)).toMatchObject({ type: 'task.completed.v1', data: { steps: 1, result: [] } });
  });

  it('is not cut short by a deadline: the task expires, and what comes after it never begins', () => {
    const history = submitted([pause(60_000), step('b', ['pause'])], { deadline: formatInstant(later(5_000)) }).settle();
    history.settle(later(5_000));
    expect([stateOf(history.task), openIn(history)]).toEqual(['expired', []]);
    expect(history.facts.filter(({ type }) => type === 'task.steps-scheduled.v1')).toEqual([]);
  });

  it('ends with its task, and a firing that comes later changes nothing', () => {
    const history = submitted([pause(60_000), step('b', ['pause'])]).settle();
    history.add({ type: 'task.cancel-requested.v1', data: {} }).settle();
    const ended = history.task;
    history.add(fired(1)).settle(later(60_000));
    expect([stateOf(history.task), history.task]).toEqual(['cancelled', ended]);
  });

  it('may stand at the beginning of a plan that the planner proposes, before decisions about several steps', () => {
    const history = new History().add({ type: 'task.accepted.v1', data: { owner: 'k' } }).settle();
    const steps = [pause(1_000), step('a', ['pause']), step('b', ['pause'])];
    history.done(history.open()[0] as AttemptAddress, { plan: { origin: 'model', steps } }).settle();
    expect(stateOf(history.task)).toBe('waiting');
    history.add(fired(1)).settle();
    expect(openIn(history)).toEqual(['a', 'b']);
    const decisions = history.facts.filter(({ type }) => type === 'task.plan-adopted.v1' || type === 'task.steps-scheduled.v1');
    const open = history.task as OpenTask;
    expect(decisions.slice(1).map((fact, decided) => flowFacet(fact, { ...open, decisions: decided }))).toEqual([
      'flow.steps.1',
      'flow.steps.2',
    ]);
    expect(open.decisions).toBe(2);
  });

  it.each([
    ['past the deadline', { forMs: '5000' }],
    ['for more than a year', { forMs: '31536000001' }],
    ['until the end of days', { until: '9999-12-31T23:59:59Z' }],
  ])('fails the task when the planner proposes to wait %s', (_what, wait) => {
    const history = new History().add({ type: 'task.accepted.v1', data: { deadline: formatInstant(later(5_000)) } }).settle();
    history.done(history.open()[0] as AttemptAddress, { plan: { origin: 'model', steps: [{ id: 'x', wait }] } }).settle();
    expect(history.facts.at(-1)).toMatchObject({ type: 'task.failed.v1', data: { code: 'plan-invalid' } });
  });
});

describe('the view of a task that waits', () => {
  const PLACES: Readonly<Record<string, string>> = { 'task.step-done.v1': 'arm.noop.a.1.done' };
  const viewOfFacts = (facts: readonly TaskFact[]) =>
    viewOf(
      't',
      facts.map((body, i) => ({
        sequence: i + 1,
        storedAt: now + i * 1_000,
        address: { aggregate: 'task', facet: (PLACES[body.type] ?? 'flow.x').split('.') },
        body,
        envelope: { id: '', type: body.type, actor: '', causation: '' },
      })),
    );

  it('shows the step that waits where it began, until when, and when it was over', () => {
    const history = submitted([step('a'), pause(60_000, ['a']), step('b', ['pause'])]).settle();
    finish(history);
    const pauseView = { id: 'pause', agent: 'wait', arm: '', attempt: 1, scheduledAt: formatInstant(later(3_000)) };
    expect(viewOfFacts(history.facts)?.view).toMatchObject({
      state: 'waiting',
      steps: [{ id: 'a' }, { ...pauseView, state: 'waiting', dueAt: formatInstant(later(60_000)) }],
    });
    history.add(fired(2)).settle();
    const { view, timeline } = viewOfFacts(history.facts) ?? {};
    expect(view?.steps).toMatchObject([{ id: 'a' }, { ...pauseView, state: 'done', doneAt: formatInstant(later(5_000)) }, { id: 'b' }]);
    expect(timeline?.slice(3, 6).map(({ note }) => note)).toEqual([
      `pause waits until ${formatInstant(later(60_000))}`,
      expect.stringContaining('wait 2'),
      'pause has waited',
    ]);
  });

  it('shows it closed when the task ended first', () => {
    const history = submitted([pause(60_000)]).settle();
    history.add({ type: 'task.cancel-requested.v1', data: {} }).settle();
    expect(viewOfFacts(history.facts)?.view).toMatchObject({ state: 'cancelled', steps: [{ id: 'pause', state: 'closed' }] });
  });
});
