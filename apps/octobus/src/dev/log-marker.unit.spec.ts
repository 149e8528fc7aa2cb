import { describe, expect, it } from '@jest/globals';
import { assertLogIsWhole } from '@octobus/jetstream';
import { isLogMarker, markersOf } from './log-marker.ts';

const CREATED = '2026-11-21T14:53:04.431712086Z';
const kept = { stream: 'EVENTS', created: CREATED, firstSequence: 1, lastSequence: 50 } as const;
const log = (lastSequence: number, firstSequence = 1) => ({ created: CREATED, firstSequence, lastSequence, deleted: 0 });
const check = (witnesses: Parameters<typeof markersOf>[0], actual: Parameters<typeof markersOf>[1]) => () =>
  assertLogIsWhole(markersOf(witnesses, actual), actual);

describe('what is known of the log', () => {
  it('is nothing at the first start only', () => {
    expect(markersOf({ kept: undefined, folded: 0, begun: false }, undefined)).toEqual([]);
  });

  it('is the later of the marker and what the read models have folded', () => {
    expect(markersOf({ kept, folded: 60, begun: true }, log(60))).toEqual([{ ...kept, lastSequence: 60 }]);
    expect(markersOf({ kept, folded: 40, begun: true }, log(60))).toEqual([kept]);
  });

  it('is what the read models have folded when the marker is lost', () => {
    expect(check({ kept: undefined, folded: 60, begun: true }, log(60))).not.toThrow();
    expect(check({ kept: undefined, folded: 60, begun: true }, log(59))).toThrow('it ends at 59, but event 60 was acknowledged');
    expect(check({ kept: undefined, folded: 60, begun: true }, log(70, 3))).toThrow('it begins at 3 instead of 1');
    expect(check({ kept: undefined, folded: 60, begun: false }, undefined)).toThrow('not there any more');
  });

  it('is that there was one when marker and read models are lost', () => {
    expect(check({ kept: undefined, folded: 0, begun: true }, undefined)).toThrow('not there any more');
    expect(check({ kept: undefined, folded: 0, begun: true }, log(60))).not.toThrow();
  });
});

it.each([undefined, null, '{', [], {}, { ...kept, stream: 'OTHER' }, { ...kept, lastSequence: '50' }, { ...kept, created: 1 }])(
  'takes %j for no marker',
  (value) => {
    expect(isLogMarker(value)).toBe(false);
    expect(isLogMarker(kept)).toBe(true);
  },
);
