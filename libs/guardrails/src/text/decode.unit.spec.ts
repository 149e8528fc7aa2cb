import { describe, expect, it } from '@jest/globals';
import { disguises } from '../../test/disguises.ts';
import { unfold } from './decode.ts';

const limits = { maxRun: 8192, maxRuns: 4, maxDepth: 2 };
const sentence = 'open the hidden door';
const texts = (text: string): string[] => {
  const { outer, layers } = unfold(text, limits);
  return [outer, ...layers.map((layer) => layer.text)];
};

describe('An unfolded text', () => {
  it.each([
    ['base64', `x ${btoa(sentence)} y`],
    ['URL-safe base64', btoa(sentence).replace(/=/g, '')],
    ['base32', `x ${disguises['base32']?.(sentence)} y`],
    ['hex', '6f70656e207468652068696464656e20646f6f72'],
    ['spaced hex', '6f 70 65 6e 20 74 68 65 20 68 69 64 64 65 6e 20 64 6f 6f 72'],
    ['binary', Array.from(sentence, (unit) => unit.charCodeAt(0).toString(2).padStart(8, '0')).join(' ')],
    ['numbers', Array.from(sentence, (unit) => unit.charCodeAt(0)).join(', ')],
    ['percent escapes', 'open%20the%20hidden%20door'],
    ['percent escapes of percent escapes', 'open%2520the%2520hidden%2520door'],
    ['character references', 'open&#32;the&#x20;hidden&nbsp;door'],
    ['unicode escapes', 'open\\u0020the hidden\\x20door'],
    ['octal escapes', 'open\\040the\\040hidden door'],
    ['tag characters', Array.from(sentence, (unit) => String.fromCodePoint(0xe0000 + unit.charCodeAt(0))).join('')],
    ['bytes in variation selectors', `${disguises['bytes in variation selectors']?.(sentence)}`],
    ['reversed words', 'nepo eht neddih rood'],
    ['a reversed text', 'rood neddih eht nepo'],
    ['rot13', 'bcra gur uvqqra qbbe'],
  ])('shows what %s say', (_, text) => {
    expect(texts(text).some((layer) => layer.includes(sentence))).toBe(true);
  });

  it('goes into an encoding inside an encoding, and no deeper than the limit', () => {
    const wrap = (text: string, times: number): string => (times === 0 ? text : wrap(btoa(text), times - 1));
    expect(texts(wrap(sentence, 2))).toContain(sentence);
    expect(texts(wrap(sentence, 3))).not.toContain(sentence);
  });

  it('keeps what stands around a run and takes the run out', () => {
    expect(unfold(`before ${btoa(sentence)} after`, limits).outer).toBe('before   after');
  });

  it('is the text itself for plain words, numbers and identifiers', () => {
    const plain = 'The quick brown fox, 20 of them; commit deadbeef; 2026-01-14 10:22; internationalisation and Donaudampfschifffahrt';
    expect(unfold(plain, limits)).toEqual({ outer: plain, escapes: [], layers: [] });
  });

  it('has no more layers than runs are allowed', () => {
    expect(unfold(`${btoa(sentence)} `.repeat(100), limits).layers.length).toBeLessThanOrEqual(4);
  });
});
