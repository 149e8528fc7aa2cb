import { describe, expect, it } from '@jest/globals';
import { taskPrefix, toHeaders } from '@octobus/contracts';
import { instantOf } from '@octobus/kernel';
import fc from 'fast-check';
import { InMemoryEventLog } from './in-memory-event-log.ts';
import type { LogPart } from './log-part.ts';
import { formatLogCursor, parseLogCursor, positionsOf } from './log-position.ts';
import { envelopeOf } from './testing/event-log.contract.ts';

const DAY = Date.parse('2026-11-21T00:00:00Z');
const NOW = instantOf(DAY + 60_000);

function partOf(stream: string, seconds: readonly number[]): LogPart {
  let now = 0;
  const id = stream.toLowerCase();
  const log = new InMemoryEventLog({ clock: () => now });
  seconds.forEach((second, i) => {
    now = DAY + second * 1000;
    log.plant(`${taskPrefix('acme', id)}.flow.steps.${i + 1}`, toHeaders(envelopeOf('task.steps-scheduled.v1', id)), '{}');
  });
  return { stream, log };
}

const one = [partOf('EVENTS', [1, 2, 3])];
const two = [partOf('EVENTS', [1, 2, 3]), partOf('EVENTS1', [2, 5])];

describe('a cursor', () => {
  it('is read back as it was written, by a log of as many streams', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 8 }), (positions) => {
        const text = formatLogCursor(positions);
        expect(parseLogCursor(text, positions.length)).toEqual(positions);
        expect(parseLogCursor(text, positions.length + 1)).toBeUndefined();
      }),
    );
  });

  it.each(['', 'c', '12', 'c-1', 'c1-', 'c1.5', 'c99999999999999999', 'c9999999999999999', 'c1-2', 'd1', 'c1 '])('is none: %j', (text) => {
    expect(parseLogCursor(text, 1)).toBeUndefined();
  });
});

describe('a reader begins', () => {
  const from = (parts: readonly LogPart[], text?: string) => positionsOf(parts, text, NOW);

  it('at the first event when nothing is said', async () => {
    expect(await from(one)).toEqual([0]);
    expect(await from(two, '')).toEqual([0, 0]);
  });

  it('with the event of a sequence, behind that of a cursor, and with the first one of a time', async () => {
    expect(await from(one, '2')).toEqual([1]);
    expect(await from(one, 'c2')).toEqual([2]);
    expect(await from(two, 'c2-1')).toEqual([2, 1]);
    expect(await from(one, '2026-11-21T00:00:02Z')).toEqual([1]);
    expect(await from(two, '2026-11-21T00:00:03+00:00')).toEqual([2, 1]);
  });

  it('right behind the end', async () => {
    expect(await from(one, '4')).toEqual([3]);
    expect(await from(two, 'c3-2')).toEqual([3, 2]);
    expect(await from(one, '2026-11-21T00:00:59Z')).toEqual([3]);
  });

  it.each(['5', 'c4', '2026-11-21T00:02:00Z', '9007199254740991'])('not in the future: %j', async (text) => {
    await expect(from(one, text)).rejects.toMatchObject({ code: 'position-in-future', retryable: false });
  });

  it.each(['0', '-1', '1.5', 'yesterday', '2026-11-21', 'c1-2', '9'.repeat(16), '2026-02-30T00:00:00Z'])(
    'nowhere that is no place: %j',
    async (text) => {
      await expect(from(one, text)).rejects.toMatchObject({ code: 'position-invalid', retryable: false });
    },
  );

  it('at no sequence when there are several streams', async () => {
    await expect(from(two, '2')).rejects.toMatchObject({ code: 'position-invalid' });
  });
});
