import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { words } from './words.ts';

describe('words', () => {
  it('keeps apostrophes, inner points and underscores, and splits at hyphens', () => {
    expect(words("Don't use snake_case 3,000.5 v1.2 re-run. ").map((word) => word.text)).toEqual([
      "Don't",
      'use',
      'snake_case',
      '3,000.5',
      'v1.2',
      're',
      'run',
    ]);
  });

  it('splits Chinese and Thai by dictionary', () => {
    expect(words('我们在中国').map((word) => word.text)).toEqual(['我们', '在', '中国']);
    expect(words('ภาษาไทย').map((word) => word.text)).toEqual(['ภาษา', 'ไทย']);
  });

  it('gives ascending slices of the text that contain every letter and digit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        let behind = 0;
        for (const word of words(text)) {
          expect(word.start).toBeGreaterThanOrEqual(behind);
          expect(text.slice(word.start, word.end)).toBe(word.text);
          expect(text.slice(behind, word.start)).not.toMatch(/[\p{L}\p{N}]/u);
          behind = word.end;
        }
        expect(text.slice(behind)).not.toMatch(/[\p{L}\p{N}]/u);
      }),
    );
  });
});
