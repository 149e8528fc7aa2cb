import { describe, expect, it } from '@jest/globals';
import { type Instant, formatInstant, instantOf, parseInstant } from '@octobus/kernel';
import fc from 'fast-check';
import { nextFiring, timetableProblem } from './next-firing.ts';

const at = (text: string): Instant => parseInstant(text) ?? instantOf(Number.NaN);

function firings(cron: string, timeZone: string, from: string, count: number): readonly string[] {
  const times: string[] = [];
  for (let last = at(from); times.length < count;) {
    last = nextFiring({ cron, timeZone }, last) ?? instantOf(Number.NaN);
    times.push(formatInstant(last).replace('.000Z', 'Z'));
  }
  return times;
}

describe('the next firing', () => {
  it('is read in the time zone of the timetable', () => {
    expect(firings('0 8 * * mon-fri', 'Europe/Berlin', '2026-11-20T12:00:00Z', 2)).toEqual([
      '2026-11-23T07:00:00Z',
      '2026-11-24T07:00:00Z',
    ]);
    expect(firings('0 8 * * mon-fri', 'Asia/Kathmandu', '2026-11-20T12:00:00Z', 1)).toEqual(['2026-11-23T02:15:00Z']);
  });

  it('may be every second, and is never the time itself', () => {
    expect(firings('* * * * * *', 'UTC', '2026-11-20T12:00:00Z', 2)).toEqual(['2026-11-20T12:00:01Z', '2026-11-20T12:00:02Z']);
    expect(nextFiring({ cron: '* * * * * *', timeZone: 'UTC' }, instantOf(at('2026-11-20T12:00:00Z') + 999))).toBe(
      at('2026-11-20T12:00:01Z'),
    );
  });

  it('at a time that clocks leave out comes as soon as there is one again, on the same day', () => {
    expect(firings('30 2 * * *', 'Europe/Berlin', '2026-03-28T00:00:00Z', 3)).toEqual([
      '2026-03-28T01:30:00Z',
      '2026-03-29T01:00:00Z',
      '2026-03-30T00:30:00Z',
    ]);
  });

  it('at a time that clocks show twice comes once', () => {
    expect(firings('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2)).toEqual(['2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z']);
    expect(firings('30 2,14 * * *', 'Europe/Berlin', '2026-10-24T13:00:00Z', 3)).toEqual([
      '2026-10-25T00:30:00Z',
      '2026-10-25T13:30:00Z',
      '2026-10-26T01:30:00Z',
    ]);
  });

  it('of something that comes every half hour comes every half hour, whatever clocks show', () => {
    const spring = firings('*/30 * * * *', 'Europe/Berlin', '2026-03-29T00:00:00Z', 5);
    const autumn = firings('*/30 * * * *', 'America/New_York', '2026-11-01T04:00:00Z', 6);
    for (const times of [spring, autumn]) {
      const gaps = times.slice(1).map((time, i) => Date.parse(time) - Date.parse(times[i] ?? ''));
      expect(new Set(gaps)).toEqual(new Set([1_800_000]));
    }
  });

  it('lies after the time that was asked about and nothing lies between: from any time before it, it is the same', () => {
    const cron = fc.tuple(
      fc.constantFrom('*', '0', '*/7', '15,45', '10-20'),
      fc.constantFrom('*', '2', '*/5', '1-3'),
      fc.constantFrom('*', '1', '*/10', 'L'),
      fc.constantFrom('*', '2', '*/3'),
      fc.constantFrom('*', '0', 'mon-fri'),
    );
    const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata');
    const time = fc.integer({ min: Date.UTC(2025, 0), max: Date.UTC(2030, 0) });
    fc.assert(
      fc.property(cron, zone, time, fc.double({ min: 0, max: 1, noNaN: true }), (fields, timeZone, from, part) => {
        const timetable = { cron: fields.join(' '), timeZone };
        const next = nextFiring(timetable, instantOf(from));
        if (next === undefined) throw new Error('these all come true within some years');
        expect(next).toBeGreaterThan(from);
        const between = Math.floor(from + part * (next - from));
        if (between < next) expect(nextFiring(timetable, instantOf(between))).toBe(next);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a timetable', () => {
  const now = at('2026-11-20T12:00:00Z');

  it.each([
    ['* * * *', 'UTC', '/cron'],
    ['* * * * * * *', 'UTC', '/cron'],
    ['61 * * * *', 'UTC', '/cron'],
    ['@daily', 'UTC', '/cron'],
    ['0 0 30 2 *', 'UTC', '/cron'],
    ['2026-11-21T00:00:00Z', 'UTC', '/cron'],
    ['* * * * *', 'Mars/Olympus', '/timeZone'],
  ])('%s in %s is refused', (cron, timeZone, pointer) => {
    expect(timetableProblem({ cron, timeZone }, now)?.pointer).toBe(pointer);
  });

  it.each([
    ['*/5 * * * *', 'UTC'],
    ['0 0 8 ? * MON-FRI', 'Europe/Berlin'],
    ['0 0 29 2 *', 'America/Argentina/Buenos_Aires'],
  ])('%s in %s is kept', (cron, timeZone) => {
    expect(timetableProblem({ cron, timeZone }, now)).toBeUndefined();
  });
});
