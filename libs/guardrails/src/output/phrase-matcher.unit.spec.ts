import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PhraseMatcher } from './phrase-matcher.ts';

describe('the matcher of many phrases', () => {
  it('finds exactly the phrases that a search for each one finds', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
    fc.assert(
      fc.property(
        fc.array(letters, { maxLength: 12 }),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 60 }),
        (phrases, text) => {
          const wanted = phrases.flatMap((phrase, i) => (phrase !== '' && text.includes(phrase) ? [i] : []));
          expect(new PhraseMatcher(phrases).found(text)).toEqual(wanted);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('costs the same for phrases that are all within one another', () => {
    const phrases = Array.from({ length: 400 }, (_, i) => 'a'.repeat(i + 1));
    const start = process.cpuUsage();
    expect(new PhraseMatcher(phrases).found('a'.repeat(500_000))).toHaveLength(400);
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1000).toBeLessThan(2_000);
  });
});
