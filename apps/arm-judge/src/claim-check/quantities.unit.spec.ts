import { describe, expect, it } from '@jest/globals';
import { passage } from './passage.ts';

const first = (text: string) => passage(text).quantities[0];

describe('quantities', () => {
  it.each([
    ['It takes 90 minutes.', 5400, 'time'],
    ['It takes an hour and a half.', 5400, 'time'],
    ['It takes half an hour.', 1800, 'time'],
    ['Es dauert anderthalb Stunden.', 5400, 'time'],
    ['Dura media hora.', 1800, 'time'],
    ['Es kostet 1.240,50 Euro.', 1240.5, 'money EUR'],
    ['It costs 1,240.50 euros.', 1240.5, 'money EUR'],
    ['It costs $12.', 12, 'money USD'],
    ['It holds 2 TB.', 16e12, 'data'],
    ['It is minus 15 °C outside.', -15, 'temperature'],
    ['One in five fails.', 0.2, 'ratio'],
    ['Three quarters of them agree.', 0.75, 'ratio'],
    ['It weighs 2.9kg.', 2.9, 'mass'],
    ['two hundred and five people came', 205, 'count'],
    ['fünfundzwanzig Personen', 25, 'count'],
    ['三百二十个人', 320, 'count'],
    ['百分之十五', 0.15, 'ratio'],
    ['It runs twice.', 2, 'times'],
  ])('reads "%s"', (text, value, dimension) => {
    expect(first(text)?.value).toBeCloseTo(value, 6);
    expect(first(text)?.dimension).toBe(dimension);
  });

  it.each([
    ['at most five items', 'le'],
    ['up to 12 tonnes', 'le'],
    ['at least 90 km', 'ge'],
    ['more than 8 hours', 'gt'],
    ['no more than 8 hours', 'le'],
    ['It must not be older than three months.', 'le'],
    ['20 years or older', 'ge'],
    ['höchstens drei Tage', 'le'],
  ])('knows the bound in "%s"', (text, bound) => {
    expect(first(text)?.bound).toBe(bound);
  });

  it('shares the unit over a range', () => {
    expect(passage('0 to 50 °C').quantities.map(({ dimension }) => dimension)).toEqual(['temperature', 'temperature']);
  });

  it('takes no number for a file name or a version for a sum', () => {
    expect(passage('See stock_07.csv of release 4.2.0 at K9.').quantities).toEqual([]);
  });
});

describe('dates and times', () => {
  it.each([
    ['It was on 3 May 2024.', { day: 3, month: 5, year: 2024 }],
    ['Es war am 3. Mai.', { day: 3, month: 5 }],
    ['Fue el 3 de mayo.', { day: 3, month: 5 }],
    ['Released 2024-05-03.', { day: 3, month: 5, year: 2024 }],
    ['5月3日开放', { day: 3, month: 5 }],
    ['It is open on Fridays.', { weekday: 5 }],
    ['每周三开放', { weekday: 3 }],
    ['It has been open since 2006.', { year: 2006 }],
    ['It opens at half past eight in the evening.', { minute: 20 * 60 + 30 }],
    ['早上八点半开门', { minute: 8 * 60 + 30 }],
    ['Es beginnt um 19.30 Uhr.', { minute: 19 * 60 + 30 }],
    ['Cierra a las tres de la tarde.', { minute: 15 * 60 }],
    ['It closes at 11 p.m.', { minute: 23 * 60 }],
  ])('reads "%s"', (text, when) => {
    expect(passage(text).whens[0]).toMatchObject(when);
  });

  it('knows that 3 of "3. bis zum 17. Mai" is in May', () => {
    expect(passage('vom 3. bis zum 17. Mai gesperrt').whens).toMatchObject([
      { day: 3, month: 5 },
      { day: 17, month: 5 },
    ]);
  });
});
