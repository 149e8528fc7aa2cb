import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkAnswer } from './check-answer.ts';
import { checkClaim } from './check-claim.ts';

const long = (unit: string): string => unit.repeat(Math.ceil(100_000 / unit.length)).slice(0, 100_000);
const units = [
  'a',
  '1',
  '.',
  '\n',
  '\ud800',
  'a\u0301',
  "'a",
  '-a/',
  '1.2.3.4,5 ',
  'not ',
  'open closed ',
  'a | b | 3 kg\n',
  '3 May to 4 June 2020 ',
  'every 5 minutes at least 3 of 10 dogs, ',
  '三百二十周一开放不',
  'لا يسمح ',
];

describe('hostile input', () => {
  it('never throws and gives the same answer twice', () => {
    const text = fc.string({
      unit: fc.constantFrom(
        ' ',
        '.',
        ',',
        '|',
        '\n',
        '1',
        '12',
        ':',
        '-',
        '%',
        'a',
        'no',
        'not',
        'every',
        'May',
        'hour',
        'half',
        '周一',
        '不',
        'لا',
        'ein',
        '\ud800',
        '\udc00',
      ),
      maxLength: 60,
    });
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), fc.oneof(text, fc.string({ unit: 'binary' })), (claim, source) =>
        expect(checkClaim(claim, source)).toEqual(checkClaim(claim, source)),
      ),
      { numRuns: 300 },
    );
  });

  it('points its evidence into the source', () => {
    const word = fc.constantFrom('the', 'dog', 'barks', 'at', '5', 'cats', '.', '\n', 'not', '周一');
    const text = fc.array(word, { maxLength: 20 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(text, text, (claim, source) => {
        const { start, end } = checkClaim(claim, source).evidence ?? { start: 0, end: source.length };
        expect(0 <= start && start <= end && end <= source.length).toBe(true);
      }),
    );
  });

  it.each(units)('stays bounded on 100 kB of %j', (unit) => {
    const text = long(unit);
    const before = process.cpuUsage();
    checkClaim(text, text);
    checkClaim(text.slice(0, 300), text);
    checkClaim('The dog has 5 cats and no bird.', text);
    checkClaim(text, 'The dog has 5 cats and no bird.');
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(10);
  });

  it('takes ten times as long for ten times the text, not a hundred times', () => {
    const seconds = (length: number): number => {
      const text = 'Rats were seen on 3 May at 5:30 in 12 of 40 houses, but not in the old mill. '.repeat(length / 80);
      const before = process.cpuUsage();
      checkClaim('Rats were not seen in 15 houses.', text);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1e6;
    };
    seconds(10_000);
    expect(seconds(100_000)).toBeLessThan(30 * Math.max(seconds(10_000), 0.02));
  });

  it('checks an answer whose sentences cite the same passages many times', () => {
    const sources = Array.from({ length: 20 }, (_, i) => `Room ${i} has ${i + 2} windows and a door to the yard.`);
    const sentences = Array.from({ length: 20 }, (_, i) => ({ text: `Room ${i} has ${i + 2} windows and a door to the yard.`, sources }));
    expect(checkAnswer(sentences).every(({ label, source }, i) => label === 'supported' && source === i)).toBe(true);
  });
});
