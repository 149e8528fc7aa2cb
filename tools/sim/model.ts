import type { MemorySearchAnswer } from '@octobus/contracts';
import { Fault, microUsdOf } from '@octobus/kernel';
import type { ModelAnswer, ModelProvider } from '@octobus/models';
import type { Chance } from './chance.ts';
import type { Process } from './process.ts';

const PLAN = {
  steps: [
    { id: 'find', agent: 'retriever', after: [], instruction: 'When does the harbour open?', accept: [] },
    { id: 'answer', agent: 'generalist', after: ['find'], instruction: 'When does the harbour open?', accept: [] },
    { id: 'check', agent: 'judge', after: ['answer'], instruction: 'Check it.', accept: [] },
  ],
};
const SENTENCE = 'The harbour of Lisbon opens at six in the morning.';
const ANSWER = { found: true, sentences: [{ text: SENTENCE, citations: [1] }] };
const WORST = microUsdOf(900);

/** A language model that takes its time, has a price, answers well, badly or not at all. */
export const simulatedModel = (answers: 'plan' | 'answer', process: Process, chance: Chance): ModelProvider => ({
  name: 'simulated',
  offline: false,
  count: (text) => text.length,
  quote: () => Promise.resolve({ model: 'simulated', priceVersion: '1', priceKnown: true, worstCaseMicroUsd: WORST }),
  async generate(): Promise<ModelAnswer> {
    await process.pause(chance.between(5, 400));
    if (chance.hit(0.1)) throw new Fault('model-unavailable', { retryable: true, message: 'the model does not answer' });
    const text = chance.hit(0.7) ? JSON.stringify(answers === 'plan' ? PLAN : ANSWER) : 'I would rather not say.';
    const usage = { inputTokens: chance.whole(10, 90), outputTokens: chance.whole(1, 40) };
    const costMicroUsd = microUsdOf(usage.inputTokens + 10 * usage.outputTokens);
    return { text, finishReason: 'stop', usage, model: 'simulated', priceVersion: '1', costMicroUsd, latencyMs: 1 };
  },
});

/** The memory service with one document in it. */
export const simulatedMemory =
  (process: Process, chance: Chance) =>
  async (_request: unknown, signal: AbortSignal): Promise<MemorySearchAnswer> => {
    await process.pause(chance.between(1, 40));
    signal.throwIfAborted();
    if (chance.hit(0.05)) throw new Fault('memory-unavailable', { retryable: true, message: 'memory does not answer' });
    const place = { startByte: 0, endByte: SENTENCE.length, startLine: 1, endLine: 1 };
    const passage = {
      documentId: '0192f0c1-2d3e-7a4b-8c5d-6e7f8091a2b3',
      name: 'harbours.md',
      digest: 'ab',
      text: SENTENCE,
      score: 1,
      ...place,
    };
    return { passages: [passage], confidence: 0.9, documents: 1 };
  };
