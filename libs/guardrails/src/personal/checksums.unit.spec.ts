import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDate, luhn, mod11v10, mod97, verhoeff } from './checksums.ts';
import { sha256 } from './sha256.ts';

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const digits = fc.stringMatching(/^\d{5,14}$/);
const lastDigitChanged = (text: string): string => text.slice(0, -1) + ((Number(text.slice(-1)) + 1) % 10);

describe('Check digits', () => {
  it.each([
    ['Luhn', luhn],
    ['Verhoeff', verhoeff],
    ['MOD 11,10', mod11v10],
  ])('%s: of ten last digits exactly one is right', (_, valid) => {
    fc.assert(
      fc.property(digits, (body) => {
        expect(Array.from('0123456789').filter((digit) => valid(body + digit))).toHaveLength(1);
      }),
    );
  });

  it('Verhoeff sees every swap of neighbours', () => {
    expect(verhoeff('2363')).toBe(true);
    expect(verhoeff('2633')).toBe(false);
  });

  it('MOD 97-10 of the example in ISO 13616 is one, and no more after a change', () => {
    const moved = 'WEST12345698765432GB82';
    expect(mod97(moved)).toBe(1);
    expect(mod97(lastDigitChanged(moved))).not.toBe(1);
  });

  it('knows months and leap years', () => {
    expect([isDate(2, 29, 2024), isDate(2, 29, 2023), isDate(2, 29, 1900), isDate(13, 1), isDate(4, 31)]).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it('SHA-256 gives the published digests', () => {
    const bytes = (text: string): Uint8Array => Uint8Array.from(text, (unit) => unit.charCodeAt(0));
    expect(hex(sha256(bytes('')))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(hex(sha256(bytes('abc')))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(hex(sha256(bytes('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq')))).toBe(
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    );
  });
});
