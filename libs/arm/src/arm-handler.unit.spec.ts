import { describe, expect, it } from '@jest/globals';
import { argumentsName, instructionName } from '@octobus/contracts';
import { Fault, instantOf } from '@octobus/kernel';
import { PREFIX, START, TASK, openArmBench, place } from '../test/arm-bench.ts';
import type { StepRun } from './step-run.ts';

const nothing = { parts: [] };
const gate = () => Promise.withResolvers<void>();

describe('an arm that takes a step', () => {
  it('gives the worker what the dispatch says and records one outcome', async () => {
    const bench = await openArmBench({
      scheduled: { grant: { budgetMicroUsd: '500', documentIds: ['d1'], expiresAt: '2100-01-01T00:00:00Z' } },
      content: [
        { name: instructionName('s1'), text: 'look it up' },
        { name: argumentsName('s1'), json: { n: 3 } },
      ],
    });
    let seen: StepRun | undefined;
    const arm = bench.arm(async (step) => {
      seen = step;
      return { parts: [{ name: 'echo', origin: 'ORIGIN_TOOL', text: 'done' }], note: '1 part' };
    });
    await arm.handle(bench.delivery());
    expect(seen).toMatchObject({ tenant: 'acme', task: TASK, step: 's1', attempt: 1, instruction: 'look it up', arguments: { n: 3 } });
    expect(seen?.grant).toEqual({ budget: 500, documentIds: ['d1'], expiresAt: Date.parse('2100-01-01T00:00:00Z') });
    expect(await bench.facets()).toEqual(['done']);
    expect(await bench.body(place('done'), 'task.step-done.v1')).toMatchObject({
      step: 's1',
      attempt: 1,
      arm: 'noop',
      agent: 'noop@1',
      note: '1 part',
      usage: [],
      content: { clear: { parts: [{ name: 'echo', text: 'done' }] } },
    });
  });

  it('begins nothing that only a newer release can read, and leaves it to one', async () => {
    const bench = await openArmBench();
    let begun = 0;
    const { event, ...delivery } = bench.delivery();
    const newer = {
      ...event,
      envelope: { ...event.envelope, type: 'task.steps-scheduled.v2' },
      body: { type: 'unknown', data: {} },
    } as const;
    const handled = bench.arm(async () => (begun++, nothing)).handle({ ...delivery, event: newer });
    await expect(handled).rejects.toMatchObject({ code: 'release-too-old', retryable: true });
    expect(begun).toBe(0);
    expect(await bench.facets()).toEqual([]);
  });

  it('does nothing when the attempt is done already', async () => {
    const bench = await openArmBench();
    let begun = 0;
    const arm = bench.arm(async () => (begun++, nothing));
    await arm.handle(bench.delivery(1));
    const before = await bench.log.lastSequence();
    await arm.handle(bench.delivery(2));
    await bench.arm(async () => (begun++, nothing)).handle(bench.delivery(3));
    expect(begun).toBe(1);
    expect(await bench.log.lastSequence()).toBe(before);
  });

  it('does not begin an attempt that is closed', async () => {
    const bench = await openArmBench();
    await bench.close();
    let begun = 0;
    await bench.arm(async () => (begun++, nothing)).handle(bench.delivery());
    expect(begun).toBe(0);
    expect(await bench.facets()).toEqual(['closed']);
  });

  it('aborts the worker and records nothing when the attempt is closed in the middle', async () => {
    const bench = await openArmBench();
    const begun = gate();
    let reason: unknown;
    const arm = bench.arm(async ({ signal }) => {
      begun.resolve();
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject((reason = signal.reason))));
      return nothing;
    });
    const handled = arm.handle(bench.delivery());
    await begun.promise;
    await bench.close();
    arm.closed(place('closed'));
    await handled;
    expect(reason).toMatchObject({ code: 'attempt-closed' });
    expect(await bench.facets()).toEqual(['closed']);
  });

  it('is refused its outcome when it missed the closing', async () => {
    const bench = await openArmBench();
    const arm = bench.arm(async () => {
      await bench.close();
      return nothing;
    });
    await arm.handle(bench.delivery());
    expect(await bench.facets()).toEqual(['closed']);
  });

  it('begins nothing more for a closed attempt, even when the worker does not listen', async () => {
    const bench = await openArmBench();
    const [begun, go, ended] = [gate(), gate(), gate()];
    let calls = 0;
    const arm = bench.arm(async (step) => {
      begun.resolve();
      await go.promise;
      const call = { kind: 'model', name: 'm', priceVersion: 'p', worstCase: 5 as never, effect: 'none' } as const;
      await step.call(call, async () => (calls++, { value: 1, usage: {} })).catch(() => undefined);
      await step.run('late', async () => calls++).catch(() => undefined);
      ended.resolve();
      return nothing;
    });
    const handled = arm.handle(bench.delivery());
    await begun.promise;
    await bench.close();
    arm.closed(place('closed'));
    await handled;
    go.resolve();
    await ended.promise;
    expect(await bench.facets()).toEqual(['closed']);
    expect(calls).toBe(0);
  });

  it('fails the step for good when the worker says so, and hands a retryable fault back to the queue', async () => {
    const bench = await openArmBench();
    const flaky = new Fault('memory-unavailable', { retryable: true, message: 'later' });
    await expect(bench.arm(() => Promise.reject(flaky)).handle(bench.delivery())).rejects.toBe(flaky);
    expect(await bench.facets()).toEqual([]);
    const final = new Fault('judge-without-answer', { retryable: false, message: 'no answer' });
    await bench.arm(() => Promise.reject(final)).handle(bench.delivery(2));
    expect(await bench.body(place('done'), 'task.step-done.v1')).toMatchObject({
      failure: { code: 'judge-without-answer', retryable: false, message: 'no answer' },
    });
  });

  it('lets a defect through, and fails the step when its dispatch is given up on', async () => {
    const bench = await openArmBench();
    const arm = bench.arm(() => Promise.reject(new TypeError('undefined is not a function')));
    await expect(arm.handle(bench.delivery())).rejects.toThrow(TypeError);
    await arm.giveUp(bench.delivery(), 'defect');
    await arm.giveUp(bench.delivery(2), 'defect');
    expect(await bench.facets()).toEqual(['done']);
    expect(await bench.body(place('done'), 'task.step-done.v1')).toMatchObject({ failure: { code: 'defect', retryable: false } });
  });

  it('takes no dispatch whose body names another step than its subject', async () => {
    const bench = await openArmBench({ scheduled: { step: 'other' } });
    await expect(bench.arm(async () => nothing).handle(bench.delivery())).rejects.toThrow('names no step');
    expect(await bench.facets()).toEqual([]);
  });

  it('reads the outputs of earlier steps, and waits for one that is not there yet', async () => {
    const bench = await openArmBench({ scheduled: { inputs: [{ step: 'a', arm: 'noop', attempt: 2 }] } });
    const arm = bench.arm(async (step) => ({ parts: [{ name: 'got', json: (await step.inputs()) as never }] }));
    await expect(arm.handle(bench.delivery())).rejects.toMatchObject({ code: 'input-missing', retryable: true });
    const subject = `${PREFIX}.arm.noop.a.2.done`;
    const data = { step: 'a', attempt: 2, arm: 'noop', content: { clear: { parts: [{ name: 'x', text: 'one' }] } } };
    const envelope = { id: 'i', type: 'task.step-done.v1', source: '', time: '', correlation: TASK, causation: '', actor: '' };
    await bench.log.append({ subject, envelope, body: { type: 'task.step-done.v1', data } }, { filter: subject, sequence: 0 });
    await arm.handle(bench.delivery(2));
    expect(await bench.body(place('done'), 'task.step-done.v1')).toMatchObject({
      content: { clear: { parts: [{ json: [{ step: 'a', parts: [{ name: 'x', text: 'one' }] }] }] } },
    });
  });
});

