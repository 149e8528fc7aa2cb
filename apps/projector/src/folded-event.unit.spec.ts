import { describe, expect, it } from '@jest/globals';
import { generateHistory } from '@octobus/read-models/testing';
import { folded, positionAfter } from './folded-event.ts';

const history = generateHistory({ tasks: 3 });
const start = { stream: 'EVENTS', sequence: 0, runningHash: '' };
const hashOf = (events: typeof history) => positionAfter(start, events.map(folded)).runningHash;

describe('the running hash', () => {
  it('is the same however the history is cut', () => {
    const middle = positionAfter(start, history.slice(0, 10).map(folded));
    expect(positionAfter(middle, history.slice(10).map(folded))).toEqual(positionAfter(start, history.map(folded)));
  });

  it('differs when an event is missing, changed, renamed or out of order', () => {
    const [first, second, ...rest] = history;
    if (first === undefined || second === undefined) throw new Error('too short');
    const changed = { ...first, body: { ...first.body, data: { name: 'other' } } } as typeof first;
    const variants = [
      history,
      [second, ...rest],
      [second, first, ...rest],
      [changed, second, ...rest],
      [{ ...first, subject: `${first.subject}x` }, second, ...rest],
      [{ ...first, envelope: { ...first.envelope, id: 'other' } }, second, ...rest],
    ];
    expect(new Set(variants.map(hashOf)).size).toBe(variants.length);
  });

  it('is that of what was written, however a later release reads it', () => {
    const [first, ...rest] = history;
    if (first === undefined) throw new Error('too short');
    const upcast = { ...first, written: first.body.data, body: { ...first.body, data: { name: 'in the words of today' } } } as typeof first;
    expect(hashOf([upcast, ...rest])).toBe(hashOf(history));
  });

  it('keeps nothing of the content', () => {
    expect(JSON.stringify(history)).toContain('quick answer');
    expect(JSON.stringify(history.map(folded))).not.toContain('quick answer');
  });
});
