import { describe, expect, it } from '@jest/globals';
import { Fault } from '@octobus/kernel';
import { MortalLog, openArmBench, place } from '../test/arm-bench.ts';
import { answered, granted, later, nothing, priced, usage } from '../test/journal-steps.ts';
import type { StepRun } from './step-run.ts';

describe('paid calls of a step', () => {
  it('have their worst case recorded before and their price after', async () => {
    const bench = await openArmBench(granted(100));
    let before: string[] = [];
    const work = async (step: StepRun) => {
      await step.call(priced(70), async () => {
        before = await bench.facets();
        return answered(42);
      });
      return nothing;
    };
    await bench.arm(work).handle(bench.delivery());
    expect(before).toEqual(['call.1']);
    expect(await bench.facets()).toEqual(['call.1', 'result.1', 'done']);
    expect(await bench.body(place('call', 1), 'task.call-started.v1')).toEqual({
      k: 1,
      kind: 'model',
      name: 'gpt-test',
      priceVersion: 'p1',
      worstCaseMicroUsd: '70',
      effect: 'EFFECT_IDEMPOTENT',
    });
    expect(await bench.body(place('result', 1), 'task.call-finished.v1')).toMatchObject({ k: 1, usage: usage(42) });
    expect((await bench.body(place('done'), 'task.step-done.v1'))?.usage).toEqual([usage(42)]);
  });

  it('are not made when their worst case is more than is left', async () => {
    const bench = await openArmBench(granted(100));
    let made = 0;
    const work = async (step: StepRun) => {
      await step.call(priced(60), () => (made++, answered(55)));
      await step.call(priced(46), () => (made++, answered(1)));
      return nothing;
    };
    await bench.arm(work).handle(bench.delivery());
    expect(made).toBe(1);
    const done = await bench.body(place('done'), 'task.step-done.v1');
    expect(done).toMatchObject({ failure: { code: 'budget-exceeded', retryable: false }, usage: [usage(55)] });
    expect(done?.failure?.message).toContain('46 micro-dollars and 45 are left');
  });

  it('are not made at all under a grant that can not be read', async () => {
    const bench = await openArmBench({ scheduled: { grant: { budgetMicroUsd: 'lots' } } });
    await bench.arm(async (step) => (await step.call(priced(1), () => answered(1)), nothing)).handle(bench.delivery());
    expect(await bench.body(place('done'), 'task.step-done.v1')).toMatchObject({ failure: { code: 'budget-exceeded' } });
  });

  it('cost no append when they are free', async () => {
    const bench = await openArmBench(granted(0));
    await bench.arm(async (step) => (await step.call(priced(0), () => answered(0)), nothing)).handle(bench.delivery());
    expect(await bench.facets()).toEqual(['done']);
    expect((await bench.body(place('done'), 'task.step-done.v1'))?.usage).toEqual([usage(0)]);
  });

  it('are answered from the journal after a crash', async () => {
    const bench = await openArmBench(granted(100));
    let made = 0;
    const dying = new MortalLog(bench.log, { at: 3, stored: false });
    const work = async (step: StepRun) => ({
      parts: [{ name: 'a', json: await step.call(priced(70), () => (made++, answered(42, `answer ${made}`))) }],
    });
    await expect(bench.arm(work, dying).handle(bench.delivery())).rejects.toMatchObject({ code: 'log-unavailable' });
    await bench.arm(work).handle(bench.delivery(2));
    expect(made).toBe(1);
    expect(await bench.body(place('done'), 'task.step-done.v1')).toMatchObject({
      usage: [usage(42)],
      content: { clear: { parts: [{ json: 'answer 1' }] } },
    });
  });

  it('whose result is unknown count at their worst case and are made again from what is left', async () => {
    const bench = await openArmBench(granted(100));
    let made = 0;
    const work = async (step: StepRun) => (await step.call(priced(45), () => (made++, answered(10))), nothing);
    const dying = (): MortalLog => new MortalLog(bench.log, { at: 2, stored: false });
    await expect(bench.arm(work, dying()).handle(bench.delivery())).rejects.toMatchObject({ code: 'log-unavailable' });
    await bench.arm(work).handle(bench.delivery(2));
    expect(made).toBe(2);
    expect((await bench.body(place('done'), 'task.step-done.v1'))?.usage?.map((line) => line.costMicroUsd)).toEqual(['45', '10']);
  });

  it('run out of the grant when they crash again and again', async () => {
    const bench = await openArmBench(granted(100));
    let made = 0;
    const work = async (step: StepRun) => (await step.call(priced(45), () => (made++, answered(10))), nothing);
    for (const n of [1, 2]) {
      const dying = new MortalLog(bench.log, { at: 2, stored: false });
      await expect(bench.arm(work, dying).handle(bench.delivery(n))).rejects.toMatchObject({ code: 'log-unavailable' });
    }
    await bench.arm(work).handle(bench.delivery(3));
    expect(made).toBe(2);
    expect(await bench.body(place('done'), 'task.step-done.v1')).toMatchObject({
      failure: { code: 'budget-exceeded' },
      usage: [{ costMicroUsd: '45' }, { costMicroUsd: '45' }],
    });
  });

  it('count although the worker never asks for them again', async () => {
    const bench = await openArmBench(granted(100));
    const first = async (step: StepRun) => {
      await step.call(priced(40), () => answered(30));
      throw later();
    };
    await expect(bench.arm(first).handle(bench.delivery())).rejects.toThrow();
    await bench.arm(() => Promise.reject(new Fault('x', { retryable: false, message: '' }))).handle(bench.delivery(2));
    expect((await bench.body(place('done'), 'task.step-done.v1'))?.usage).toEqual([usage(30)]);
  });

  it('count when the step is given up on, whatever holes a crash has left', async () => {
    const bench = await openArmBench(granted(200));
    const work = async (step: StepRun) => {
      await step.call(priced(40), () => answered(30));
      throw later();
    };
    const dying = new MortalLog(bench.log, { at: 2, stored: false });
    await expect(bench.arm(work, dying).handle(bench.delivery())).rejects.toThrow();
    await expect(bench.arm(work).handle(bench.delivery(2))).rejects.toThrow();
    await bench.arm(work).giveUp(bench.delivery(6), 'deliveries-exhausted');
    expect(await bench.facets()).toEqual(['call.1', 'call.2', 'result.2', 'done']);
    expect(await bench.body(place('done'), 'task.step-done.v1')).toMatchObject({
      failure: { code: 'deliveries-exhausted' },
      usage: [{ costMicroUsd: '40' }, { costMicroUsd: '30' }],
    });
  });

  it('that must be made at most once and may have happened fail the step and are not repeated', async () => {
    const bench = await openArmBench(granted(100));
    let made = 0;
    const work = async (step: StepRun) => (
      await step.call(priced(10, { effect: 'once', name: 'wire' }), () => (made++, answered(10))),
      nothing
    );
    const dying = new MortalLog(bench.log, { at: 2, stored: false });
    await expect(bench.arm(work, dying).handle(bench.delivery())).rejects.toMatchObject({ code: 'log-unavailable' });
    await bench.arm(work).handle(bench.delivery(2));
    expect(made).toBe(1);
    expect(await bench.body(place('done'), 'task.step-done.v1')).toMatchObject({
      failure: { code: 'call-unresolved', retryable: false },
      usage: [{ costMicroUsd: '10' }],
    });
  });

  it.each([
    ['a fault that may be tried again', later()],
    ['a defect', new TypeError('broken')],
  ])('that must be made at most once are not repeated after %s either', async (_name, error) => {
    const bench = await openArmBench();
    let made = 0;
    const work = async (step: StepRun) => {
      await step.call(priced(0, { effect: 'once' }), () => (made++, Promise.reject(error)));
      return nothing;
    };
    await bench.arm(work).handle(bench.delivery());
    expect(made).toBe(1);
    expect(await bench.body(place('done'), 'task.step-done.v1')).toMatchObject({ failure: { code: 'call-unresolved' } });
  });

  it('that were refused for good say so again, those that may work later are made again', async () => {
    const bench = await openArmBench(granted(100));
    const made: string[] = [];
    let crash = true;
    const work = async (step: StepRun) => {
      const refused = new Fault('model-request-refused', { retryable: false, message: 'too long' });
      const first = await step
        .call(priced(10), () => (made.push('draft'), Promise.reject(refused)))
        .catch((error: unknown) => (error as Fault).code);
      const second = await step.call(priced(10), async () => {
        made.push('short');
        if (crash) throw later();
        return answered(3);
      });
      return { parts: [{ name: 'a', json: [first, second] as never }] };
    };
    await expect(bench.arm(work).handle(bench.delivery())).rejects.toThrow();
    crash = false;
    await bench.arm(work).handle(bench.delivery(2));
    expect(made).toEqual(['draft', 'short', 'short']);
    expect(await bench.body(place('done'), 'task.step-done.v1')).toMatchObject({
      content: { clear: { parts: [{ json: ['model-request-refused', 'yes'] }] } },
      usage: [{ costMicroUsd: '10' }, { costMicroUsd: '10' }, { costMicroUsd: '3' }],
    });
  });

  it('never get the answer of another call', async () => {
    const bench = await openArmBench();
    const first = async (step: StepRun) => {
      await step.call(priced(10, { name: 'one' }), () => answered(1));
      throw later();
    };
    await expect(bench.arm(first).handle(bench.delivery())).rejects.toThrow();
    await bench.arm(async (step) => (await step.call(priced(10, { name: 'two' }), () => answered(1)), nothing)).handle(bench.delivery(2));
    expect(await bench.body(place('done'), 'task.step-done.v1')).toMatchObject({ failure: { code: 'journal-mismatch' } });
  });
});
