import { describe, expect, it } from '@jest/globals';
import type { ResultView, TaskView } from '@octobus/task';
import { answerText } from './answer-text.ts';

const view = (part: Partial<TaskView>): TaskView => ({
  id: '01900000-0000-7000-8000-000000000001',
  state: 'completed',
  goal: 'How?',
  owner: 'key:a',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.078Z',
  steps: [],
  spentMicroUsd: '1234',
  events: 16,
  lastSequence: 18,
  ...part,
});

const result = (part: Partial<ResultView>): ResultView => ({ answer: '', sentences: [], citations: [], outputs: [], ...part });

describe('an answer in text', () => {
  it('shows each sentence with its citations, where they stand in the file, and the cost', () => {
    const citation = { n: 1, documentId: 'd', name: 'docs/log.md', startLine: 12, endLine: 18, startByte: 0, endByte: 9, text: 'It is.' };
    const told = result({
      found: true,
      offline: true,
      sentences: [{ text: 'It is delivered again.', citations: [1, 2] }],
      citations: [citation],
    });
    const lines = answerText(view({ result: told }), 78).split('\n');
    expect(lines).toEqual([
      '  It is delivered again. [1][2]',
      '    [1] docs/log.md:12-18',
      '  offline: extracted from the documents, not written by a model',
      '',
      'cost $0.001234   16 events   78 ms',
    ]);
  });

  it('says plainly that the documents hold no answer', () => {
    expect(answerText(view({ result: result({ found: false }) }), 1)).toContain('  not found in these documents\n');
  });

  it('does not call an answer of a model offline', () => {
    expect(answerText(view({ result: result({ found: true, sentences: [{ text: 'Yes.', citations: [] }] }) }), 1)).not.toContain('offline');
  });

  it('says why a task has no result', () => {
    const failed = view({ state: 'failed', failure: { code: 'step-timeout', message: 'too long\u001b[0m' } });
    expect(answerText(failed, 1)).toContain('  failed: step-timeout too long\ufffd[0m');
    expect(answerText(view({ state: 'cancelled' }), 1).split('\n')[0]).toBe('  cancelled');
  });

  it('counts what steps handed over when it is no answer in words', () => {
    const parts = [{ name: 'echo' }];
    expect(
      answerText(
        view({
          result: result({
            outputs: [
              { step: 's1', parts },
              { step: 's2', parts: [] },
            ],
          }),
        }),
        1,
      ),
    ).toContain('  s1: 1 part\n  s2: 0 parts');
  });

  it('lets no document steer the terminal', () => {
    const citation = { n: 1, documentId: 'd', name: 'a\u001b]0;x\u0007.md', startLine: 1, endLine: 1, startByte: 0, endByte: 1, text: '' };
    const told = result({ found: true, sentences: [{ text: 'x\u009b2J', citations: [1] }], citations: [citation] });
    const text = answerText(view({ result: told }), 1);
    for (const steers of ['\u001b', '\u0007', '\u009b']) expect(text).not.toContain(steers);
  });
});
