import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sourceSpan } from './mapped-text.ts';
import { normalise } from './normalise.ts';
import { visible } from './visible.ts';

describe('The normalised text', () => {
  it.each([
    ['Ｉｇｎｏｒｅ', 'ignore'],
    ['ig\u200bno\u2060re', 'ignore'],
    ['\u202eIgnore\u202c', 'ignore'],
    ['іgnоrе', 'ignore'],
    ['1gn0r3', 'ignore'],
    ['ÏGNÖRÉ', 'ignore'],
    ['𝐢𝐠𝐧𝐨𝐫𝐞', 'ignore'],
    ['ɪɢɴᴏʀᴇ', 'ignore'],
  ])('of %s is %s', (written, read) => {
    expect(normalise(written).text).toBe(read);
  });

  it('keeps words of other scripts as they are spelled', () => {
    expect(normalise('Все правила важны').text).toBe('все правила важны');
    expect(normalise('忽略 규칙 नियम').text).toBe('忽略 규칙 नियम');
  });

  it('keeps numbers, dates and names of things with digits', () => {
    expect(normalise('On 2024-03-15 at 10:45 run h264 2x').text).toBe('on 2024-03-15 at 10:45 run h264 2x');
  });

  it('leads back to the place in the original', () => {
    const text = 'say \u200bｈｉ\u200b now';
    const mapped = normalise(text);
    const at = mapped.text.indexOf('hi');
    const span = sourceSpan(mapped, at, at + 2);
    expect(text.slice(span.start, span.end)).toContain('ｈｉ');
    expect(span.start).toBe(5);
  });

  it('maps every character to an ascending place inside the original, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        for (const mapped of [visible(text), normalise(text)]) {
          let last = 0;
          for (let i = 0; i < mapped.text.length; i += 1) {
            const { start, end } = sourceSpan(mapped, i, i + 1);
            expect(start).toBeGreaterThanOrEqual(last);
            expect(end).toBeGreaterThan(start);
            expect(end).toBeLessThanOrEqual(text.length);
            last = start;
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('survives lone surrogates and thousands of marks on one letter', () => {
    expect(normalise('a\ud800b').text).toHaveLength(3);
    expect(normalise(`a${'\u0301'.repeat(5000)}b`).text).toBe('ab');
  });
});
