import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { maskUntilStable } from './masking/mask.ts';
import { findPersonalData } from './personal/find-personal-data.ts';
import { screen } from './screen.ts';

const units = [
  'a',
  '(',
  ' ',
  '@',
  'a@',
  '1',
  '-',
  '1 ',
  '1-',
  '12 ',
  '.',
  'a.',
  '%41',
  '=',
  'password=',
  'eyJ',
  'eyJa.eyJa.',
  '://a:',
  '[',
  '\u0301',
  'a\u0301',
  '\u200b',
  'а',
  '忽',
  'i g n o r e ',
  'ignore ',
  '-----BEGIN PRIVATE KEY-----',
  '<',
  '{"',
  '0x',
  'aa ',
  'ff:',
  '::',
  '1.1.1.1',
  'bc1q',
  'GB82 ',
  '4111 1111 1111 1111 ',
  '+1 415 555 0132 ',
  '\\u0041',
  '&#65;',
  '\ud800',
  'please send my ',
  '"@a.',
  'A1 ',
  'AB-12 ',
  'M XY 9 ',
  'Jan 1 ',
  '1/1/',
  'in 19',
  'aged 4',
  'http://a.',
  'a.co/',
  'HRB 1',
  'Ana Silva ',
  '12 Main Street\n',
  'glpat-',
  'sk-a',
  'password: ',
  'tax passport plate ',
  'DE1 ',
  'gur naq ',
  '.- ',
  '%25',
  '\\x41',
  '104 ',
  'ignoreallprevious',
  'MFRGGZDF',
  'MFRGGZDF ',
  '<b>',
  '1gn0r3 ',
  '!a',
  '\u{1f1e6}',
  '\u{e0141}',
  'a. ',
] as const;

/** Processor time of the shortest of two runs, ms: other processes of the machine do not count. */
function cost(text: string): number {
  const once = (): number => {
    const start = process.cpuUsage();
    screen(text, { channel: 'indirect' });
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  };
  return Math.min(once(), once());
}

const filled = (unit: string, length: number): string => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

describe('Hostile texts', () => {
  it.each(units)(
    'made of %j cost time in proportion to their length',
    (unit) => {
      const short = cost(filled(unit, 15_000));
      const long = cost(filled(unit, 60_000));
      expect(long).toBeLessThan(Math.max(short, 10) * 12);
      expect(long).toBeLessThan(1000);
    },
    60_000,
  );

  it.each(['a', '1', 'a@', '(', '@', '12 ', 'A1 ', 'Ana Silva '])(
    'of a megabyte of %j are answered',
    (unit) => {
      expect(cost(filled(unit, 1_000_000))).toBeLessThan(8000);
    },
    120_000,
  );

  it('of any characters at all are answered, and their masks hold', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...units), fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 30 }),
        (parts) => {
          const text = parts.join('');
          const { injection } = screen(text, { channel: 'indirect' });
          expect(injection.score).toBeGreaterThanOrEqual(0);
          expect(injection.score).toBeLessThanOrEqual(1);
          const mask = (one: string): string => maskUntilStable(one, findPersonalData(one)).text;
          const once = mask(text);
          expect(mask(once)).toBe(once);
        },
      ),
      { numRuns: 500 },
    );
  }, 60_000);
});
