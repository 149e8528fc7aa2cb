import { describe, expect, it } from '@jest/globals';
import { replayOf } from './task.replay.ts';
import type { ViewedEvent } from './task.subjects.ts';

const START = Date.parse('2026-11-21T12:00:00Z');

function event(sequence: number, type: string, facet: string, data: object, known = true): ViewedEvent {
  const body = { type: known ? type : 'unknown', data };
  const envelope = { id: `e${sequence}`, type, actor: 'service:x', causation: '' };
  return { sequence, storedAt: START + sequence * 1000, address: { aggregate: 'task', facet: facet.split('.') }, body, envelope };
}

const step = { step: 's1', agent: 'noop@1', arm: 'noop', attempt: 1 };
const plan = { origin: 'submitted', steps: [{ id: 's1', agent: 'noop' }] };
const EVENTS = [
  event(10, 'task.accepted.v1', 'request.submit.t', { owner: 'key:1', plan }),
  event(12, 'task.steps-scheduled.v1', 'flow.step.noop.b.s1.1', { steps: [step] }),
  event(14, 'task.step-admired.v9', 'flow.admired', {}, false),
  event(15, 'task.step-done.v1', 'arm.noop.s1.1.done', {}),
  event(19, 'task.completed.v1', 'flow.end', { steps: 1 }),
];
const stateAt = (asOf?: Parameters<typeof replayOf>[2]) => {
  const replay = replayOf('t', EVENTS, asOf);
  return replay && [replay.view.state, replay.timeline.at(-1)?.sequence, replay.view.steps[0]?.state, replay.later];
};

describe('a task as of a point', () => {
  it('is what its events up to and with that sequence say', () => {
    expect(stateAt({ sequence: 9 })).toBeUndefined();
    expect(stateAt({ sequence: 10 })).toEqual(['accepted', 10, undefined, 4]);
    expect(stateAt({ sequence: 11 })).toEqual(['accepted', 10, undefined, 4]);
    expect(stateAt({ sequence: 12 })).toEqual(['running', 12, 'scheduled', 3]);
    expect(stateAt({ sequence: 18 })).toEqual(['running', 15, 'done', 1]);
    expect(stateAt({ sequence: 19 })).toEqual(['completed', 19, 'done', 0]);
    expect(stateAt()).toEqual(stateAt({ sequence: 1_000 }));
  });

  it('is the same as of the time at which that event was stored', () => {
    for (const { sequence, storedAt } of EVENTS) {
      expect(stateAt({ time: storedAt })).toEqual(stateAt({ sequence }));
      expect(stateAt({ time: storedAt - 1 })).toEqual(stateAt({ sequence: sequence - 1 }));
    }
  });

  it('counts events of a newer release by type, and leaves them out', () => {
    expect(replayOf('t', EVENTS, { sequence: 12 })?.unknown).toEqual({});
    const replay = replayOf('t', EVENTS);
    expect(replay?.unknown).toEqual({ 'task.step-admired.v9': 1 });
    expect(replay?.timeline.map(({ sequence }) => sequence)).toEqual([10, 12, 15, 19]);
    expect(replay?.view.state).toBe('completed');
  });
});
