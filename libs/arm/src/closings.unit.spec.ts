import { describe, expect, it } from '@jest/globals';
import { instantOf } from '@octobus/kernel';
import { Closings } from './closings.ts';

describe('closings heard on the live feed', () => {
  it('say nothing of what began before they were heard', () => {
    const closings = new Closings();
    expect(closings.of('a', 5)).toBeUndefined();
    closings.hearsSince(instantOf(10));
    expect(closings.of('a', 10)).toBeUndefined();
    expect(closings.of('a', 11)).toBe(false);
    closings.hearsSince(instantOf(20));
    expect(closings.of('a', 11)).toBeUndefined();
  });

  it('say what was closed, whenever it began, and forget the oldest', () => {
    const closings = new Closings();
    closings.hears('a');
    expect(closings.of('a', 5)).toBe(true);
    closings.hearsSince(instantOf(0));
    for (let n = 0; n < 10_000; n++) closings.hears(`s${n}`);
    expect(closings.of('a', 5)).toBe(false);
    expect(closings.of('s0', 5)).toBe(true);
  });
});
