import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Timeline } from '@octobus/task';
import { printable, timelineLine } from './timeline-text.ts';

const entry = (part: Partial<Timeline>): Timeline => ({
  sequence: 3,
  at: '2026-01-01T00:00:00.021Z',
  afterMs: 21,
  type: 'task.step-done.v1',
  actor: 'arm-retriever',
  note: '6 passages',
  ...part,
});

describe('text for a terminal', () => {
  it('never holds a character that steers a terminal or turns the reading direction', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // oxlint-disable-next-line no-control-regex -- these are the characters that must be gone
        expect(printable(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      }),
    ));

  it('is left as it is when there is nothing to fear', () => {
    expect(printable('Grüße, 世界 👍\n\tنعم')).toBe('Grüße, 世界 👍\n\tنعم');
  });

  it('shows where something was taken out', () => {
    expect(printable('a\u001b[2Jb')).toBe('a\ufffd[2Jb');
  });
});

describe('a line of the timeline', () => {
  it('says when, what, who, where and what came of it', () => {
    expect(timelineLine(entry({ step: 's1', attempt: 1, arm: 'retriever' }))).toBe(
      '  0.021  step-done        arm-retriever   s1  6 passages',
    );
  });

  it('names the attempt from the second on', () => {
    expect(timelineLine(entry({ step: 's1', attempt: 2, arm: 'retriever' }))).toContain('s1 (attempt 2)  6 passages');
  });

  it('names the service that screened instead of the key that asked', () => {
    expect(timelineLine(entry({ type: 'task.accepted.v1', actor: 'key:3f0c', note: 'injection 0.01' }))).toContain(' reflex ');
    expect(timelineLine(entry({ type: 'task.accepted.v1', actor: 'nats:acme', note: '' }))).toContain(' reflex');
  });

  it('stays one line without blanks at its end, whatever a note holds', () => {
    expect(timelineLine(entry({ note: '' }))).toBe('  0.021  step-done        arm-retriever');
    expect(timelineLine(entry({ note: 'one\ntwo' })).split('\n')).toHaveLength(1);
  });
});
