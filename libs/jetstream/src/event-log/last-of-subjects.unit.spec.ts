import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type StoredMessage, matchesFilter } from '@octobus/event-log';
import { isFault } from '@octobus/kernel';
import type { DirectAnswer, DirectGet } from '../direct-get.ts';
import { lastOfSubjects } from './last-of-subjects.ts';

const message = (subject: string, sequence: number): StoredMessage => ({
  subject,
  sequence,
  storedAt: 0,
  header: () => undefined,
  data: new Uint8Array(),
});

/** Servers of one log, each behind by so many messages; every request goes to the next of the list. */
function serversOf(log: readonly StoredMessage[], lags: readonly number[]) {
  let asked = 0;
  const view = (): readonly StoredMessage[] => log.slice(0, Math.max(0, log.length - (lags[asked++ % lags.length] ?? 0)));
  return {
    lastUnder: async () => view().at(-1),
    many: async (request: DirectGet): Promise<DirectAnswer> => {
      const held = view();
      const filters = 'multi_last' in request ? request.multi_last : [];
      const last = new Map(held.filter(({ subject }) => filters.some((f) => matchesFilter(f, subject))).map((one) => [one.subject, one]));
      const messages = [...last.values()].sort((a, b) => a.sequence - b.sequence);
      return { messages, remaining: 0, upTo: messages.length === 0 ? 0 : held.length, tooMany: false };
    },
  };
}

describe('the last message of every subject', () => {
  it('is never an answer from before the sequence that was asked for, whichever servers answer', async () => {
    const subjects = fc.array(fc.constantFrom('a.1', 'a.2', 'b.1', 'b.2', 'c.1'), { minLength: 1, maxLength: 12 });
    const lags = fc.array(fc.nat(4), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(subjects, lags, fc.nat(12), fc.constantFrom('a.*', 'b.>', 'd.>'), async (all, behind, n, filter) => {
        const log = all.map((subject, i) => message(subject, i + 1));
        const atLeast = Math.min(n, log.length);
        const found = await lastOfSubjects(serversOf(log, behind), [filter], atLeast).catch((error: unknown) =>
          isFault(error) ? error.code : error,
        );
        if (found === 'log-unavailable') return;
        const known = log
          .filter(({ subject, sequence }) => sequence <= atLeast && matchesFilter(filter, subject))
          .map(({ subject }) => subject);
        expect(found).toBeInstanceOf(Array);
        const given = found as readonly StoredMessage[];
        expect(given.map(({ subject }) => subject)).toEqual(expect.arrayContaining([...new Set(known)]));
        expect(given.every(({ subject }) => matchesFilter(filter, subject))).toBe(true);
      }),
    );
  });

  it('is given when a server has it, and asked for again when it was behind', async () => {
    const log = [message('a.1', 1), message('b.1', 2)];
    expect(await lastOfSubjects(serversOf(log, [0]), ['a.*'], 2)).toHaveLength(1);
    expect(await lastOfSubjects(serversOf(log, [0]), ['c.*'], 2)).toEqual([]);
    await expect(lastOfSubjects(serversOf(log, [1]), ['a.*'], 2)).rejects.toMatchObject({ code: 'log-unavailable', retryable: true });
    await expect(lastOfSubjects(serversOf(log, [2, 0, 2]), ['a.*'], 1)).rejects.toMatchObject({ code: 'log-unavailable' });
    expect(await lastOfSubjects(serversOf(log, [2, 0, 0]), ['a.*'], 1)).toHaveLength(1);
  });
});
