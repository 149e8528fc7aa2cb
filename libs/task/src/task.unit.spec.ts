import { describe, expect, it } from '@jest/globals';
import { microUsdOf, instantOf } from '@octobus/kernel';
import fc from 'fast-check';
import { History, now, submitted } from '../test/history.ts';
import { type TaskFact, decide } from './task.decide.ts';
import { retryDelay } from './retry-delay.ts';
import { stateOf } from './task.state.ts';
import { flowFacet } from './task.subjects.ts';
import { type AttemptAddress, type OpenTask, type TaskEvent, attemptsOf, evolve, spentOf } from './task.ts';

const first = (history: History): AttemptAddress => history.open()[0] as AttemptAddress;
const failure = (retryable: boolean) => ({ failure: { code: 'boom', retryable, message: 'it broke' } });

describe('a task', () => {
  it('with a plan runs its steps one after another and completes', () => {
    const history = submitted([
      { id: 'a', agent: 'noop' },
      { id: 'b', agent: 'noop', after: ['a'] },
    ]).settle();
    expect(history.open()).toEqual([{ step: 'a', attempt: 1, arm: 'noop' }]);
    history.done(first(history)).settle();
    expect(history.open()).toEqual([{ step: 'b', attempt: 1, arm: 'noop' }]);
    history.done(first(history)).settle();
    expect(stateOf(history.task)).toBe('completed');
    expect(history.facts.map((fact) => fact.type)).toHaveLength(6);
  });

  it('takes the result of a task that asked the same before, and runs nothing', () => {
    const history = submitted([{ id: 'a', agent: 'noop' }]);
    history.task = { ...history.task, sameAs: 't1' } as OpenTask;
    const earlier = { task: 't1', result: [{ step: 'z', arm: 'noop', attempt: 2 }] };
    const next = decide({ type: 'advance', now, chance: 0.5, earlier }, history.task);
    expect(next).toEqual({
      fact: { type: 'task.completed.v1', data: { spentMicroUsd: '0', steps: 0, result: earlier.result, answeredFrom: 't1' } },
    });
  });

  it('takes no result that it was not told of, nor one that comes when its steps have begun', () => {
    const history = submitted([{ id: 'a', agent: 'noop' }]);
    const earlier = { task: 't1', result: [] };
    const advance = { type: 'advance', now, chance: 0.5, earlier } as const;
    expect(decide(advance, history.task)).toMatchObject({ fact: { type: 'task.steps-scheduled.v1' } });
    history.task = { ...history.task, sameAs: 't1' } as OpenTask;
    history.settle();
    expect(decide(advance, history.task)).toEqual({ quiet: true });
  });

  it('that is cancelled is not answered', () => {
    const history = submitted([{ id: 'a', agent: 'noop' }]).add({ type: 'task.cancel-requested.v1', data: { commandId: 'c' } });
    history.task = { ...history.task, sameAs: 't1' } as OpenTask;
    const next = decide({ type: 'advance', now, chance: 0.5, earlier: { task: 't1', result: [] } }, history.task);
    expect(next).toMatchObject({ fact: { type: 'task.cancelled.v1' } });
  });

  it('schedules independent steps in one decision', () => {
    const history = submitted([
      { id: 'a', agent: 'noop' },
      { id: 'b', agent: 'noop' },
      { id: 'c', agent: 'noop', after: ['a', 'b'] },
    ]).settle();
    expect(history.open().map((at) => at.step)).toEqual(['a', 'b']);
    expect(flowFacet(history.facts[1] as TaskFact, { ...(history.task as OpenTask), decisions: 0 })).toBe('flow.steps.1');
  });

  it('without a plan asks the planner and adopts what it proposes, together with the first steps', () => {
    const history = new History().add({ type: 'task.accepted.v1', data: { owner: 'k1' } }).settle();
    expect(stateOf(history.task)).toBe('planning');
    history.done(first(history), { plan: { origin: 'rules', steps: [{ id: 's1', agent: 'noop' }] } }).settle();
    expect(history.facts.at(-1)?.type).toBe('task.plan-adopted.v1');
    expect(history.open()).toEqual([{ step: 's1', attempt: 1, arm: 'noop' }]);
  });

  it('fails when the planner proposes a cycle', () => {
    const history = new History().add({ type: 'task.accepted.v1', data: {} }).settle();
    const steps = [
      { id: 'a', agent: 'noop', after: ['b'] },
      { id: 'b', agent: 'noop', after: ['a'] },
    ];
    history.done(first(history), { plan: { origin: 'model', steps } }).settle();
    expect(history.facts.at(-1)).toMatchObject({ type: 'task.failed.v1', data: { code: 'plan-invalid' } });
  });

  it('fails when the planner gives no plan', () => {
    const history = new History().add({ type: 'task.accepted.v1', data: {} }).settle();
    history.done(first(history)).settle();
    expect(history.facts.at(-1)).toMatchObject({ type: 'task.failed.v1', data: { code: 'plan-invalid' } });
  });

  it('never tries a step again whose effect must not happen twice', () => {
    const history = submitted([{ id: 'a', agent: 'noop', effect: 'EFFECT_ONCE', maxAttempts: 5 }]).settle();
    history.done(first(history), failure(true)).settle();
    expect(stateOf(history.task)).toBe('failed');
  });

  it('takes no plan from a step that is not the planner', () => {
    const history = submitted([{ id: 'a', agent: 'noop' }]).settle();
    history.done(first(history), { plan: { origin: 'model', steps: [{ id: 'evil', agent: 'noop' }] } }).settle();
    expect(stateOf(history.task)).toBe('completed');
  });

  it('retries a retryable failure with a new attempt, up to the bound', () => {
    const history = submitted([{ id: 'a', agent: 'noop', maxAttempts: 2 }]).settle();
    history.done(first(history), failure(true)).settle();
    expect(history.open()).toEqual([]);
    history.rest();
    expect(history.open()).toEqual([{ step: 'a', attempt: 2, arm: 'noop' }]);
    history.done(first(history), failure(true)).settle();
    expect(history.facts.at(-1)).toMatchObject({ type: 'task.failed.v1', data: { code: 'boom', step: 'a' } });
  });

  it('gives a failed step a rest that doubles with each attempt, of which chance takes a part', () => {
    const delayOf = (attempt: number, chance: number) => retryDelay(attempt, chance);
    expect([1, 2, 3, 7, 10].map((n) => delayOf(n, 0.5))).toEqual([500, 1000, 2000, 30_000, 30_000]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (n, chance) => {
        const rest = delayOf(n, chance);
        expect(rest).toBeGreaterThanOrEqual(0);
        expect(rest).toBeLessThan(Math.min(60_000, 1000 * 2 ** (n - 1)));
      }),
    );
  });

  it('begins the next attempt when its time has come by the clock, and not a millisecond before', () => {
    const history = submitted([{ id: 'a', agent: 'noop', maxAttempts: 3 }]).settle();
    history.done(first(history), failure(true)).settle(now, 0.25);
    expect(history.facts.at(-1)).toMatchObject({ type: 'task.step-delayed.v1', data: { n: 1, step: 'a', attempt: 1, delayMs: 250 } });
    expect(history.settle(instantOf(now + 249)).open()).toEqual([]);
    expect(history.settle(instantOf(now + 250)).open()).toHaveLength(1);
  });

  it('begins it when its timer has fired, whatever the clock says, and only the timer of this rest counts', () => {
    const history = submitted([{ id: 'a', agent: 'noop', maxAttempts: 3 }]).settle();
    history.done(first(history), failure(true)).settle();
    history.rest();
    history.done(first(history), failure(true)).settle();
    expect(history.open()).toEqual([]);
    history.add({ type: 'task.timer-fired.v1', data: { name: 'delay', n: 1 } }).settle();
    expect(history.open()).toEqual([]);
    history.add({ type: 'task.timer-fired.v1', data: { name: 'delay', n: 2 } }).settle();
    expect(history.open()).toEqual([{ step: 'a', attempt: 3, arm: 'noop' }]);
  });

  it('believes a firing that stands in the log before the decision that waits for it', () => {
    const history = submitted([{ id: 'a', agent: 'noop', maxAttempts: 2 }]).settle();
    history.done(first(history), failure(true)).add({ type: 'task.timer-fired.v1', data: { name: 'delay', n: 1 } });
    history.settle();
    expect(history.open()).toEqual([{ step: 'a', attempt: 2, arm: 'noop' }]);
  });

  it('lets other steps go on while one rests', () => {
    const history = submitted([
      { id: 'a', agent: 'noop', maxAttempts: 2 },
      { id: 'b', agent: 'noop' },
      { id: 'c', agent: 'noop', after: ['b'] },
    ]).settle();
    history.done(first(history), failure(true)).settle();
    history.done(first(history)).settle();
    expect(history.open().map(({ step }) => step)).toEqual(['c']);
  });

  it('never retries what is not retryable', () => {
    const history = submitted([{ id: 'a', agent: 'noop', maxAttempts: 5 }]).settle();
    history.done(first(history), failure(false)).settle();
    expect(stateOf(history.task)).toBe('failed');
  });

  it('goes on without a step that may be skipped', () => {
    const steps = [
      { id: 'a', agent: 'noop', onFailure: 'ON_FAILURE_SKIP' },
      { id: 'b', agent: 'noop', after: ['a'], inputs: ['a'] },
    ];
    const history = submitted(steps).settle();
    history.done(first(history), failure(false)).settle();
    expect(history.facts.at(-1)).toMatchObject({ data: { steps: [{ step: 'b', inputs: [] }] } });
  });

  it('closes open attempts before it is cancelled', () => {
    const history = submitted([
      { id: 'a', agent: 'noop' },
      { id: 'b', agent: 'noop' },
    ]).settle();
    history.add({ type: 'task.cancel-requested.v1', data: { reason: 'enough' } }).settle();
    expect(history.facts.slice(-3).map((fact) => fact.type)).toEqual([
      'task.attempt-closed.v1',
      'task.attempt-closed.v1',
      'task.cancelled.v1',
    ]);
  });

  it('counts an unresolved call of a closed attempt at its worst case', () => {
    const history = submitted([{ id: 'a', agent: 'noop' }]).settle();
    const at = first(history);
    history.add({ type: 'task.call-started.v1', data: { k: 1, worstCaseMicroUsd: '700' } }, at);
    history.add({ type: 'task.cancel-requested.v1', data: {} }).settle();
    expect(history.facts.at(-1)).toMatchObject({ type: 'task.cancelled.v1', data: { spentMicroUsd: '700' } });
  });

  it('with a deadline says so first, and expires when its timer fires, whatever the clock says', () => {
    const history = submitted([{ id: 'a', agent: 'noop' }], { deadline: '1970-01-01T00:20:00Z' }).settle();
    expect(history.facts[1]).toEqual({ type: 'task.deadline-set.v1', data: { deadline: '1970-01-01T00:20:00.000Z' } });
    expect(history.facts.filter(({ type }) => type === 'task.deadline-set.v1')).toHaveLength(1);
    history.add({ type: 'task.timer-fired.v1', data: { name: 'deadline', n: 1 } }).settle();
    expect(stateOf(history.task)).toBe('expired');
  });

  it('that has ended doesn’t care for timers that fire late', () => {
    const history = submitted([{ id: 'a', agent: 'noop' }], { deadline: '1970-01-01T00:20:00Z' }).settle();
    history.done(first(history)).settle();
    history.add({ type: 'task.timer-fired.v1', data: { name: 'deadline', n: 1 } }).settle();
    expect(stateOf(history.task)).toBe('completed');
  });

  it('expires at its deadline', () => {
    const history = submitted([{ id: 'a', agent: 'noop' }], { deadline: '1970-01-01T00:20:00Z' }).settle();
    expect(history.open()).toHaveLength(1);
    history.settle(instantOf(1_200_000));
    expect(stateOf(history.task)).toBe('expired');
  });

  it('ignores an outcome of an attempt that is not open, or of another arm', () => {
    const history = submitted([{ id: 'a', agent: 'noop' }]).settle();
    const before = history.task;
    history
      .done({ step: 'a', attempt: 7, arm: 'noop' })
      .done({ step: 'zzz', attempt: 1, arm: 'noop' })
      .done({ step: 'a', attempt: 1, arm: 'judge' });
    expect(history.task).toEqual(before);
  });

  it('shares its budget among steps that run at once and never grants more than is left', () => {
    const steps = [
      { id: 'a', agent: 'noop' },
      { id: 'b', agent: 'noop' },
      { id: 'c', agent: 'noop', after: ['a', 'b'] },
    ];
    const history = submitted(steps, { limits: { budgetMicroUsd: '1001' } }).settle();
    expect([...attemptsOf(history.task as OpenTask)].map(({ attempt }) => attempt.grant)).toEqual([500, 500]);
    history.done(first(history), { usage: [{ costMicroUsd: '100' }] }).settle();
    history.done(first(history), { usage: [{ costMicroUsd: '450' }] }).settle();
    expect([...attemptsOf(history.task as OpenTask)].at(-1)?.attempt.grant).toBe(451);
  });
});

