import { describe, expect, it } from '@jest/globals';
import { stepOf } from '@octobus/arm/testing';
import type { ContentPartJson } from '@octobus/contracts';
import { judgeWorker } from './judge.worker.ts';

const SOURCE = 'The filter of the pump has to be cleaned every 30 days. The motor runs at 40 degrees.';

const answered = (sentences: readonly { text: string; citations: number[] }[], more: object = {}): ContentPartJson[] => [
  { name: 'answer', origin: 'ORIGIN_MODEL', taints: ['untrusted'], json: { found: true, offline: false, sentences, ...more } as never },
  { name: 'citation/1', origin: 'ORIGIN_RETRIEVED', taints: ['untrusted'], text: SOURCE },
  { name: 'citation/2', origin: 'ORIGIN_RETRIEVED', taints: ['untrusted'], text: 'The lamp is red.' },
];
const judge = async (parts: readonly ContentPartJson[]) => {
  const result = await judgeWorker.perform(stepOf({ inputs: { write: parts } }));
  return { ...result, answer: result.parts.find((part) => part.name === 'answer')?.json };
};

describe('the judge', () => {
  it('lets through what follows from its source and withholds the rest, with the source of what is left', async () => {
    const { answer, parts, note } = await judge(
      answered([
        { text: 'The filter of the pump has to be cleaned every 30 days.', citations: [1] },
        { text: 'The filter of the pump has to be cleaned every 60 days.', citations: [1] },
        { text: 'The motor never runs at 40 degrees.', citations: [1] },
        { text: 'The motor runs at 40 degrees.', citations: [2] },
        { text: 'The motor runs at 40 degrees.', citations: [] },
      ]),
    );
    expect(answer).toMatchObject({
      found: true,
      withheld: 4,
      sentences: [{ text: 'The filter of the pump has to be cleaned every 30 days.', citations: [1] }],
    });
    expect(parts.map((part) => part.name)).toEqual(['answer', 'citation/1', 'verdicts']);
    expect(parts.find((part) => part.name === 'verdicts')?.json).toHaveLength(5);
    expect(note).toBe('1 of 5 sentences supported');
  });

  it('finds nothing where nothing is left, and where there was nothing to check', async () => {
    expect((await judge(answered([{ text: 'The pump is made of gold.', citations: [2] }]))).answer).toMatchObject({
      found: false,
      sentences: [],
    });
    const none = await judge(answered([], { found: false }));
    expect(none).toMatchObject({ answer: { found: false }, note: 'nothing to check: not found' });
  });

  it('leaves it an answer of a model: what was checked is no more trusted than before', async () => {
    const { parts } = await judge(answered([{ text: 'The motor runs at 40 degrees.', citations: [1] }]));
    expect(parts[0]).toMatchObject({ name: 'answer', origin: 'ORIGIN_MODEL' });
    expect(parts[1]).toMatchObject({ name: 'citation/1', origin: 'ORIGIN_RETRIEVED', taints: ['untrusted'] });
  });

  it.each([
    ['no answer', []],
    ['an answer that is none', [{ name: 'answer', json: { found: true, sentences: 'all of them' } }]],
  ])('fails for good when it is given %s', async (_name, parts) => {
    await expect(judge(parts as ContentPartJson[])).rejects.toMatchObject({ code: 'judge-without-answer', retryable: false });
  });
});
