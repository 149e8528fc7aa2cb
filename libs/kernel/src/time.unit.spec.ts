import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { formatInstant, instantOf, milliseconds, parseInstant, plus, seconds } from './time.ts';

/** Years 0000 to 9999, which RFC 3339 can write. */
const instant = fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }).map(instantOf);

describe('an instant', () => {
  it('is read back from its text', () => {
    fc.assert(fc.property(instant, (at) => expect(parseInstant(formatInstant(at))).toBe(at)));
  });

  it('sorts as text', () => {
    fc.assert(fc.property(instant, instant, (a, b) => expect(formatInstant(a) < formatInstant(b)).toBe(a < b)));
  });

  it('is the same in any offset', () => {
    expect(parseInstant('2026-11-20T10:14:03+01:00')).toBe(parseInstant('2026-11-20T09:14:03Z'));
    expect(parseInstant('2026-11-20T09:14:03.120Z')).toBe(Date.UTC(2026, 10, 20, 9, 14, 3, 120));
  });

  it('is not read from anything but a full RFC 3339 date-time', () => {
    const bad = [
      '',
      '2026-11-20',
      '2026-11-20T09:14Z',
      '2026-11-20T09:14:03',
      '2026-11-20 09:14:03Z',
      '2026-13-20T09:14:03Z',
      '2026-11-20T25:14:03Z',
      '2026-11-20T09:14:03+0100',
      '2026-11-20T09:14:03.1234567890Z',
      'Fri, 20 Nov 2026 09:14:03 GMT',
      '1763629643000',
    ];
    for (const text of bad) expect(parseInstant(text)).toBeUndefined();
  });

  it('moves by a duration', () => {
    expect(plus(instantOf(1000), seconds(2))).toBe(3000);
    expect(plus(instantOf(1000), milliseconds(-1))).toBe(999);
  });
});
