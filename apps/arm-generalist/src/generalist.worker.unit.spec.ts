import { describe, expect, it } from '@jest/globals';
import { stepOf } from '@octobus/arm/testing';
import type { ContentPartJson } from '@octobus/contracts';
import { microUsdOf } from '@octobus/kernel';
import { type ModelProvider, OfflineProvider, countUpperBound } from '@octobus/models';
import { generalistWorker } from './generalist.worker.ts';

const found = (query: string, ...texts: string[]): ContentPartJson[] => [
  { name: 'retrieval', origin: 'ORIGIN_TOOL', json: { confidence: 0.9, query } },
  ...texts.map((text, i): ContentPartJson => ({
    name: 'passage',
    origin: 'ORIGIN_RETRIEVED',
    taints: ['untrusted'],
    source: { documentId: query, name: 'pump.md', startByte: i * 100, endByte: i * 100 + text.length },
    text,
  })),
];

interface Answer {
  readonly found: boolean;
  readonly offline: boolean;
  readonly model?: string;
  readonly sentences: readonly { readonly text: string; readonly citations: readonly number[] }[];
}
const answerIn = (parts: readonly ContentPartJson[]) => parts.find((part) => part.name === 'answer')?.json as unknown as Answer;

/** A model that says what the test wants said. */
const saying = (text: string): ModelProvider => ({
  name: 'said',
  offline: false,
  count: countUpperBound,
  quote: async () => ({ model: 'said-1', priceVersion: 'v', priceKnown: true, worstCaseMicroUsd: microUsdOf(9) }),
  generate: async () => ({
    text,
    finishReason: 'stop',
    usage: { inputTokens: 1, outputTokens: 1 },
    model: 'said-1',
    priceVersion: 'v',
    costMicroUsd: microUsdOf(3),
    latencyMs: 1,
  }),
});

describe('the generalist without a model', () => {
  const offline = generalistWorker(new OfflineProvider());

  it('answers in sentences of the passages, each with the place it came from', async () => {
    const query = 'How often is the filter of the pump cleaned?';
    const parts = found(query, 'The lamp is red.', 'The filter of the pump is cleaned every 30 days. Oil it, too.');
    const result = await offline.perform(stepOf({ instruction: query, inputs: { look: parts } }));
    const answer = answerIn(result.parts);
    expect(answer).toMatchObject({ found: true, offline: true });
    const sentence = answer.sentences.find(({ text }) => text === 'The filter of the pump is cleaned every 30 days.');
    const citation = result.parts.find((part) => part.name === `citation/${sentence?.citations[0]}`);
    expect(citation).toMatchObject({ origin: 'ORIGIN_RETRIEVED', taints: ['untrusted'], source: { startByte: 100 } });
    expect(citation?.text).toContain('every 30 days');
    expect(result.note).toContain('offline');
  });

  it('says that it found nothing instead of guessing', async () => {
    const parts = found('Who won the cup?', 'The filter of the pump is cleaned every 30 days.');
    const result = await offline.perform(stepOf({ inputs: { look: parts } }));
    expect(answerIn(result.parts)).toMatchObject({ found: false, sentences: [] });
    expect(result.parts).toHaveLength(1);
    expect(result.note).toBe('not found in these documents (offline: extracted, not written)');
    expect(answerIn((await offline.perform(stepOf())).parts)).toMatchObject({ found: false });
  });
});

describe('the generalist with a model', () => {
  const parts = found('How often?', 'First passage.', 'Clean it every 30 days.', 'Third passage.');

  it('pays for the call through the step and numbers what it cites from one, without gaps', async () => {
    const said = {
      found: true,
      sentences: [
        { text: 'Every 30 days.', citations: [2] },
        { text: 'And third.', citations: [3, 2] },
      ],
    };
    const step = stepOf({ instruction: 'How often?', inputs: { look: parts } });
    const result = await generalistWorker(saying(JSON.stringify(said))).perform(step);
    expect(step.made).toEqual(['said-1']);
    expect(answerIn(result.parts)).toEqual({
      found: true,
      offline: false,
      model: 'said-1',
      sentences: [
        { text: 'Every 30 days.', citations: [1] },
        { text: 'And third.', citations: [2, 1] },
      ],
    });
    expect(result.parts.slice(1).map(({ name, text }) => [name, text])).toEqual([
      ['citation/1', 'Clean it every 30 days.'],
      ['citation/2', 'Third passage.'],
    ]);
    expect(result.parts[0]).toMatchObject({ origin: 'ORIGIN_MODEL', taints: ['untrusted'] });
  });

  it('falls back to sentences of the passages, and says so, when the model cites nothing that exists', async () => {
    const said = { found: true, sentences: [{ text: 'Trust me.', citations: [99] }] };
    const result = await generalistWorker(saying(JSON.stringify(said))).perform(
      stepOf({ instruction: 'How often?', inputs: { look: parts } }),
    );
    expect(answerIn(result.parts).offline).toBe(true);
    expect(JSON.stringify(result.parts)).not.toContain('Trust me');
  });
});
