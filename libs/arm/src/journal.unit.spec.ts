import { describe, expect, it } from '@jest/globals';
import type { EventLog } from '@octobus/event-log';
import { Fault, isFault, microUsdOf } from '@octobus/kernel';
import { eventually } from '@octobus/testing';
import fc from 'fast-check';
import { MortalLog, openArmBench, place } from '../test/arm-bench.ts';
import type { PaidCall, StepRun } from './step-run.ts';

const nothing = { parts: [] };
const later = () => new Fault('memory-unavailable', { retryable: true, message: 'later' });
const granted = (budget: number) => ({ scheduled: { grant: { budgetMicroUsd: String(budget) } } });
const priced = (worstCase: number, more: Partial<PaidCall> = {}): PaidCall => ({
  kind: 'model',
  name: 'gpt-test',
  priceVersion: 'p1',
  worstCase: microUsdOf(worstCase),
  effect: 'idempotent',
  ...more,
});
const usage = (cost: number) => ({ model: 'gpt-test', priceVersion: 'p1', costMicroUsd: String(cost) });
const answered = (cost: number, value = 'yes') => Promise.resolve({ value, usage: usage(cost) });
const sum = (lines: readonly { costMicroUsd?: string | number }[] | undefined): number =>
  (lines ?? []).reduce((total, line) => total + Number(line.costMicroUsd ?? 0), 0);

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

type Act =
  | { readonly kind: 'note'; readonly pure: boolean }
  | { readonly kind: 'call'; readonly worst: number; readonly part: number; readonly fails: boolean };

const acts = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('note' as const), pure: fc.boolean() }),
    fc.record({
      kind: fc.constant('call' as const),
      worst: fc.integer({ min: 1, max: 60 }),
      part: fc.integer({ min: 0, max: 100 }),
      fails: fc.boolean(),
    }),
  ),
  { minLength: 1, maxLength: 8 },
);
const deaths = fc.array(fc.record({ at: fc.integer({ min: 1, max: 12 }), stored: fc.boolean() }), { maxLength: 6 });

/** Sub-steps on record. */
async function recorded({ log }: Awaited<ReturnType<typeof openArmBench>>): Promise<number> {
  const notes = await log.load([place('note.*')]);
  return notes.reduce((sum, { body }) => sum + 1 + (body.type === 'task.step-noted.v1' ? (body.data.also?.length ?? 0) : 0), 0);
}

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

describe('whatever appends a process dies at', () => {
  it('the step ends once, no sub-step with a recorded result is repeated, none acts before those behind it are on record, and what is settled never exceeds the grant', async () => {
    await fc.assert(
      fc.asyncProperty(acts, deaths, fc.integer({ min: 0, max: 200 }), async (plan: readonly Act[], dies, budget) => {
        const bench = await openArmBench(granted(budget));
        let paid = 0;
        let bound = 0;
        const repeated: string[] = [];
        const early: string[] = [];
        const work = async (step: StepRun) => {
          for (const [i, act] of plan.entries()) {
            if (act.kind === 'note') {
              const place = plan.slice(0, i).filter(({ kind }) => kind === 'note').length;
              const again = async (): Promise<number> => {
                if ((await recorded(bench)) > place) repeated.push(`n${i}`);
                if (!act.pure && (await recorded(bench)) < place) early.push(`n${i}`);
                return i;
              };
              await step.run(`n${i}`, again, { effect: act.pure ? 'none' : 'any' });
              continue;
            }
            await step
              .call(priced(act.worst), async () => {
                const cost = Math.floor((act.worst * act.part) / 100);
                bound += act.worst;
                if (act.fails) throw new Fault('model-request-refused', { retryable: false, message: '' });
                paid += cost;
                return answered(cost);
              })
              .catch((error: unknown) => {
                if (!isFault(error, 'model-request-refused')) throw error;
              });
          }
          return nothing;
        };
        let deliveries = 0;
        for (const death of dies) {
          await bench
            .arm(work, new MortalLog(bench.log, death))
            .handle(bench.delivery(++deliveries))
            .catch(() => undefined);
        }
        await bench.arm(work).handle(bench.delivery(++deliveries));
        const facets = await bench.facets();
        expect(facets.filter((facet) => facet === 'done')).toHaveLength(1);
        expect(facets.at(-1)).toBe('done');
        expect(repeated).toEqual([]);
        expect(early).toEqual([]);
        const settled = sum((await bench.body(place('done'), 'task.step-done.v1'))?.usage);
        expect(settled).toBeLessThanOrEqual(budget);
        expect(paid).toBeLessThanOrEqual(settled);
        expect(bound).toBeLessThanOrEqual(budget + paid + sum(plan.map((act) => ({ costMicroUsd: act.kind === 'call' ? act.worst : 0 }))));
      }),
      { numRuns: 150 },
    );
  });

  it('every single place of death leads to the same answer', async () => {
    const work = async (step: StepRun) => {
      const one = await step.run('one', async () => 'a');
      const two = await step.call(priced(30), () => answered(20, 'b'));
      const three = await step.run('three', async () => 'c');
      return { parts: [{ name: 'all', json: [one, two, three] }] };
    };
    for (const at of [1, 2, 3, 4, 5]) {
      for (const stored of [false, true]) {
        const bench = await openArmBench(granted(100));
        await bench
          .arm(work, new MortalLog(bench.log, { at, stored }))
          .handle(bench.delivery())
          .catch(() => undefined);
        await bench.arm(work).handle(bench.delivery(2));
        const done = await bench.body(place('done'), 'task.step-done.v1');
        expect(done).toMatchObject({ content: { clear: { parts: [{ json: ['a', 'b', 'c'] }] } } });
        expect(sum(done?.usage)).toBe(at === 3 && !stored ? 50 : at === 2 && stored ? 50 : 20);
      }
    }
  });
});
