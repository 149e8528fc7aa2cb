import { describe, expect, it } from '@jest/globals';
import type { TaskView, Timeline } from '@octobus/task';
import { armAckWaitMs } from './crash-demo.ts';
import { type Crash, crashStory, explain } from './crash-story.ts';

const T0 = Date.parse('2026-01-01T00:00:00.000Z');
const at = (ms: number): string => new Date(T0 + ms).toISOString();
const entry = (sequence: number, afterMs: number, type: string, step?: string): Timeline => ({
  sequence,
  at: at(afterMs),
  afterMs,
  type,
  actor: 'orchestrator',
  note: '',
  ...(step === undefined ? {} : { step, attempt: 1, arm: 'noop' }),
});

const timeline = [
  entry(7, 0, 'task.accepted.v1'),
  entry(10, 44, 'task.steps-scheduled.v1', 'work'),
  entry(11, 8531, 'task.step-done.v1', 'work'),
  entry(14, 8548, 'task.completed.v1'),
];
const run = {
  id: 'work',
  agent: 'noop@1',
  arm: 'noop',
  attempt: 1,
  state: 'done',
  scheduledAt: at(44),
  doneAt: at(8531),
  durationMs: 3003,
} as const;
const view: TaskView = {
  id: 't',
  state: 'completed',
  goal: '',
  owner: '',
  createdAt: at(0),
  updatedAt: at(8548),
  steps: [run],
  spentMicroUsd: '0',
  events: 4,
  lastSequence: 14,
};
const crash: Crash = { service: 'arm-noop', pid: 11, killedAt: T0 + 1078, restarted: { pid: 12, at: T0 + 2003 } };

describe('the story of a crash', () => {
  it('is read from the events: the recorded run began when its outcome was stored less what it took', () => {
    expect(crashStory(view, timeline, 'work', crash)).toMatchObject({
      dispatch: 10,
      outcome: 11,
      outcomes: 1,
      attempt: 1,
      killedAtMs: 1078,
      restartedAfterMs: 925,
      resumedAfterMs: 8531 - 3003 - 1078,
      hit: true,
    });
  });

  it('does not claim a crash in the middle of the step when the recorded run had begun before the kill', () => {
    const late = { ...crash, killedAt: T0 + 6000 };
    const story = crashStory(view, timeline, 'work', late);
    expect(story?.hit).toBe(false);
    expect(story && explain(story, late, 5000)).toEqual([expect.stringContaining('did not come in the middle')]);
  });

  it('does not claim it either when the kill came before the dispatch', () => {
    expect(crashStory(view, timeline, 'work', { ...crash, killedAt: T0 + 10 })?.hit).toBe(false);
  });

  it('is not told of a step without an outcome', () => {
    expect(crashStory(view, timeline, 'other', crash)).toBeUndefined();
    expect(crashStory(view, timeline.slice(0, 2), 'work', crash)).toBeUndefined();
  });

  it('names sequences, processes and times that were really seen', () => {
    const story = crashStory(view, timeline, 'work', crash);
    const text = story === undefined ? '' : explain(story, crash, 5000).join('\n');
    for (const fact of [
      'Sequence 10',
      'pid 11',
      'pid 12',
      '1.078 s',
      '0.925 s',
      'ack wait 5 s',
      '4.450 s',
      'Sequence 11',
      'recorded once',
    ]) {
      expect(text).toContain(fact);
    }
  });

  it('says nothing of a new process that was not seen', () => {
    const alone = { ...crash, restarted: undefined };
    const story = crashStory(view, timeline, 'work', alone);
    expect(story && explain(story, alone, 5000).join('\n')).not.toContain('supervisor');
  });
});

describe('the ack wait that the explanation names', () => {
  it('is the one that is provisioned', () => {
    expect(armAckWaitMs()).toBe(5000);
  });
});
