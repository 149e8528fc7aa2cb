import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isStopWord } from './stop-words.ts';
import { terms } from './terms.ts';

const same = (a: string, b: string): void => expect(terms(a)).toEqual(terms(b));

describe('index terms', () => {
  it('are the same for compatible forms, case and marks', () => {
    same('ＦＵＬＬ ﬁnd Café NAÏVE', 'full find cafe naive');
    same('Straße GRÖSSE', 'strasse größe');
    same('1,000 dogs', '1000 dogs');
  });

  it('are the same for the inflections of a word', () => {
    same('settings running studies stopped boxes', 'setting runs study stops box');
    same('used wrote children broken', 'use writing child breaks');
    same('Häuser Siedlungen kleinen', 'Haus Siedlung kleine');
    same('المدرسة والمدرسة', 'مدرسة مدرسة');
  });

  it('give names of programs whole and in parts', () => {
    expect(terms('maxDeliver')).toEqual(expect.arrayContaining([...terms('max'), ...terms('deliver'), ...terms('maxdeliver')]));
    expect(terms('ack_wait')).toEqual(['ack_wait', ...terms('ack wait')]);
    expect(terms('__init__')).toEqual(['init']);
  });

  it('are pairs of characters in Chinese, Japanese and Korean, a single character by itself', () => {
    expect(terms('上海市')).toEqual(['上海', '海市']);
    expect(terms('한국어')).toEqual(['한국', '국어']);
    expect(terms('a 海 b')).toContain('海');
    expect(terms('𠀀𠀁𠀂')).toEqual(['𠀀𠀁', '𠀁𠀂']);
  });

  it('leave stop words out unless they are kept, and never negations', () => {
    expect(terms('the cat and der Hund')).toEqual(terms('cat Hund'));
    expect(terms('the cat', { stopWords: 'keep' })).toHaveLength(2);
    expect(['the', 'The', 'und', 'für', 'من', '的', 'été'].map(isStopWord)).toEqual([true, true, true, true, true, true, true]);
    expect(['not', 'no', 'nicht', 'kein', 'لا', 'cat'].some(isStopWord)).toBe(false);
  });

  it('do not depend on what was indexed before', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        const first = terms(text);
        terms(`${text} ${text.toUpperCase()}`);
        expect(terms(text)).toEqual(first);
        expect(first.every((term) => term !== '' && term.length <= 64)).toBe(true);
      }),
    );
  });

  it('do not change when the text is put into another normal form', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('é', 'Å', 'ö', 'ñ', 'a', 'Z', ' ', 'ﬃ', '９'), maxLength: 30 }), (text) => {
        expect(terms(text.normalize('NFD'))).toEqual(terms(text));
      }),
    );
  });
});
