import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LOG_STREAM_COUNTS, isLogStreamCount, logStreamIndex, logStreamOf, logStreams } from './log-streams.ts';
import { taskPrefix } from './subjects.ts';

/** As nats-server matches: a token of the filter is itself or `*`, `>` is all that follows. */
const takes = (filter: string, subject: string): boolean => filter === 'evt.>' || subject.startsWith(filter.slice(0, -1));

describe('the streams of a spread log', () => {
  it.each(LOG_STREAM_COUNTS)('%d take every event once, in the stream that is computed for it', (count) => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        const subject = `${taskPrefix('acme', id)}.flow.end`;
        const takers = logStreams(count).filter(({ subjects }) => subjects.some((filter) => takes(filter, subject)));
        expect(takers.map(({ name }) => name)).toEqual([logStreamOf(subject, count)]);
      }),
    );
  });

  it.each(LOG_STREAM_COUNTS)('%d take all 64 shards in equal parts', (count) => {
    const subjects = logStreams(count).flatMap((stream) => stream.subjects);
    expect(new Set(subjects).size).toBe(count === 1 ? 1 : 64);
    expect(new Set(logStreams(count).map((stream) => stream.subjects.length)).size).toBe(1);
  });

  it('are named so that the first of many is the one of a log in one stream', () => {
    expect(logStreams(1).map(({ name }) => name)).toEqual(['EVENTS']);
    expect(logStreams(4).map(({ name }) => name)).toEqual(['EVENTS', 'EVENTS1', 'EVENTS2', 'EVENTS3']);
  });

  it('are not told apart by a filter over all shards, and all one where there is one', () => {
    expect(logStreamIndex('evt.*.acme.>', 4)).toBeUndefined();
    expect(logStreamIndex('evt.>', 8)).toBeUndefined();
    expect(logStreamIndex('evt.*.acme.>', 1)).toBe(0);
    expect(logStreamIndex('evt.07.acme.task.t.>', 4)).toBe(3);
  });

  it('can be 1, 2, 4 or 8', () => {
    expect([0, 1, 2, 3, 4, 5, 8, 16, 64, Number.NaN].filter(isLogStreamCount)).toEqual([1, 2, 4, 8]);
  });
});
