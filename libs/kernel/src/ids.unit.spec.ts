import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { isToken, isUuid, uuidv7, uuidv8 } from './ids.ts';
import { instantOf } from './time.ts';

const bytes = fc.uint8Array({ minLength: 16, maxLength: 32 });
/** What 48 bits of milliseconds hold. */
const instant = fc.integer({ min: 0, max: 2 ** 48 - 1 }).map(instantOf);

describe('a UUID of version 7', () => {
  it('has version and variant of RFC 9562 whatever the bytes', () => {
    fc.assert(
      fc.property(instant, bytes, (now, random) => {
        const id = uuidv7(now, random);
        expect(isUuid(id)).toBe(true);
        expect(id[14]).toBe('7');
        expect('89ab').toContain(id[19]);
      }),
    );
  });

  it('carries its milliseconds in the first 48 bits', () => {
    fc.assert(
      fc.property(instant, bytes, (now, random) => {
        expect(Number.parseInt(uuidv7(now, random).replaceAll('-', '').slice(0, 12), 16)).toBe(now);
      }),
    );
  });

  it('sorts by time as text', () => {
    fc.assert(
      fc.property(instant, instant, bytes, bytes, (a, b, some, others) => {
        fc.pre(a !== b);
        expect(uuidv7(a, some) < uuidv7(b, others)).toBe(a < b);
      }),
    );
  });

  it('leaves the bytes it was given as they were', () => {
    const random = new Uint8Array(16).fill(255);
    uuidv7(instantOf(1), random);
    expect(random.every((byte) => byte === 255)).toBe(true);
  });

  it('is the example of RFC 9562, A.6', () => {
    const random = Uint8Array.from([0, 0, 0, 0, 0, 0, 0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
    expect(uuidv7(instantOf(0x017f22e279b0), random)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
  });
});

describe('a UUID of version 8', () => {
  it('is the same for the same digest, with version and variant of RFC 9562', () => {
    fc.assert(
      fc.property(bytes, (digest) => {
        const id = uuidv8(digest);
        expect(isUuid(id)).toBe(true);
        expect(id[14]).toBe('8');
        expect('89ab').toContain(id[19]);
        expect(uuidv8(digest)).toBe(id);
      }),
    );
  });

  it('keeps the 122 bits that are free', () => {
    const low = uuidv8(new Uint8Array(16));
    for (let bit = 0; bit < 128; bit++) {
      const digest = new Uint8Array(16);
      digest[bit >> 3] = 0x80 >> (bit & 7);
      const fixed = (bit >= 48 && bit < 52) || bit === 64 || bit === 65;
      expect(uuidv8(digest) === low).toBe(fixed);
    }
  });
});

describe('a subject token', () => {
  it('has no character that a subject gives a meaning to', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
        expect(isToken(text)).toBe(
          [...text].every((c) => 'abcdefghijklmnopqrstuvwxyz0123456789-'.includes(c)) && text.length > 0 && text.length <= 40,
        );
      }),
    );
  });

  it('is 1 to 40 lower-case letters, digits and hyphens', () => {
    for (const good of ['a', '-', '0', 'a-1', 'a'.repeat(40)]) expect(isToken(good)).toBe(true);
    for (const bad of ['', 'A', '_', 'a.b', 'a*', '>', 'a b', 'a\n', 'é', 'a'.repeat(41)]) expect(isToken(bad)).toBe(false);
  });
});