const legal: Record<string, readonly string[]> = {
  received: ['received', 'accepted', 'rejected'],
  accepted: ['accepted', 'planning', 'running', 'waiting', 'cancelled', 'expired', 'failed'],
  planning: ['planning', 'running', 'failed', 'cancelled', 'expired', 'completed'],
  running: ['running', 'waiting', 'completed', 'failed', 'cancelled', 'expired'],
  waiting: ['waiting', 'running', 'completed', 'failed', 'cancelled', 'expired'],
  rejected: ['rejected'],
  completed: ['completed'],
  failed: ['failed'],
  cancelled: ['cancelled'],
  expired: ['expired'],
};

const graph = fc.integer({ min: 1, max: 8 }).chain((n) =>
  fc.tuple(
    ...Array.from({ length: n }, (_, i) =>
      fc.record({
        after: fc.subarray(Array.from({ length: i }, (_x, j) => `s${j}`)),
        onFailure: fc.constantFrom('ON_FAILURE_FAIL', 'ON_FAILURE_SKIP'),
        maxAttempts: fc.integer({ min: 1, max: 3 }),
        waits: fc.integer({ min: 0, max: 4 }).map((k) => k === 0),
      }),
    ),
  ),
);

const turns = fc.array(
  fc.record({ pick: fc.nat(20), outcome: fc.constantFrom('ok', 'ok', 'ok', 'retry', 'fail', 'twice', 'cancel'), cost: fc.nat(300) }),
  {
    minLength: 1,
    maxLength: 60,
  },
);

