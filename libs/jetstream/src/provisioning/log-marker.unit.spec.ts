import { describe, expect, it } from '@jest/globals';
import { isFault } from '@octobus/kernel';
import fc from 'fast-check';
import { assertLogIsWhole, markerOf, raised } from './log-marker.ts';
import type { LogState } from './log-marker.ts';

const log: LogState = { created: '2026-11-21T10:00:00.123456789Z', firstSequence: 1, lastSequence: 50, deleted: 0 };

function complaint(run: () => void): string {
  try {
    run();
    return 'none';
  } catch (error) {
    if (!isFault(error, 'log-shorter-than-known')) throw error;
    return error.message;
  }
}

describe('what is known of the log apart from the log', () => {
  it('is satisfied by the log it was taken from, and by that log grown longer', () => {
    fc.assert(
      fc.property(fc.nat(1000), (more) => {
        expect(complaint(() => assertLogIsWhole([markerOf(log)], { ...log, lastSequence: log.lastSequence + more }))).toBe('none');
      }),
    );
  });

  it('says nothing about a first start', () => {
    expect(complaint(() => assertLogIsWhole([], undefined))).toBe('none');
    expect(complaint(() => assertLogIsWhole([], log))).toBe('none');
  });

  it.each([
    ['is gone', undefined, 'held events up to 50 and is not there any more'],
    ['was made anew', { ...log, created: '2026-11-22T00:00:00Z' }, 'the one found is another'],
    ['lost its end', { ...log, lastSequence: 49 }, 'ends at 49, but event 50 was acknowledged'],
    ['lost its beginning', { ...log, firstSequence: 2 }, 'begins at 2 instead of 1'],
    ['lost a piece inside', { ...log, deleted: 3 }, 'something inside it is gone (3 of its events)'],
  ])('complains in one sentence when the log %s', (_what, actual, words) => {
    const said = complaint(() => assertLogIsWhole([markerOf(log)], actual));
    expect(said).toContain(words);
    expect(said.split('. ')).toHaveLength(1);
  });

  it('complains of a hole even when nothing is known', () => {
    expect(complaint(() => assertLogIsWhole([], { ...log, deleted: 1 }))).toContain('something inside it is gone (1 of its events)');
  });

  it('every place that knows the log must agree: the strictest one decides', () => {
    const lagging = { ...markerOf(log), lastSequence: 10 };
    expect(complaint(() => assertLogIsWhole([lagging, markerOf(log)], { ...log, lastSequence: 20 }))).toContain('ends at 20');
    expect(complaint(() => assertLogIsWhole([lagging], { ...log, lastSequence: 20 }))).toBe('none');
  });

  it('only ever rises', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200)), (acknowledged) => {
        const last = acknowledged.reduce(raised, markerOf(log)).lastSequence;
        expect(last).toBe(Math.max(log.lastSequence, ...acknowledged));
      }),
    );
  });
});
