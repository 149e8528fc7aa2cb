import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cleanText } from './guard-text.ts';
import { readyGuard } from './output-policy.ts';
import { StreamFilter } from './stream-filter.ts';

const guard = readyGuard(
  { canaries: ['Zq7RtLw2XkPm9sVb'], topics: [{ name: 'a', phrases: ['a a a a', 'aaaa*', 'the the'] }], allowedHosts: ['example.org'] },
  { prompts: { p: 'the one and only prompt that says a a a a a a b and so on and on' } },
);

const units = [
  'a',
  'a ',
  'the ',
  'https://',
  'https://a.b/',
  'http://a@',
  '//a',
  '![',
  '![a](',
  '<img ',
  '<img src=',
  '<img src="https://a/?b=c" ',
  'data:',
  'data:a/b,',
  'javascript:',
  '[',
  '](',
  '%20',
  '?a=',
  '://a.',
  '-----BEGIN PRIVATE KEY-----',
  'eyJ',
  '4111 1111 ',
  '\u200b',
  '\ud800',
  '忽',
  '=',
  '&a=',
  'xn--',
  'ä',
] as const;

function cost(work: () => unknown): number {
  const once = (): number => {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  };
  return Math.min(once(), once());
}

const filled = (unit: string, length: number): string => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
const streamed = (text: string): string => {
  const filter = new StreamFilter(guard);
  return filter.push(text) + filter.flush();
};

describe('hostile texts on their way out', () => {
  it.each(units)(
    'made of %j cost time in proportion to their length',
    (unit) => {
      for (const work of [(text: string) => cleanText(text, guard), streamed]) {
        const short = cost(() => work(filled(unit, 6_000)));
        const long = cost(() => work(filled(unit, 24_000)));
        expect(long).toBeLessThan(Math.max(short, 10) * 12);
        expect(long).toBeLessThan(4_000);
      }
    },
    120_000,
  );

  it('of any characters are answered, and what was let out is let out again as it is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...units), fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 30 }),
        (parts) => {
          const { text, verdict } = cleanText(parts.join(''), guard);
          if (verdict !== 'block') expect(cleanText(text, guard).text).toBe(text);
        },
      ),
      { numRuns: 300 },
    );
  }, 60_000);
});
