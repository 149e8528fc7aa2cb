import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { formatUsd, microUsdOf, parseMicroUsd, toWire } from './money.ts';

const amount = fc.maxSafeInteger().map(microUsdOf);

describe('an amount of money', () => {
  it('comes back from the wire as it went', () => {
    fc.assert(fc.property(amount, (n) => expect(parseMicroUsd(toWire(n))).toBe(n)));
  });

  it('is an integer within range or nothing', () => {
    expect(parseMicroUsd('1200')).toBe(1200);
    expect(parseMicroUsd(-7)).toBe(-7);
    for (const bad of [undefined, '', ' 1', '1.0', '1e3', '0x10', '+1', '--1', '9007199254740993', '1'.repeat(17), 1.5, Number.NaN]) {
      expect(parseMicroUsd(bad)).toBeUndefined();
    }
  });

  it('is refused as a fraction or beyond the safe integers', () => {
    for (const bad of [0.1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) expect(() => microUsdOf(bad)).toThrow(RangeError);
  });

  it('is shown in dollars without losing a micro-dollar', () => {
    fc.assert(
      fc.property(amount, (n) => {
        const shown = formatUsd(n);
        const [, sign = '', dollars = '', micros = ''] = /^(-?)\$(\d+)\.(\d{6})$/.exec(shown) ?? [];
        const read = BigInt(dollars) * 1_000_000n + BigInt(micros);
        expect(sign === '-' ? -read : read).toBe(BigInt(n));
      }),
    );
    expect([formatUsd(microUsdOf(0)), formatUsd(microUsdOf(1234)), formatUsd(microUsdOf(-2_500_000))]).toEqual([
      '$0.000000',
      '$0.001234',
      '-$2.500000',
    ]);
  });
});
