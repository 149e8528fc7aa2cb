import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { samples, type SecretSample, type ValueSample } from '../test/samples.ts';
import { maskPersonalData } from './mask.ts';
import { findPersonalData } from './personal/find-personal-data.ts';

const masked = (text: string): string => maskPersonalData(text, findPersonalData(text));
const strong = samples<ValueSample>('personal-data').filter(
  ({ kind, valid }) => valid && /^(?:email|card|iban|ip|crypto|mac|us-ssn|es-nif|cn-id)$/.test(kind),
);
const secrets = samples<SecretSample>('secrets').flatMap(({ kind, text }) => (kind === null ? [] : [text]));

describe('Masking', () => {
  it('replaces a value by its kind and a number', () => {
    expect(masked('Write to ana@example.org or call +351 912 345 678.')).toBe('Write to [email-1] or call [phone-1].');
  });

  it('gives one value one token, however it is spaced, and another value another', () => {
    expect(masked('4539 1488 0343 6467, 4539148803436467 and 378282246310005')).toBe('[card-1], [card-1] and [card-2]');
  });

  it('makes one mask of overlapping findings', () => {
    const text = 'abcdefghij';
    const findings = [
      { kind: 'phone', start: 1, end: 5, score: 0.5 },
      { kind: 'card', start: 3, end: 8, score: 0.9 },
    ] as const;
    expect(maskPersonalData(text, findings)).toBe('a[card-1]ij');
  });

  it('counts on from masks that are already there', () => {
    expect(masked('[email-3] wrote to ana@example.org')).toBe('[email-3] wrote to [email-4]');
  });

  it('ignores findings outside the text', () => {
    expect(maskPersonalData('abc', [{ kind: 'email', start: 2, end: 9, score: 1 }])).toBe('abc');
  });

  const parts = fc.array(fc.oneof(fc.constantFrom(...strong.map(({ value }) => value), ...secrets), fc.string({ maxLength: 10 })), {
    maxLength: 8,
  });

  it('leaves no value behind and changes nothing the second time', () => {
    fc.assert(
      fc.property(parts, (list) => {
        const text = list.join('\n');
        const once = masked(text);
        for (const { start, end } of findPersonalData(text)) if (end - start >= 8) expect(once).not.toContain(text.slice(start, end));
        expect(masked(once)).toBe(once);
      }),
      { numRuns: 300 },
    );
  });

  it('masks every strong value of the samples between any two words', () => {
    for (const { value } of strong) expect(masked(`before ${value} after`)).toMatch(/^before \[[a-z-]+-1\] after$/);
  });
});
