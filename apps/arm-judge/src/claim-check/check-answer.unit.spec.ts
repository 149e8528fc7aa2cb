import { describe, expect, it } from '@jest/globals';
import { checkAnswer } from './check-answer.ts';

const only = (text: string, ...sources: string[]) => checkAnswer([{ text, sources }])[0];

describe('a sentence that cites several passages', () => {
  const opening = 'The garden opens at 9:00 on weekdays.';
  const price = 'A ticket for the garden costs 4 euros.';

  it('is supported when one of them says it, and names which', () => {
    expect(only('The ticket costs 4 euros.', opening, price)).toMatchObject({ label: 'supported', source: 1 });
  });

  it('is supported when only all of them together say it', () => {
    const verdict = only('The garden opens at 9:00 on weekdays, and a ticket costs 4 euros.', opening, price);
    expect(verdict?.label).toBe('supported');
  });

  it('is contradicted when one contradicts it and none supports it', () => {
    expect(only('A ticket for the garden costs 7 euros.', opening, price)).toMatchObject({ label: 'contradicted', source: 1 });
  });

  it('is not in the source when none says it', () => {
    expect(only('The garden was laid out by monks.', opening, price)?.label).toBe('not-in-source');
  });
});

describe('an answer', () => {
  it('gets one verdict a sentence, in order', () => {
    const source = 'The hall holds 300 people.';
    const verdicts = checkAnswer([
      { text: 'The hall holds 300 people.', sources: [source] },
      { text: 'The hall holds 500 people.', sources: [source] },
      { text: 'The hall holds 300 people.', sources: [] },
      { text: '', sources: [source] },
    ]);
    expect(verdicts.map(({ label }) => label)).toEqual(['supported', 'contradicted', 'not-in-source', 'not-in-source']);
  });

  it('without sentences has no verdicts', () => {
    expect(checkAnswer([])).toEqual([]);
  });
});
