import type { ModelAnswer, ModelProvider, ModelRequest } from '@octobus/models';
import type { Json, StepRun } from './step-run.ts';

/** A provider whose calls go through the step: priced before, recorded after, replayed instead of repeated after a crash, refused beyond the grant. */
export const paidProvider = (provider: ModelProvider, step: StepRun): ModelProvider => ({
  name: provider.name,
  offline: provider.offline,
  quote: (request) => provider.quote(request),
  count: (text) => provider.count(text),
  async generate(request: ModelRequest): Promise<ModelAnswer> {
    const { model, priceVersion, worstCaseMicroUsd } = await provider.quote(request);
    const call = { kind: 'model', name: model, priceVersion, worstCase: worstCaseMicroUsd, effect: 'idempotent' } as const;
    const answer = await step.call(call, async () => {
      const made = await provider.generate({ ...request, abort: step.signal, traceparent: step.traceparent });
      const { inputTokens, outputTokens } = made.usage;
      const usage = {
        model: made.model,
        priceVersion: made.priceVersion,
        inputTokens,
        outputTokens,
        costMicroUsd: String(made.costMicroUsd),
      };
      return { value: made as unknown as Json, usage };
    });
    return answer as unknown as ModelAnswer;
  },
});
