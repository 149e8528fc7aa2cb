import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatCursor, parseCursor } from './cursor.ts';

const cursor = { createdAt: '2026-01-05T08:00:00.006Z', id: '0197-ab' };
const encoded = (text: string) => Buffer.from(text).toString('base64url');

describe('a cursor', () => {
  it('comes back as it was written', () => {
    expect(parseCursor(formatCursor(cursor))).toEqual(cursor);
  });

  it.each([
    ['', 'empty text'],
    ['not a cursor', 'other text'],
    [encoded("2026-01-05T08:00:00.006Z x' or 1=1"), 'an id that is no token'],
    [encoded('2026-13-45T08:00:00.006Z abc'), 'a day that does not exist'],
    [encoded('yesterday abc'), 'a time in words'],
    [`${formatCursor(cursor)}=`, 'padding'],
    ['A'.repeat(10_000), 'very long text'],
  ])('is refused for %j: %s', (text) => {
    expect(parseCursor(text)).toBeUndefined();
  });

  it('is refused or reads back to the same text, whatever comes in', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string().map(encoded)), (text) => {
        const parsed = parseCursor(text);
        expect(parsed === undefined ? text : formatCursor(parsed)).toBe(text);
      }),
    );
  });
});
