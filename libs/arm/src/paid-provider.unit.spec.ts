import { describe, expect, it } from '@jest/globals';
import { Fault } from '@octobus/kernel';
import {
  type ModelAnswer,
  type ModelProvider,
  type ModelRequest,
  type Price,
  costMicroUsd,
  countUpperBound,
  worstCaseMicroUsd,
} from '@octobus/models';
import { MortalLog, openArmBench, place } from '../test/arm-bench.ts';
import { paidProvider } from './paid-provider.ts';
import type { StepRun } from './step-run.ts';

/** A model that answers with the last word it was asked, one token a byte; priced like a real one. */
class EchoProvider implements ModelProvider {
  readonly name = 'echo';
  readonly offline = false;
  readonly count = countUpperBound;
  readonly requests: ModelRequest[] = [];
  private readonly price: Price = { inputPerMillion: 2_000_000, outputPerMillion: 8_000_000, priceVersion: 'echo-1', priceKnown: true };

  async quote(request: ModelRequest) {
    const { priceVersion, priceKnown } = this.price;
    return { model: 'echo-large', priceVersion, priceKnown, worstCaseMicroUsd: worstCaseMicroUsd(this.price, request) };
  }

  async generate(request: ModelRequest): Promise<ModelAnswer> {
    this.requests.push(request);
    request.abort?.throwIfAborted();
    const asked = request.messages.at(-1)?.text ?? '';
    if (asked === 'refuse me') throw new Fault('model-request-refused', { retryable: false, message: 'no' });
    const usage = { inputTokens: asked.length, outputTokens: Math.min(asked.length, request.maxOutputTokens) };
    return {
      text: asked.toUpperCase(),
      finishReason: 'stop',
      usage,
      model: 'echo-large-2026',
      priceVersion: 'echo-1',
      costMicroUsd: costMicroUsd(this.price, usage),
      latencyMs: 1,
    };
  }
}

const request = (text: string): ModelRequest => ({ system: 's', messages: [{ role: 'user', text }], maxOutputTokens: 10 });
const granted = (budget: number) => ({ scheduled: { grant: { budgetMicroUsd: String(budget) } } });
const asking =
  (provider: ModelProvider, ...texts: string[]) =>
  async (step: StepRun) => {
    const paid = paidProvider(provider, step);
    const answers: string[] = [];
    for (const text of texts) answers.push((await paid.generate(request(text))).text);
    return { parts: [{ name: 'answers', json: answers }] };
  };

describe('a provider whose calls go through the step', () => {
  it('keeps its name, its prices and its count', async () => {
    const provider = new EchoProvider();
    const paid = paidProvider(provider, {} as StepRun);
    expect([paid.name, paid.offline, paid.count('abc')]).toEqual(['echo', false, provider.count('abc')]);
    expect(await paid.quote(request('x'))).toEqual(await provider.quote(request('x')));
  });

  it('prices a call before it is made and records model, tokens and price after', async () => {
    const bench = await openArmBench(granted(1_000));
    const provider = new EchoProvider();
    await bench.arm(asking(provider, 'hello')).handle(bench.delivery());
    const quoted = (await provider.quote(request('hello'))).worstCaseMicroUsd;
    expect(await bench.body(place('call', 1), 'task.call-started.v1')).toMatchObject({
      name: 'echo-large',
      priceVersion: 'echo-1',
      worstCaseMicroUsd: String(quoted),
    });
    expect((await bench.body(place('done'), 'task.step-done.v1'))?.usage).toEqual([
      { model: 'echo-large-2026', priceVersion: 'echo-1', inputTokens: 5, outputTokens: 5, costMicroUsd: '50' },
    ]);
  });

  it("hands on the step's signal and trace", async () => {
    const bench = await openArmBench();
    const provider = new EchoProvider();
    let signal: AbortSignal | undefined;
    await bench.arm(async (step) => ((signal = step.signal), asking(provider, 'hello')(step))).handle(bench.delivery());
    expect(provider.requests[0]?.abort).toBe(signal);
  });

  it('asks the model nothing that the grant may not cover', async () => {
    const bench = await openArmBench(granted(100));
    const provider = new EchoProvider();
    await bench.arm(asking(provider, 'hello')).handle(bench.delivery());
    expect(provider.requests).toHaveLength(0);
    expect(await bench.body(place('done'), 'task.step-done.v1')).toMatchObject({ failure: { code: 'budget-exceeded' }, usage: [] });
  });

  it('gives the recorded answer after a crash, and asks only what was not asked', async () => {
    const bench = await openArmBench(granted(2_000));
    const provider = new EchoProvider();
    const dying = new MortalLog(bench.log, { at: 3, stored: true });
    await expect(bench.arm(asking(provider, 'one', 'two'), dying).handle(bench.delivery())).rejects.toThrow();
    await bench.arm(asking(provider, 'one', 'two')).handle(bench.delivery(2));
    expect(provider.requests.map((made) => made.messages[0]?.text)).toEqual(['one', 'two']);
    expect(await bench.body(place('done'), 'task.step-done.v1')).toMatchObject({
      content: { clear: { parts: [{ json: ['ONE', 'TWO'] }] } },
    });
  });

  it('passes a refusal on and counts the call at its worst case', async () => {
    const bench = await openArmBench(granted(1_000));
    const provider = new EchoProvider();
    await bench.arm(asking(provider, 'refuse me')).handle(bench.delivery());
    const quoted = (await provider.quote(request('refuse me'))).worstCaseMicroUsd;
    expect(await bench.body(place('done'), 'task.step-done.v1')).toMatchObject({
      failure: { code: 'model-request-refused' },
      usage: [{ costMicroUsd: String(quoted) }],
    });
  });
});
