import { describe, expect, it } from '@jest/globals';
import type { EventLog } from '@octobus/event-log';
import { Fault } from '@octobus/kernel';
import { MortalLog, openArmBench, place } from '../test/arm-bench.ts';
import { answered, later, nothing, priced } from '../test/journal-steps.ts';
import type { StepRun } from './step-run.ts';

describe('sub-steps of a step', () => {
  it('are replayed after a crash, not repeated', async () => {
    const bench = await openArmBench();
    const made: string[] = [];
    const sub = (step: StepRun, name: string) => step.run(name, async () => (made.push(name), `result of ${name}`));
    let crash = true;
    const work = async (step: StepRun) => {
      const results = [await sub(step, 'one'), await sub(step, 'two')];
      if (crash) throw later();
      return { parts: [{ name: 'all', json: [...results, await sub(step, 'three')] }] };
    };
    await expect(bench.arm(work).handle(bench.delivery())).rejects.toMatchObject({ code: 'memory-unavailable' });
    crash = false;
    await bench.arm(work).handle(bench.delivery(2));
    expect(made).toEqual(['one', 'two', 'three']);
    expect(await bench.facets()).toEqual(['note.1', 'note.2', 'note.3', 'done']);
    expect(await bench.body(place('done'), 'task.step-done.v1')).toMatchObject({
      content: { clear: { parts: [{ json: ['result of one', 'result of two', 'result of three'] }] } },
    });
  });

  it('under another name at the same place fail the step: nobody knows what was done', async () => {
    const bench = await openArmBench();
    const flaky = async (step: StepRun) => {
      await step.run('one', async () => 1);
      throw later();
    };
    await expect(bench.arm(flaky).handle(bench.delivery())).rejects.toThrow();
    await bench.arm(async (step) => (await step.run('uno', async () => 1), nothing)).handle(bench.delivery(2));
    expect(await bench.body(place('done'), 'task.step-done.v1')).toMatchObject({ failure: { code: 'journal-mismatch', retryable: false } });
  });

  it('that failed for good fail again on replay, and what followed keeps its place', async () => {
    const bench = await openArmBench();
    const made: string[] = [];
    let crash = true;
    const work = async (step: StepRun) => {
      const refused = await step
        .run('one', async () => {
          made.push('one');
          throw new Fault('model-not-found', { retryable: false, message: 'no such model' });
        })
        .catch((error: unknown) => `${(error as Fault).code}: ${(error as Fault).message}`);
      const two = await step.run('two', async () => (made.push('two'), 2));
      if (crash) throw later();
      return { parts: [{ name: 'all', json: [refused, two] }] };
    };
    await expect(bench.arm(work).handle(bench.delivery())).rejects.toMatchObject({ code: 'memory-unavailable' });
    crash = false;
    await bench.arm(work).handle(bench.delivery(2));
    expect(made).toEqual(['one', 'two']);
    expect(await bench.body(place('done'), 'task.step-done.v1')).toMatchObject({
      content: { clear: { parts: [{ json: ['model-not-found: no such model', 2] }] } },
    });
  });

  it('run one after another although the worker begins them at once', async () => {
    const bench = await openArmBench();
    let atWork = 0;
    const work = async (step: StepRun) => {
      const one = (name: string) =>
        step.run(name, async () => {
          expect(++atWork).toBe(1);
          await Promise.resolve();
          return atWork--;
        });
      await Promise.all(['a', 'b', 'c'].map(one));
      return nothing;
    };
    await bench.arm(work).handle(bench.delivery());
    expect(await bench.facets()).toEqual(['note.1', 'note.2', 'note.3', 'done']);
  });

  it('inside of one another are a defect, not a step that hangs', async () => {
    const bench = await openArmBench();
    const run = bench.arm(async (step) => (await step.run('outer', () => step.run('inner', async () => 1)), nothing));
    await expect(run.handle(bench.delivery())).rejects.toThrow('inside of another');
    const call = bench.arm(async (step) => (await step.run('outer', () => step.call(priced(5), () => answered(5))), nothing));
    await expect(call.handle(bench.delivery(2))).rejects.toThrow('inside of another');
  });

  it('of two instances at one attempt are never mixed: one goes on, the other starts again from the journal', async () => {
    const bench = await openArmBench();
    const made: string[] = [];
    const taken = Promise.withResolvers<void>();
    const slow = bench.arm(async (step) => {
      await step.run('one', async () => (made.push('slow one'), 1));
      await taken.promise;
      await step.run('two', async () => (made.push('slow two'), 2));
      return nothing;
    });
    const first = slow.handle(bench.delivery());
    const fast = bench.arm(async (step) => {
      await step.run('one', async () => (made.push('fast one'), 1));
      await step.run('two', async () => (made.push('fast two'), 2));
      throw later();
    });
    await Promise.resolve();
    while ((await bench.facets()).length < 1) await Promise.resolve();
    await expect(fast.handle(bench.delivery(2))).rejects.toMatchObject({ code: 'memory-unavailable' });
    taken.resolve();
    await expect(first).rejects.toMatchObject({ code: 'attempt-moved', retryable: true });
    expect(made).toEqual(['slow one', 'fast two', 'slow two']);
    expect(await bench.facets()).toEqual(['note.1', 'note.2']);
  });
});

describe('a journal of which a server shows a part', () => {
  const steps = async (step: StepRun, made: string[]) => {
    await step.run('part', async () => (made.push('part'), 1));
    await step.call({ ...priced(5), effect: 'once' }, () => (made.push('call'), answered(5)));
    await step.run('rest', async () => (made.push('rest'), 1));
    return nothing;
  };

  it.each(['note.1', 'call.1', 'result.1'])('is not taken for the whole: without %s nothing is made again', async (hidden) => {
    const bench = await openArmBench();
    const made: string[] = [];
    const dies = new MortalLog(bench.log, { at: 5, stored: false });
    await expect(bench.arm((step) => steps(step, made), dies).handle(bench.delivery())).rejects.toMatchObject({ code: 'log-unavailable' });
    expect(await bench.facets()).toEqual(['note.1', 'call.1', 'result.1', 'note.2']);
    const behind: EventLog = {
      append: (event, expected) => bench.log.append(event, expected),
      load: (filters) => bench.log.load(filters),
      last: async (subject) => (subject.endsWith(hidden) ? undefined : bench.log.last(subject)),
      read: (filter, from) => bench.log.read(filter, from),
      lastSequence: () => bench.log.lastSequence(),
    };
    const late = bench.arm((step) => steps(step, made), behind).handle(bench.delivery(2));
    await expect(late).rejects.toMatchObject({ code: 'attempt-moved', retryable: true });
    expect(made).toEqual(['part', 'call', 'rest']);
    await bench.arm((step) => steps(step, made)).handle(bench.delivery(3));
    expect(made).toEqual(['part', 'call', 'rest']);
    expect(await bench.facets()).toEqual(['note.1', 'call.1', 'result.1', 'note.2', 'done']);
  });
});
