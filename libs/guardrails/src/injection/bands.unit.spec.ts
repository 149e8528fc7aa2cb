import { describe, expect, it } from '@jest/globals';
import { bandOf } from './bands.ts';

const bands = { markFrom: 0.5, approveFrom: 0.7, blockFrom: 0.9 };

describe('A band', () => {
  it.each([
    [0, 'allow'],
    [0.49, 'allow'],
    [0.5, 'mark'],
    [0.7, 'approve'],
    [0.89, 'approve'],
    [0.9, 'block'],
    [1, 'block'],
  ] as const)('of %d is %s', (score, band) => {
    expect(bandOf(score, bands)).toBe(band);
  });

  it('that begins above 1 is never used', () => {
    expect(bandOf(1, { ...bands, blockFrom: 2 })).toBe('approve');
  });
});
