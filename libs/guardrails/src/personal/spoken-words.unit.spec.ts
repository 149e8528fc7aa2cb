import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { spokenWords } from './spoken-words.ts';

describe('Spoken words', () => {
  const words = ['tax', 'taxpayer', 'national identity', 'identity card', 'card', 'st.-nr', 'a'];

  it('are those that asking for each would find, overlapping ones too', () => {
    const ask = spokenWords(words);
    const part = fc.constantFrom(...words, ' ', 'national identity card', 'tax', 'payer', 'x', 'sta-nr');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        expect([...ask(text)].toSorted()).toEqual(words.filter((word) => text.includes(word)).toSorted());
      }),
    );
  });
});
