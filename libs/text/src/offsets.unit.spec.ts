import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lineOf, utf8Offsets } from './offsets.ts';

const text = fc
  .array(fc.constantFrom('a', 'é', '€', '😀', '\ud83d', '\ude00', '\n', '\r\n', '\ufeff', 'x'.repeat(1_000)), { maxLength: 40 })
  .map((parts) => parts.join(''));
const splitsPair = (value: string, at: number): boolean =>
  /[\ud800-\udbff]/.test(value[at - 1] ?? '') && /[\udc00-\udfff]/.test(value[at] ?? '');

describe('utf8Offsets', () => {
  it('agrees with an encoder at every place, in any order of asking', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat(45_000), { maxLength: 20 }), (value, asked) => {
        const byteAt = utf8Offsets(value);
        for (const wanted of asked) {
          const offset = Math.min(wanted, value.length);
          const whole = splitsPair(value, offset) ? offset - 1 : offset;
          expect(byteAt(offset)).toBe(Buffer.byteLength(value.slice(0, whole)));
        }
        expect(byteAt(value.length + 5)).toBe(Buffer.byteLength(value));
        expect(byteAt(-1)).toBe(0);
      }),
    );
  });
});

describe('lineOf', () => {
  it('counts lines from 1, whatever ends them', () => {
    const lineAt = lineOf('a\nb\r\nc\rd\n');
    expect([0, 1, 2, 4, 5, 7, 9].map(lineAt)).toEqual([1, 1, 2, 2, 3, 4, 5]);
  });

  it('agrees with counting the line ends before a place', () => {
    fc.assert(
      fc.property(text, fc.nat(1_000), (value, wanted) => {
        const offset = Math.min(wanted, value.length);
        if (value[offset - 1] === '\r' && value[offset] === '\n') return;
        expect(lineOf(value)(offset)).toBe(value.slice(0, offset).split(/\r\n|\r|\n/).length);
      }),
    );
  });
});
