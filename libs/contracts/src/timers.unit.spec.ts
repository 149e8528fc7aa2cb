import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LOG_STREAM_COUNTS, logStreamOf, logStreams } from './log-streams.ts';
import { parseEventSubject } from './subjects.ts';
import { firedTransforms, timerCancelSubject, timerSubjects } from './timers.ts';

const id = '01a1f83c-bf40-7d54-869a-77c459a80424';
const task = { tenant: 'acme', aggregate: 'task', id } as const;

/** As nats-server does it. */
function transformed(subject: string, { src, dest }: { readonly src: string; readonly dest: string }): string | undefined {
  const tokens = subject.split('.');
  const wanted = src.split('.');
  if (tokens.length !== wanted.length || wanted.some((token, i) => token !== '*' && token !== tokens[i])) return undefined;
  const wildcards = tokens.filter((_, i) => wanted[i] === '*');
  return dest.replaceAll(/\{\{wildcard\((\d)\)\}\}/g, (_, n: string) => wildcards[Number(n) - 1] ?? '');
}

describe('a timer', () => {
  it('waits, fires and is recorded under subjects that name the same place', () => {
    expect(timerSubjects({ address: task, name: 'deadline', n: 1 })).toEqual({
      waits: `timer.08.acme.task.${id}.deadline.1`,
      fired: `fired.08.acme.task.${id}.deadline.1`,
      event: `evt.08.acme.task.${id}.timer.deadline.1`,
    });
  });

  it.each([
    ['a name of a person', { name: 'Lunch break' }],
    ['a name that widens the subject', { name: '*' }],
    ['a number below one', { n: 0 }],
    ['half a number', { n: 1.5 }],
  ])('has not %s', (_what, change) => {
    expect(() => timerSubjects({ address: task, name: 'deadline', n: 1, ...change })).toThrow(RangeError);
  });

  it('is cancelled by a message that is no timer', () => {
    expect(parseEventSubject(timerCancelSubject('08'))).toBeUndefined();
    expect(timerCancelSubject('08').split('.')).toHaveLength(3);
  });
});

describe('what the log takes of the timers', () => {
  const address = fc.record({
    tenant: fc.stringMatching(/^[a-z0-9-]{1,40}$/),
    aggregate: fc.constantFrom('task' as const, 'schedule' as const),
    id: fc.uuid(),
  });

  it.each(LOG_STREAM_COUNTS)('is each firing under its own subject, by exactly one of %i streams', (count) => {
    fc.assert(
      fc.property(address, fc.stringMatching(/^[a-z0-9-]{1,40}$/), fc.integer({ min: 1, max: 1e9 }), (at, name, n) => {
        const { fired, event } = timerSubjects({ address: at, name, n });
        for (const { name: stream, subjects } of logStreams(count)) {
          const taken = firedTransforms(subjects).flatMap((one) => transformed(fired, one) ?? []);
          expect(taken).toEqual(logStreamOf(event, count) === stream ? [event] : []);
        }
      }),
    );
  });

  it.each([
    `fired.08.acme.task.${id}.flow.end`,
    `fired.08.acme.identity.${id}.key.1`,
    `fired.08.acme.task.${id}.request.submit.1`,
    `fired.08.acme.task.${id}.deadline`,
  ])('gives %s no other facet than timer', (subject) => {
    const events = firedTransforms(['evt.>']).flatMap((transform) => transformed(subject, transform) ?? []);
    for (const event of events) expect(event.split('.').slice(0, 6)).toEqual(['evt', '08', 'acme', 'task', id, 'timer']);
  });
});
