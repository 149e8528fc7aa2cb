import { describe, expect, it } from '@jest/globals';
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
