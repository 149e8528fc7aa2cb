import { describe, expect, it } from '@jest/globals';
import { answerTypeOf, showsType } from './answer-type.ts';

describe('what a question asks for', () => {
  it.each([
    ['When did Rollo arrive?', 'time'],
    ['In what year was it founded?', 'time'],
    ['How many years did it take?', 'number'],
    ['Who was Count of Melfi', 'name'],
    ['Wie viele Einwohner hat Warschau?', 'number'],
    ['Wann kam Rollo an?', 'time'],
    ['谁是梅尔菲伯爵？', undefined],
    ['有多少人？', 'number'],
    ['Why does it fail?', undefined],
    ['Whenever possible', undefined],
  ])('is told by "%s"', (question, type) => {
    expect(answerTypeOf(question)).toBe(type);
  });

  it('is shown by a sentence that has it', () => {
    expect(showsType('It opened in 1835.', 'time')).toBe(true);
    expect(showsType('It opened late.', 'time')).toBe(false);
    expect(showsType('The city has two universities.', 'number')).toBe(true);
    expect(showsType('They follow Rollo.', 'name')).toBe(true);
    expect(showsType('They follow him.', 'name')).toBe(false);
  });
});
