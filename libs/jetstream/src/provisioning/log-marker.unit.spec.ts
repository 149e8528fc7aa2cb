import { describe, expect, it } from '@jest/globals';
import { isFault } from '@octobus/kernel';
import fc from 'fast-check';
import { assertLogIsWhole, markerOf, raised, raisedTo } from './log-marker.ts';
import type { LogState } from './log-marker.ts';

const log: LogState = { stream: 'EVENTS', created: '2026-11-21T10:00:00.123456789Z', firstSequence: 1, lastSequence: 50, deleted: 0 };

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
        expect(complaint(() => assertLogIsWhole([markerOf(log)], [{ ...log, lastSequence: log.lastSequence + more }]))).toBe('none');
      }),
    );
  });

  it('says nothing about a first start', () => {
    expect(complaint(() => assertLogIsWhole([], []))).toBe('none');
    expect(complaint(() => assertLogIsWhole([], [log]))).toBe('none');
  });

  it.each([
    ['is gone', undefined, 'held events up to 50 and is not there any more'],
    ['was made anew', { ...log, created: '2026-11-22T00:00:00Z' }, 'the one found is another'],
    ['lost its end', { ...log, lastSequence: 49 }, 'ends at 49, but event 50 was acknowledged'],
    ['lost its beginning', { ...log, firstSequence: 2 }, 'begins at 2 instead of 1'],
    ['lost a piece inside', { ...log, deleted: 3 }, 'something inside it is gone (3 of its events)'],
  ])('complains in one sentence when the log %s', (_what, actual, words) => {
    const said = complaint(() => assertLogIsWhole([markerOf(log)], actual === undefined ? [] : [actual]));
    expect(said).toContain(words);
    expect(said.split('. ')).toHaveLength(1);
  });

  it('complains of a hole even when nothing is known', () => {
    expect(complaint(() => assertLogIsWhole([], [{ ...log, deleted: 1 }]))).toContain('something inside it is gone (1 of its events)');
  });

  it('every place that knows the log must agree: the strictest one decides', () => {
    const lagging = { ...markerOf(log), lastSequence: 10 };
    expect(complaint(() => assertLogIsWhole([lagging, markerOf(log)], [{ ...log, lastSequence: 20 }]))).toContain('ends at 20');
    expect(complaint(() => assertLogIsWhole([lagging], [{ ...log, lastSequence: 20 }]))).toBe('none');
  });

  it('holds each stream of a spread log against the marker of that stream', () => {
    const other = { ...log, stream: 'EVENTS1', lastSequence: 20 };
    const markers = [markerOf(log), markerOf(other)];
    expect(complaint(() => assertLogIsWhole(markers, [other, log]))).toBe('none');
    expect(complaint(() => assertLogIsWhole(markers, [log]))).toContain('(EVENTS1) is not whole: it held events up to 20');
    expect(complaint(() => assertLogIsWhole(markers, [log, { ...other, lastSequence: 19 }]))).toContain(
      '(EVENTS1) is not whole: it ends at 19',
    );
    expect(complaint(() => assertLogIsWhole(markers, [log, { ...other, deleted: 1 }]))).toContain(
      '(EVENTS1) is not whole: something inside',
    );
  });

  it('is raised stream by stream, and is the same when nothing has grown', () => {
    const other = { ...log, stream: 'EVENTS1', lastSequence: 20 };
    const markers = [markerOf(log), markerOf(other)];
    expect(raisedTo(markers, [log, other])).toBe(markers);
    expect(raisedTo(markers, [{ ...other, lastSequence: 21 }])).toEqual([markerOf(log), { ...markerOf(other), lastSequence: 21 }]);
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
