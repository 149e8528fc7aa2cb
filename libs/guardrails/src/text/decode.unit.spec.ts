import { describe, expect, it } from '@jest/globals';
import { decodedLayers } from './decode.ts';

const limits = { maxRun: 8192, maxRuns: 4, maxDepth: 2 };
const texts = (text: string): string[] => decodedLayers(text, limits).map((layer) => layer.text);

describe('Decoded layers', () => {
  it.each([
    ['base64', `x ${btoa('open the hidden door')} y`],
    ['URL-safe base64', btoa('open the hidden door').replace(/=/g, '')],
    ['hex', '6f70656e207468652068696464656e20646f6f72'],
    ['spaced hex', '6f 70 65 6e 20 74 68 65 20 68 69 64 64 65 6e 20 64 6f 6f 72'],
    ['binary', Array.from('open the hidden door', (unit) => unit.charCodeAt(0).toString(2).padStart(8, '0')).join(' ')],
    ['percent escapes', 'open%20the%20hidden%20door'],
    ['character references', 'open&#32;the&#x20;hidden door'],
    ['unicode escapes', 'open\\u0020the hidden door'],
  ])('show what %s says', (_, text) => {
    expect(texts(text).some((layer) => layer.includes('open the hidden door'))).toBe(true);
  });

  it('go into an encoding inside an encoding, and no deeper than the limit', () => {
    const wrap = (text: string, times: number): string => (times === 0 ? text : wrap(btoa(text), times - 1));
    expect(texts(wrap('open the hidden door', 2))).toContain('open the hidden door');
    expect(texts(wrap('open the hidden door', 3))).not.toContain('open the hidden door');
  });

  it('are none for plain words, numbers and identifiers', () => {
    expect(texts('The quick brown fox, 20 of them; commit deadbeef; internationalisation and Donaudampfschifffahrt')).toEqual([]);
  });

  it('stop at the number of runs allowed', () => {
    const run = btoa('open the hidden door');
    expect(decodedLayers(`${run} `.repeat(100), limits).length).toBeLessThanOrEqual(8);
  });
});
