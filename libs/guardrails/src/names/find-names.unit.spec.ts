import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findNames } from './find-names.ts';
import { taggerModel } from './model.ts';
import { tokensOf } from './tokens.ts';

const found = (text: string): string[] =>
  findNames({ text }, taggerModel()).map(({ kind, start, end }) => `${kind}: ${text.slice(start, end)}`);

describe('Names', () => {
  it.each([
    ['My name is Katharina Lindqvist and I live in Toronto.', ['person: Katharina Lindqvist', 'place: Toronto']],
    ['I moved to Portugal last year.', ['place: Portugal']],
    ['Please forward this to Tomasz Wiśniewski.', ['person: Tomasz Wiśniewski']],
    ['Send it to 48 Rosewood Avenue, Apt. 12, Halifax, Canada.', ['address: 48 Rosewood Avenue, Apt. 12, Halifax, Canada']],
    ['my name is katharina lindqvist', ['person: katharina lindqvist']],
  ])('are found in: %s', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each([
    'Summarise the minutes of the meeting in three sentences.',
    'Order 4711 was shipped and the filter has to be cleaned every 30 days.',
    'Click Save, then open the Settings page.',
    'const total = sum(values) + Offset;',
    'commit 4800c47f1006d779171cb09ee33b8cc952e16c39',
    '',
    'a'.repeat(100_000),
    'Ana '.repeat(2000),
  ])('are not seen in: %s', (text) => {
    expect(found(text)).toEqual([]);
  });

  it('an address over several lines is one finding', () => {
    expect(found('Our address:\n12 Kingsway Road\nLeeds\nUnited Kingdom')).toEqual(['address: 12 Kingsway Road\nLeeds\nUnited Kingdom']);
  });

  it('stand inside the text, in order, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(fc.constantFrom('Ana Silva', ' ', '\n', '12', 'Street', '\ud800', 'é'), fc.string({ unit: 'binary', maxLength: 9 })),
          { maxLength: 20 },
        ),
        (parts) => {
          const text = parts.join('');
          let last = 0;
          for (const { start, end } of findNames({ text }, taggerModel()).filter(({ kind }) => kind !== 'group')) {
            expect(start).toBeGreaterThanOrEqual(last);
            expect(end).toBeGreaterThan(start);
            expect(end).toBeLessThanOrEqual(text.length);
            last = end;
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('tokens cover every sign but blanks', () => {
    const { starts, ends, count } = tokensOf('Ana, 12 b\n—');
    expect(Array.from({ length: count }, (_, i) => 'Ana, 12 b\n—'.slice(starts[i], ends[i]))).toEqual(['Ana', ',', '12', 'b', '\n', '—']);
  });
});
