import { describe, expect, it } from '@jest/globals';
import { lines, lineOf, sentences, terms, utf8Offsets, words } from './index.ts';

const LENGTH = 200_000;
/** Linear work takes a fraction of this; quadratic work on texts of this length takes minutes. */
const LIMIT_MS = 5_000;

const hostile: Record<string, string> = {
  'one word': 'a'.repeat(LENGTH),
  'one number': '1,'.repeat(LENGTH / 2),
  stops: '.'.repeat(LENGTH),
  'stops and spaces': '. '.repeat(LENGTH / 2),
  'abbreviations without end': 'z.B. '.repeat(LENGTH / 5),
  'blank space': ' '.repeat(LENGTH),
  'empty lines': '\n'.repeat(LENGTH),
  'indented lines': `${' '.repeat(50)}\n`.repeat(LENGTH / 51),
  fences: '```\n'.repeat(LENGTH / 4),
  rules: '-'.repeat(LENGTH),
  quotes: '> '.repeat(LENGTH / 2),
  closers: `.${'"'.repeat(LENGTH)}`,
  marks: `a${'\u0301'.repeat(LENGTH)}`,
  'lone surrogates': '\ud83d'.repeat(LENGTH),
  underscores: `_${'_a'.repeat(LENGTH / 2)}`,
  camels: 'aB'.repeat(LENGTH / 2),
  apostrophes: "a'".repeat(LENGTH / 2),
  chinese: '中'.repeat(LENGTH),
  thai: 'ก'.repeat(LENGTH),
  korean: '한'.repeat(LENGTH),
};

describe('hostile text', () => {
  it.each(Object.keys(hostile))('made of %s takes linear time', (name) => {
    const text = hostile[name] ?? '';
    const start = performance.now();
    sentences(text);
    words(text);
    terms(text);
    expect([...lines(text)].at(-1)?.end).toBeLessThanOrEqual(text.length);
    const byteAt = utf8Offsets(text);
    for (let offset = 0; offset < text.length; offset += 997) byteAt(offset);
    expect(lineOf(text)(text.length)).toBeGreaterThan(0);
    expect(performance.now() - start).toBeLessThan(LIMIT_MS);
  });
});
