import { describe, expect, it } from '@jest/globals';
import { Fault, isFault } from '@octobus/kernel';
import fc from 'fast-check';
import { MortalLog, openArmBench, place } from '../test/arm-bench.ts';
import { answered, granted, nothing, priced, sum } from '../test/journal-steps.ts';
import type { StepRun } from './step-run.ts';

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
