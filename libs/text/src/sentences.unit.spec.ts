import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sentences } from './sentences.ts';

const texts = (text: string): string[] => sentences(text).map((sentence) => sentence.text);

describe('sentences', () => {
  it.each([
    ['Dr. Smith paid $3.50 to J. R. Ewing. He left at 5 p.m. sharp.', ['Dr. Smith paid $3.50 to J. R. Ewing.', 'He left at 5 p.m. sharp.']],
    ['"Why?" he asked. "Go!" Nobody moved…  The end', ['"Why?" he asked.', '"Go!"', 'Nobody moved…', 'The end']],
    [
      'See fig. 3 and e.g. Node.js 24.1 at example.com/a.b?c=d now. Done.',
      ['See fig. 3 and e.g. Node.js 24.1 at example.com/a.b?c=d now.', 'Done.'],
    ],
    [
      'Am 3. Oktober kam z.B. Herr Müller. Er blieb bis zum 19. Jahrhundert. Ende.',
      ['Am 3. Oktober kam z.B. Herr Müller.', 'Er blieb bis zum 19. Jahrhundert.', 'Ende.'],
    ],
    ['He was 42. She was 43.', ['He was 42.', 'She was 43.']],
    ['他来了。他走了！为什么？“好。”是的', ['他来了。', '他走了！', '为什么？', '“好。”', '是的']],
    ['ذهب الولد. هل عاد؟ نعم.', ['ذهب الولد.', 'هل عاد؟', 'نعم.']],
  ])('divides %j at its sentences', (text, expected) => {
    expect(texts(text)).toEqual(expected);
  });

  it('lets headings, list items, table rows and lines of code stand alone, without their markers', () => {
    const text =
      '# Title #1\nIntro.\n\n- one. Two\n  goes on\n* three\n1. first\n\n| a | b |\n\n```js\nrun(); stop();\n\nend()\n```\n> quoted words\n';
    expect(sentences(text).map(({ kind, text: own }) => `${kind}: ${own}`)).toEqual([
      'heading: Title #1',
      'prose: Intro.',
      'item: one.',
      'item: Two\n  goes on',
      'item: three',
      'item: first',
      'table: | a | b |',
      'code: run(); stop();',
      'code: end()',
      'prose: quoted words',
    ]);
  });

  it('joins the wrapped lines of a paragraph, whatever the line ends', () => {
    const text = 'This line is long enough to have been wrapped by an editor\r\nHere it goes on. New.\r\n\r\nShort\r\nOther';
    expect(texts(text)).toEqual([
      'This line is long enough to have been wrapped by an editor\r\nHere it goes on.',
      'New.',
      'Short',
      'Other',
    ]);
  });

  it('gives slices in order without overlap that hold everything but blank space and markers', () => {
    // Words of two letters: a single one before a bracket is a marker.
    const alphabet = fc.constantFrom(
      'ab',
      'Bc',
      '.',
      '! ',
      '? ',
      ' ',
      '\n',
      '\r\n',
      '# ',
      '- ',
      '```\n',
      '3.',
      '。',
      '؟ ',
      '😀',
      '\ud83d',
      '"',
      ')',
    );
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 60 }), (parts) => {
        const text = parts.join('');
        let behind = 0;
        let covered = '';
        for (const sentence of sentences(text)) {
          expect(sentence.start).toBeGreaterThanOrEqual(behind);
          expect(sentence.end).toBeGreaterThan(sentence.start);
          expect(text.slice(sentence.start, sentence.end)).toBe(sentence.text);
          expect(sentence.text.trim()).toBe(sentence.text);
          covered += sentence.text;
          behind = sentence.end;
        }
        const letters = (value: string): string => value.replace(/[^abBc。]/g, '');
        expect(letters(covered)).toBe(letters(text));
      }),
    );
  });
});
