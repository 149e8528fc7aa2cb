import { describe, expect, it } from '@jest/globals';
import type { StepView, TaskView, Timeline } from '@octobus/task';
import { columns } from './columns.ts';
import { replayText } from './replay-text.ts';

const step = (part: Partial<StepView>): StepView => ({
  id: 'work',
  agent: 'noop@1',
  arm: 'noop',
  attempt: 1,
  state: 'done',
  scheduledAt: '2026-01-01T00:00:00.000Z',
  ...part,
});

const view: TaskView = {
  id: '01900000-0000-7000-8000-000000000001',
  state: 'completed',
  goal: 'Show it',
  owner: 'key:a',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:08.000Z',
  steps: [
    step({ state: 'failed', failure: { code: 'step-timeout', message: 'too long' } }),
    step({ attempt: 2, durationMs: 3003, note: 'done at last' }),
  ],
  spentMicroUsd: '0',
  events: 2,
  lastSequence: 9,
};

const timeline: readonly Timeline[] = [
  { sequence: 7, at: view.createdAt, afterMs: 0, type: 'task.accepted.v1', actor: 'key:a', note: '' },
  { sequence: 9, at: view.updatedAt, afterMs: 8000, type: 'task.completed.v1', actor: 'orchestrator', note: '1 step' },
];

describe('a replay in text', () => {
  it('says which events it was folded from and that no model was called', () => {
    expect(replayText(view, timeline)).toContain(
      '2 events as recorded, sequences 7 to 9, from 2026-01-01T00:00:00.000Z; no model was called',
    );
  });

  it('shows every attempt of a step with what came of it', () => {
    const text = replayText(view, timeline);
    expect(text).toMatch(/work +noop@1 +failed +step-timeout too long/);
    expect(text).toMatch(/work +noop@1 +attempt 2 +done +3003 ms +done at last/);
  });

  it('ends with the cost and how long it took', () => {
    expect(replayText(view, timeline).split('\n').at(-1)).toBe('cost $0.000000   2 events   8000 ms');
  });
});

describe('columns', () => {
  it('stand under each other, without blanks at the end of a line', () => {
    expect(
      columns([
        ['ID', 'STATE', ''],
        ['a-long-id', 'ok', 'x'],
      ]),
    ).toEqual(['ID         STATE', 'a-long-id  ok     x']);
  });
});