describe('whatever happens', () => {
  it('a task makes only legal transitions, keeps to its budget, runs no step before its dependencies, and ends', () => {
    fc.assert(
      fc.property(graph, turns, fc.integer({ min: 100, max: 2000 }), (nodes, plays, budget) => {
        const steps = nodes.map(({ waits, after, ...node }, i) =>
          waits ? { id: `s${i}`, after, wait: { forMs: '5' } } : { id: `s${i}`, agent: 'noop', after, ...node },
        );
        const history = submitted(steps, { limits: { budgetMicroUsd: String(budget) } });
        let state = stateOf(history.task);
        const moved = (): void => {
          const next = stateOf(history.task);
          expect(legal[state]).toContain(next);
          state = next;
        };
        const step = (): void => {
          history.settle();
          moved();
          for (let i = 0; i < steps.length && history.open().length === 0; i++) {
            history.rest();
            moved();
          }
          if (history.task.situation !== 'open') return;
          expect(spentOf(history.task)).toBeLessThanOrEqual(budget);
          const held = [...attemptsOf(history.task)]
            .filter(({ attempt }) => attempt.situation === 'open')
            .reduce((sum, { attempt }) => sum + (attempt.grant ?? 0), 0);
          expect(spentOf(history.task) + held).toBeLessThanOrEqual(budget);
          for (const { step: id } of attemptsOf(history.task)) {
            for (const before of steps.find((one) => one.id === id)?.after ?? []) {
              const ended = history.task.waits.get(before)?.ended;
              if (ended === undefined) expect(history.task.steps.get(before)?.attempts.at(-1)?.situation).toMatch(/succeeded|failed/);
            }
          }
        };
        step();
        for (const play of plays) {
          const open = history.open();
          if (open.length === 0) break;
          const at = open[play.pick % open.length] as AttemptAddress;
          const grant = history.task.situation === 'open' ? (history.task.steps.get(at.step)?.attempts.at(-1)?.grant ?? 0) : 0;
          const usage = [{ costMicroUsd: String(Math.min(play.cost, grant)) }];
          if (play.outcome === 'cancel') history.add({ type: 'task.cancel-requested.v1', data: {} });
          else history.done(at, { usage, ...(play.outcome === 'retry' ? failure(true) : play.outcome === 'fail' ? failure(false) : {}) });
          if (play.outcome === 'twice') history.done(at, { usage: [{ costMicroUsd: '999999' }] });
          step();
        }
        while (history.open().length > 0) {
          history.done(first(history));
          step();
        }
        expect(['completed', 'failed', 'cancelled']).toContain(state);
      }),
      { numRuns: 300 },
    );
  });

  it('folding the same events twice over changes nothing', () => {
    const history = submitted([{ id: 'a', agent: 'noop' }], { limits: { budgetMicroUsd: String(microUsdOf(10)) } }).settle();
    const at = first(history);
    const outcome = { type: 'task.step-done.v1', data: { step: 'a', attempt: 1, arm: 'noop' }, sequence: 9, at } as TaskEvent;
    const once = evolve(history.task, outcome);
    expect(evolve(once, outcome)).toEqual(once);
  });
});
