import { describe, expect, it } from '@jest/globals';
import { stepOf } from '@octobus/arm/testing';
import { noopWorker } from './noop.worker.ts';

describe('the no-op arm', () => {
  it('hands its arguments back', async () => {
    const json = { n: 1, deep: ['x'] };
    expect(await noopWorker().perform(stepOf({ arguments: json }))).toEqual({
      parts: [{ name: 'echo', origin: 'ORIGIN_TOOL', mediaType: 'application/json', json }],
    });
  });

  it('journals as many sub-steps as it is asked for, and at most a hundred', async () => {
    const three = stepOf({ arguments: { substeps: 3 } });
    await noopWorker().perform(three);
    expect(three.made).toEqual(['substep-1', 'substep-2', 'substep-3']);
    const many = stepOf({ arguments: { substeps: 5_000 } });
    await noopWorker().perform(many);
    expect(many.made).toHaveLength(100);
  });

  it('makes as many calls that must not happen twice as it is asked for, and at most twenty', async () => {
    const told: unknown[] = [];
    const step = stepOf({ arguments: { once: 2 } });
    await noopWorker((call) => told.push(call)).perform(step);
    expect(step.made).toEqual(['once-1', 'once-2']);
    expect(told).toEqual([1, 2].map((call) => ({ task: step.task, step: step.step, call })));
    const many = stepOf({ arguments: { once: 100 } });
    await noopWorker().perform(many);
    expect(many.made).toHaveLength(20);
  });

  it('fails when it is asked to', async () => {
    await expect(noopWorker().perform(stepOf({ arguments: { fail: 'please' } }))).rejects.toMatchObject({
      code: 'noop-asked-to-fail',
      retryable: false,
    });
  });

  it('sleeps until it is told to stop', async () => {
    const control = new AbortController();
    const asleep = noopWorker().perform(stepOf({ arguments: { sleepMs: 600_000 }, signal: control.signal }));
    control.abort();
    await expect(asleep).rejects.toMatchObject({ name: 'AbortError' });
  });

  it.each([[null], ['text'], [[1]], [{ sleepMs: -5, substeps: 'many', fail: 7 }], [{ sleepMs: Number.NaN }]])(
    'takes %p for no wish at all',
    async (json) => {
      const step = stepOf({ arguments: json as never });
      expect((await noopWorker().perform(step)).parts).toHaveLength(1);
      expect(step.made).toEqual([]);
    },
  );
});
