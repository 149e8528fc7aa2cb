import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Fault } from '@octobus/kernel';
import { eventually } from '@octobus/testing';
import { type TestBus, openTestBus } from '../../test/bus.ts';
import { type Question, ask, serve } from './query.ts';

describe('a query', () => {
  let test: TestBus;
  beforeAll(async () => {
    test = await openTestBus();
  });
  afterAll(() => test.close());

  it('is answered with a value, by one of several instances', async () => {
    const other = await test.connect('other');
    let answered = 0;
    const double = async ({ body, header }: Question<{ n: number }>): Promise<unknown> => {
      answered++;
      return { twice: body.n * 2, trace: header('traceparent') };
    };
    const instances = [serve(test.bus, 'query.test.double', double), serve(other, 'query.test.double', double)];
    await other.connection.flush();
    const answers = await Promise.all(
      [1, 2, 3].map((n) => ask<{ twice: number }>(test.bus, 'query.test.double', { n }, 2_000, { traceparent: `t${n}` })),
    );
    expect(answers).toEqual([
      { twice: 2, trace: 't1' },
      { twice: 4, trace: 't2' },
      { twice: 6, trace: 't3' },
    ]);
    expect(answered).toBe(3);
    await Promise.all(instances.map((instance) => instance.close()));
  });

  it('brings the fault of the one who answers, and of a defect nothing but that it was one', async () => {
    const defects: unknown[] = [];
    const serving = serve(
      test.bus,
      'query.test.fail',
      async ({ body }) => {
        if (body === 'fault') throw new Fault('index-stale', { retryable: true, message: 'wait', details: { behind: 3 } });
        throw new TypeError('secret at 0x7');
      },
      { onDefect: (error) => defects.push(error) },
    );
    await expect(ask(test.bus, 'query.test.fail', 'fault', 2_000)).rejects.toMatchObject({
      code: 'index-stale',
      retryable: true,
      message: 'wait',
      details: { behind: 3 },
    });
    await expect(ask(test.bus, 'query.test.fail', 'defect', 2_000)).rejects.toMatchObject({
      code: 'defect',
      retryable: false,
      message: 'the service that was asked failed',
    });
    expect(defects).toHaveLength(1);
    await serving.close();
  });

  it('fails in time when nobody answers', async () => {
    await expect(ask(test.bus, 'query.test.nobody', {}, 2_000)).rejects.toMatchObject({ code: 'query-unavailable', retryable: true });
    const serving = serve(test.bus, 'query.test.slow', () => new Promise(() => undefined));
    await expect(ask(test.bus, 'query.test.slow', {}, 50)).rejects.toMatchObject({ code: 'query-unavailable', retryable: true });
    void serving.close();
  });

  it('turns away more questions than may be at work, malformed ones and answers too large', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let begun = 0;
    const serving = serve(test.bus, 'query.test.busy', async () => (begun++, gate), { concurrency: 2 });
    const waiting = [ask(test.bus, 'query.test.busy', 1, 5_000), ask(test.bus, 'query.test.busy', 2, 5_000)];
    await eventually(() => begun === 2);
    await expect(ask(test.bus, 'query.test.busy', 3, 2_000)).rejects.toMatchObject({ code: 'query-unavailable', retryable: true });
    release();
    const all = await Promise.allSettled(waiting);
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    await serving.close();
    const large = serve(test.bus, 'query.test.large', async () => 'x'.repeat(2_000_000));
    await expect(ask(test.bus, 'query.test.large', {}, 2_000)).rejects.toMatchObject({ code: 'query-invalid' });
    const raw = (await test.bus.connection.request('query.test.large', '{no', { timeout: 2_000 })).json<{ error: { code: string } }>();
    expect(raw.error.code).toBe('query-invalid');
    await large.close();
  });
});
