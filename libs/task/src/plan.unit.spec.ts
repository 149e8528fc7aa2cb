import { describe, expect, it } from '@jest/globals';
import { formatInstant, instantOf } from '@octobus/kernel';
import type { GraphStep } from './plan-graph.ts';
import type { PlanTimes } from './plan-waits.ts';
import { planProblems } from './plan.ts';

const step = (id: string, after: string[] = [], more: object = {}) => ({ id, agent: 'noop', after, ...more });

describe('a plan', () => {
  it('is accepted when it is a graph of known agents', () => {
    expect(planProblems([step('a'), step('b', ['a']), step('c', ['a']), step('d', ['b', 'c'], { inputs: ['a', 'b'] })])).toEqual([]);
  });

  it('is refused with the place of the first cycle', () => {
    expect(planProblems([step('a'), step('b', ['c']), step('c', ['b'])])).toEqual([
      { pointer: '/steps/1/after', message: 'is part of a cycle' },
    ]);
  });

  it('is refused when it waits for itself', () => {
    expect(planProblems([step('a', ['a'])])[0]?.pointer).toBe('/steps/0/after/0');
  });

  it.each([
    ['an unknown agent', [{ id: 'a', agent: 'wizard' }], '/steps/0/agent'],
    ['an unknown version', [{ id: 'a', agent: 'noop@99' }], '/steps/0/agent'],
    ['the planner', [{ id: 'a', agent: 'planner' }], '/steps/0/agent'],
    ['a name that is no token', [step('A.b')], '/steps/0/id'],
    ['the reserved name', [step('plan')], '/steps/0/id'],
    ['a name used twice', [step('a'), step('a')], '/steps/1/id'],
    ['a dependency that is not there', [step('a', ['zzz'])], '/steps/0/after/0'],
    ['an input that is not done before', [step('a'), step('b', [], { inputs: ['a'] })], '/steps/1/inputs/0'],
    ['no steps', [], '/steps'],
  ])('is refused for %s', (_what, steps, pointer) => {
    expect(planProblems(steps)[0]?.pointer).toBe(pointer);
  });

  it('is refused when it is longer than allowed', () => {
    expect(planProblems([step('a'), step('b')], 1)[0]?.pointer).toBe('/steps');
  });
});

describe('a plan with a step that waits', () => {
  const NOW = instantOf(Date.UTC(2026, 10, 21, 12));
  const wait = (id: string, how: object, after: string[] = [], more: object = {}) => ({ id, after, wait: how, ...more });
  const inMs = (ms: number): string => formatInstant(instantOf(NOW + ms));
  const pointers = (steps: GraphStep[], times?: PlanTimes) => planProblems(steps, 200, times).map(({ pointer }) => pointer);

  it('is accepted, whether it waits for a time or until one, and a time that has passed is no problem', () => {
    const steps = [
      step('a'),
      wait('b', { forMs: '3600000' }, ['a']),
      wait('c', { until: inMs(-5) }),
      step('d', ['b', 'c'], { inputs: ['a'] }),
    ];
    expect(pointers(steps, { now: NOW, deadline: instantOf(NOW + 3_600_001) })).toEqual([]);
    expect(pointers([wait('only', { forMs: 1 })])).toEqual([]);
  });

  it.each([
    ['no time', {}],
    ['two times', { forMs: 5, until: inMs(5) }],
    ['no time at all', { forMs: 0 }],
    ['a time that is negative', { forMs: -1 }],
    ['a part of a millisecond', { forMs: 0.5 }],
    ['no number', { forMs: Number.NaN }],
    ['for ever', { forMs: Number.POSITIVE_INFINITY }],
    ['a number that overflows', { forMs: '9223372036854775808' }],
    ['more than a year', { forMs: 31_536_000_001 }],
    ['until no time', { until: 'monday' }],
  ])('is refused when it says %s', (_what, how) => {
    expect(pointers([wait('a', how)])).toEqual(['/steps/0/wait']);
  });

  it('is refused when that step has what only an agent takes', () => {
    const more = { agent: 'noop', instruction: 'x', arguments: {}, onFailure: 'skip', maxAttempts: 2, timeoutMs: 5, effect: 'once' };
    expect(pointers([wait('a', { forMs: 1 }, [], more)])).toEqual(Object.keys(more).map((field) => `/steps/0/${field}`));
    expect(pointers([step('a'), wait('b', { forMs: 1 }, ['a'], { inputs: ['a'] })])).toEqual(['/steps/1/inputs']);
  });

  it('is refused when another step wants its outputs', () => {
    expect(pointers([wait('a', { forMs: 1 }), step('b', ['a'], { inputs: ['a'] })])).toEqual(['/steps/1/inputs/0']);
  });

  it('is refused when its waits can not be over before the deadline, one after another', () => {
    const steps = [wait('a', { forMs: 600 }), wait('b', { forMs: 300 }, ['a']), wait('c', { until: inMs(800) }, ['b']), step('d', ['c'])];
    expect(pointers(steps, { now: NOW, deadline: instantOf(NOW + 901) })).toEqual([]);
    expect(pointers(steps, { now: NOW, deadline: instantOf(NOW + 900) })).toEqual(['/steps/1/wait', '/steps/2/wait']);
    expect(pointers(steps, { now: NOW, deadline: instantOf(NOW + 100) })).toEqual(['/steps/0/wait', '/steps/1/wait', '/steps/2/wait']);
  });

  it('is refused when it waits until a time more than a year away', () => {
    const year = 31_536_000_000;
    expect(pointers([wait('a', { until: inMs(year) })], { now: NOW })).toEqual([]);
    expect(pointers([wait('a', { until: inMs(year + 1) })], { now: NOW })).toEqual(['/steps/0/wait/until']);
    expect(pointers([wait('a', { until: '9999-12-31T23:59:59Z' })], { now: NOW })).toEqual(['/steps/0/wait/until']);
  });
});
