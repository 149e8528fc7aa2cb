import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Lanes, type Waiting } from './lanes.ts';

const message = (source: number, sequence: number, key?: string): Waiting => ({ source, sequence, key });

const arrivals = fc.uniqueArray(
  fc.record({
    source: fc.integer({ min: 0, max: 2 }),
    sequence: fc.integer({ min: 1, max: 500 }),
    key: fc.option(fc.constantFrom('x', 'y', 'z'), { nil: undefined }),
  }),
  { selector: ({ sequence }) => sequence, maxLength: 60 },
);

describe('lanes', () => {
  it('interleave sources by weight', () => {
    const lanes = new Lanes([8, 3, 1]);
    for (let n = 0; n < 60; n++) for (const source of [0, 1, 2]) lanes.add(message(source, n * 3 + source));
    const order = Array.from({ length: 36 }, () => lanes.next()?.source);
    expect([0, 1, 2].map((source) => order.filter((each) => each === source).length)).toEqual([24, 9, 3]);
    expect(order.slice(0, 12)).toContain(2);
  });

  it('hold a key back until its message is done, then take the lowest sequence', () => {
    const lanes = new Lanes([1]);
    const first = message(0, 5, 'x');
    lanes.add(first);
    expect(lanes.next()).toBe(first);
    lanes.add(message(0, 9, 'x'));
    lanes.add(message(0, 7, 'x'));
    lanes.add(message(0, 8, 'y'));
    expect(lanes.next()?.sequence).toBe(8);
    expect(lanes.next()).toBeUndefined();
    lanes.done(first);
    expect(lanes.next()?.sequence).toBe(7);
    expect(lanes.waiting(0)).toBe(1);
  });

  it('give what waits behind a message of a busy key, in order, up to what does not fit', () => {
    const lanes = new Lanes([1]);
    for (const sequence of [1, 2, 3, 4, 5]) lanes.add(message(0, sequence, 'x'));
    lanes.add(message(0, 6, 'y'));
    const first = lanes.next() as Waiting;
    expect(lanes.takeBehind(first, 2, () => true).map(({ sequence }) => sequence)).toEqual([2, 3]);
    expect(lanes.takeBehind(first, 9, ({ sequence }) => sequence < 5).map(({ sequence }) => sequence)).toEqual([4]);
    expect(lanes.takeBehind(message(0, 9), 9, () => true)).toEqual([]);
    expect(lanes.waiting(0)).toBe(2);
    lanes.done(first);
    expect([lanes.next()?.sequence, lanes.next()?.sequence]).toEqual([6, 5]);
  });

  it('give out everything once, one of a key at a time, ascending among those that were there', () => {
    fc.assert(
      fc.property(arrivals, fc.array(fc.nat(5), { maxLength: 60 }), (messages, picks) => {
        const lanes = new Lanes<Waiting>([8, 3, 1]);
        for (const each of messages) lanes.add(each);
        const running: Waiting[] = [];
        const given: Waiting[] = [];
        const take = (): void => {
          for (let next = lanes.next(); next !== undefined; next = lanes.next()) {
            expect(next.key !== undefined && running.some(({ key }) => key === next?.key)).toBe(false);
            running.push(next);
            given.push(next);
          }
        };
        take();
        for (let i = 0; running.length > 0; i++) {
          const [ended] = running.splice((picks[i % Math.max(picks.length, 1)] ?? 0) % running.length, 1);
          if (ended !== undefined) lanes.done(ended);
          take();
        }
        expect(given).toHaveLength(messages.length);
        for (const name of ['x', 'y', 'z']) {
          const sequences = given.filter(({ key }) => key === name).map(({ sequence }) => sequence);
          expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
        }
      }),
    );
  });

  it('give back on clearing exactly what has not begun', () => {
    fc.assert(
      fc.property(arrivals, fc.nat(20), (messages, begin) => {
        const lanes = new Lanes<Waiting>([8, 3, 1]);
        for (const each of messages) lanes.add(each);
        const begun = Array.from({ length: begin }, () => lanes.next()).filter((each) => each !== undefined);
        const rest = lanes.clear();
        expect(new Set([...begun, ...rest]).size).toBe(messages.length);
        expect(rest).toHaveLength(messages.length - begun.length);
        expect(lanes.next()).toBeUndefined();
        expect([0, 1, 2].map((source) => lanes.waiting(source))).toEqual([0, 0, 0]);
      }),
    );
  });
});