describe('the time of a step', () => {
  const until = (ms: number) => ({ scheduled: { grant: { expiresAt: new Date(START + ms).toISOString() } } });

  it('ends it with a failure that may be tried again, although the worker does not listen', async () => {
    const bench = await openArmBench(until(20));
    await bench.arm(() => new Promise(() => undefined)).handle(bench.delivery());
    expect(await bench.body(place('done'), 'task.step-done.v1')).toMatchObject({ failure: { code: 'step-timeout', retryable: true } });
  });

  it('does not begin it when it is over already', async () => {
    const bench = await openArmBench(until(1_000));
    let begun = 0;
    const arm = bench.arm(
      async () => (begun++, nothing),
      undefined,
      () => instantOf(START + 1_000),
    );
    await arm.handle(bench.delivery());
    expect(begun).toBe(0);
    expect(await bench.body(place('done'), 'task.step-done.v1')).toMatchObject({ failure: { code: 'step-timeout' } });
  });

  it('leaves nothing to a worker that goes on after it', async () => {
    const bench = await openArmBench(until(20));
    const [go, ended] = [gate(), gate()];
    let made = 0;
    const arm = bench.arm(async (step) => {
      await go.promise;
      const call = { kind: 'model', name: 'm', priceVersion: 'p', worstCase: 5 as never, effect: 'none' } as const;
      await step.call(call, async () => (made++, { value: 1, usage: {} })).catch(() => undefined);
      ended.resolve();
      return nothing;
    });
    await arm.handle(bench.delivery());
    go.resolve();
    await ended.promise;
    expect(made).toBe(0);
    expect(await bench.facets()).toEqual(['done']);
  });

  it('counts a call that was under way when it ended at its worst case', async () => {
    const bench = await openArmBench(until(30));
    const call = { kind: 'model', name: 'm', priceVersion: 'p', worstCase: 70 as never, effect: 'none' } as const;
    await bench.arm(async (step) => (await step.call(call, () => new Promise<never>(() => undefined)), nothing)).handle(bench.delivery());
    expect(await bench.facets()).toEqual(['call.1', 'done']);
    expect((await bench.body(place('done'), 'task.step-done.v1'))?.usage).toMatchObject([{ costMicroUsd: '70' }]);
  });

  it('does not give another attempt to a step that may have done something that must not be done twice', async () => {
    const bench = await openArmBench(until(30));
    const call = { kind: 'tool', name: 'pay', priceVersion: '', worstCase: 0 as never, effect: 'once' } as const;
    await bench.arm(async (step) => (await step.call(call, () => new Promise<never>(() => undefined)), nothing)).handle(bench.delivery());
    expect(await bench.body(place('done'), 'task.step-done.v1')).toMatchObject({ failure: { code: 'call-unresolved', retryable: false } });
    const other = await openArmBench(until(30));
    const hang = () => new Promise<never>(() => undefined);
    await other.arm(async (step) => (await step.call(call, async () => ({ value: 1, usage: {} })), hang())).handle(other.delivery());
    expect(await other.body(place('done'), 'task.step-done.v1')).toMatchObject({ failure: { code: 'step-timeout', retryable: false } });
  });
});
