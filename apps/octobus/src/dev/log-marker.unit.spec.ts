import { describe, expect, it } from '@jest/globals';
import { type LogState, assertLogIsWhole } from '@octobus/jetstream';
import { type Witnesses, isLogMarkers, markersOf } from './log-marker.ts';

const CREATED = '2026-11-21T14:53:04.431712086Z';
const kept = { stream: 'EVENTS', created: CREATED, firstSequence: 1, lastSequence: 50 } as const;
const log = (lastSequence: number, firstSequence = 1) => [{ stream: 'EVENTS', created: CREATED, firstSequence, lastSequence, deleted: 0 }];
const upTo = (sequence: number) => new Map([['EVENTS', sequence]]);
const nothing = new Map<string, number>();
const check = (witnesses: Witnesses, states: readonly LogState[]) => () => assertLogIsWhole(markersOf(witnesses, 1, states), states);

describe('what is known of the log', () => {
  it('is nothing at the first start only', () => {
    expect(markersOf({ kept: undefined, folded: nothing, begun: false }, 1, [])).toEqual([]);
  });

  it('is the later of the marker and what the read models have folded', () => {
    expect(markersOf({ kept: [kept], folded: upTo(60), begun: true }, 1, log(60))).toEqual([{ ...kept, lastSequence: 60 }]);
    expect(markersOf({ kept: [kept], folded: upTo(40), begun: true }, 1, log(60))).toEqual([kept]);
  });

  it('is what the read models have folded when the marker is lost', () => {
    expect(check({ kept: undefined, folded: upTo(60), begun: true }, log(60))).not.toThrow();
    expect(check({ kept: undefined, folded: upTo(60), begun: true }, log(59))).toThrow('it ends at 59, but event 60 was acknowledged');
    expect(check({ kept: undefined, folded: upTo(60), begun: true }, log(70, 3))).toThrow('it begins at 3 instead of 1');
    expect(check({ kept: undefined, folded: upTo(60), begun: false }, [])).toThrow('not there any more');
  });

  it('is that there was one when marker and read models are lost', () => {
    expect(check({ kept: undefined, folded: nothing, begun: true }, [])).toThrow('not there any more');
    expect(check({ kept: undefined, folded: nothing, begun: true }, log(60))).not.toThrow();
  });
});

it.each([undefined, null, '{', [], {}, { ...kept, stream: 'OTHER' }, { ...kept, lastSequence: '50' }, { ...kept, created: 1 }])(
  'takes %j for no marker',
  (value) => {
    expect(isLogMarkers(value)).toBe(false);
    expect(isLogMarkers([value])).toBe(false);
    expect(isLogMarkers(kept)).toBe(true);
    expect(isLogMarkers([kept])).toBe(true);
  },
);

describe('what is known of a spread log', () => {
  const other = { ...kept, stream: 'EVENTS1', lastSequence: 7 };
  const states = [...log(50), { ...log(7)[0], stream: 'EVENTS1' }] as readonly LogState[];

  it('is known stream by stream', () => {
    const folded = new Map([
      ['EVENTS', 40],
      ['EVENTS1', 9],
    ]);
    expect(markersOf({ kept: [kept, other], folded, begun: true }, 2, states)).toEqual([kept, { ...other, lastSequence: 9 }]);
    const found = markersOf({ kept: undefined, folded, begun: true }, 2, states);
    expect(found.map(({ stream, lastSequence }) => [stream, lastSequence])).toEqual([
      ['EVENTS', 40],
      ['EVENTS1', 9],
    ]);
  });

  it('may have a stream in which nothing has happened', () => {
    expect(markersOf({ kept: undefined, folded: upTo(40), begun: true }, 2, states).map(({ lastSequence }) => lastSequence)).toEqual([
      40, 0,
    ]);
  });

  it('needs a marker of each stream, in their order', () => {
    expect(isLogMarkers([kept, other])).toBe(true);
    expect(isLogMarkers([other, kept])).toBe(false);
    expect(isLogMarkers([kept, other, other])).toBe(false);
  });
});
