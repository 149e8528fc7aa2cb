import { describe, expect, it } from '@jest/globals';
import { Fault } from '@octobus/kernel';
import { eventually } from '@octobus/testing';
import { MortalLog, openArmBench, place } from '../test/arm-bench.ts';
import { answered, granted, later, nothing, priced } from '../test/journal-steps.ts';
import type { StepRun } from './step-run.ts';

describe('sub-steps without effect', () => {
  const pure = { effect: 'none' } as const;
  const noteAt = (bench: Awaited<ReturnType<typeof openArmBench>>, k: number) => bench.body(place('note', k), 'task.step-noted.v1');

  it('are recorded together, in one event before the outcome, and replayed from it', async () => {
    const bench = await openArmBench();
    const made: string[] = [];
    const work = async (step: StepRun) => {
      const results: number[] = [];
      for (const n of [1, 2, 3]) results.push(await step.run(`n${n}`, async () => (made.push(`n${n}`), n * n), pure));
      return { parts: [{ name: 'all', json: results }] };
    };
    const dies = new MortalLog(bench.log, { at: 2, stored: false });
    await expect(bench.arm(work, dies).handle(bench.delivery())).rejects.toMatchObject({ code: 'log-unavailable' });
    expect(await bench.facets()).toEqual(['note.1']);
    expect(await noteAt(bench, 1)).toMatchObject({ k: 1, name: 'n1', also: ['n2', 'n3'] });
    await bench.arm(work).handle(bench.delivery(2));
    expect(made).toEqual(['n1', 'n2', 'n3']);
    expect(await bench.facets()).toEqual(['note.1', 'done']);
    expect(await bench.body(place('done'), 'task.step-done.v1')).toMatchObject({ content: { clear: { parts: [{ json: [1, 4, 9] }] } } });
  });

  it('are on record before anything that acts begins: a sub-step that may, and a call', async () => {
    const bench = await openArmBench(granted(100));
    const seen: string[][] = [];
    const look = async <T>(value: T): Promise<T> => (seen.push(await bench.facets()), value);
    const work = async (step: StepRun) => {
      await step.run('read', async () => 1, pure);
      await step.run('compute', async () => 2, pure);
      await step.run('act', () => look(3));
      await step.run('read again', async () => 4, pure);
      await step.call(priced(10), async () => look(await answered(1)));
      await step.run('look', async () => 5, pure);
      const free = { ...priced(0), effect: 'idempotent' } as const;
      await step.call(free, async () => look(await answered(0)));
      return nothing;
    };
    await bench.arm(work).handle(bench.delivery());
    expect(seen).toEqual([
      ['note.1'],
      ['note.1', 'note.3', 'note.4', 'call.1'],
      ['note.1', 'note.3', 'note.4', 'call.1', 'result.1', 'note.5'],
    ]);
    expect(await noteAt(bench, 4)).toMatchObject({ k: 4, name: 'read again' });
  });

  it('that failed for good are recorded and fail again, each in its place', async () => {
    const bench = await openArmBench();
    let crash = true;
    const work = async (step: StepRun) => {
      const one = await step.run('one', async () => 1, pure);
      const two = await step
        .run('two', () => Promise.reject(new Fault('model-not-found', { retryable: false, message: 'none' })), pure)
        .catch((error: unknown) => (error as Fault).code);
      const three = await step.run('three', async () => null, pure);
      await step.run('four', async () => 4);
      if (crash) throw later();
      return { parts: [{ name: 'all', json: [one, two as string, three] }] };
    };
    await expect(bench.arm(work).handle(bench.delivery())).rejects.toMatchObject({ code: 'memory-unavailable' });
    crash = false;
    await bench.arm(work).handle(bench.delivery(2));
    expect(await bench.facets()).toEqual(['note.1', 'note.4', 'done']);
    expect(await bench.body(place('done'), 'task.step-done.v1')).toMatchObject({
      content: { clear: { parts: [{ json: [1, 'model-not-found', null] }] } },
    });
  });

  it('are recorded while a later one takes its time', async () => {
    const bench = await openArmBench();
    const work = async (step: StepRun) => {
      await step.run('quick', async () => 1, pure);
      await step.run('slow', () => eventually(async () => ((await bench.facets()).includes('note.1') ? 2 : undefined)), pure);
      return nothing;
    };
    await bench.arm(work).handle(bench.delivery());
    expect(await bench.facets()).toEqual(['note.1', 'note.2', 'done']);
  });

  it('are recorded before they are many or large', async () => {
    const bench = await openArmBench();
    const work = async (step: StepRun) => {
      for (let n = 1; n <= 205; n++) await step.run(`n${n}`, async () => n, pure);
      await step.run('large', async () => 'x'.repeat(70_000), pure);
      await step.run('small', async () => 1, pure);
      return nothing;
    };
    await bench.arm(work).handle(bench.delivery());
    expect(await bench.facets()).toEqual(['note.1', 'note.101', 'note.201', 'note.207', 'done']);
  });

  it('leave nothing behind when the attempt is closed under them', async () => {
    const bench = await openArmBench();
    const handler = bench.arm(async (step) => {
      await step.run('one', async () => 1, pure);
      await bench.close();
      return nothing;
    });
    await handler.handle(bench.delivery());
    expect(await bench.facets()).toEqual(['closed']);
  });
});
