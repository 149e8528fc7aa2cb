import { describe, expect, it } from '@jest/globals';
import { VERBS } from '@octobus/contracts';
import { LogRoom } from './log-room.ts';
import { logLimits } from './watch-log-room.ts';

const MEGABYTE = 1024 ** 2;
const subject = 'evt.05.acme.task.t.flow.end';

function roomWith(limits: { events?: number; bytes?: number }, size: { events: number; bytes?: number }): LogRoom {
  const room = new LogRoom({ events: 0, bytes: 0, ...limits });
  room.measured([{ bytes: 0, ...size }]);
  return room;
}

/** What begins something. */
const NEW_WORK = ['submit', 'ingest', 'create-tenant', 'create-key', 'redrive', 'create-schedule', 'resume-schedule', 'set-policy'];

const refused = (room: LogRoom, admitted: boolean): string[] => VERBS.filter((verb) => room.refuses({ verb, admitted }));

describe('the room in the log', () => {
  it('without limits never ends', () => {
    expect(refused(roomWith({}, { events: 1e12, bytes: 1e15 }), false)).toEqual([]);
    expect(roomWith({}, { events: 1e12 }).used).toBe(0);
  });

  it('ends for new work at the limit of events, not before it', () => {
    expect(refused(roomWith({ events: 100 }, { events: 99 }), false)).toEqual([]);
    expect(refused(roomWith({ events: 100 }, { events: 100 }), false)).toEqual(NEW_WORK);
  });

  it('ends at the limit of bytes, too', () => {
    const size = { events: 10, bytes: 100 * MEGABYTE };
    expect(refused(roomWith({ events: 100, bytes: size.bytes }, size), false)).toContain('submit');
    expect(refused(roomWith({ events: 100, bytes: size.bytes + 1 }, size), false)).toEqual([]);
  });

  it('is left above the limit for what the gateway let in and for what ends something', () => {
    const full = roomWith({ events: 1_000_000 }, { events: 1_099_999 });
    expect(refused(full, true)).toEqual([]);
    expect(refused(full, false)).not.toContain('cancel');
    expect(refused(full, false)).not.toContain('revoke-key');
  });

  it('has an end for those, too, so that nobody fills a disk with cancels', () => {
    const full = roomWith({ events: 1_000_000 }, { events: 1_100_000 });
    expect(refused(full, true)).toEqual([...VERBS]);
    expect(refused(roomWith({ events: 10 }, { events: 10_009 }), true)).toEqual([]);
    expect(refused(roomWith({ events: 10 }, { events: 10_010 }), true)).toEqual([...VERBS]);
    expect(refused(roomWith({ bytes: MEGABYTE }, { events: 1, bytes: 65 * MEGABYTE - 1 }), true)).toEqual([]);
    expect(refused(roomWith({ bytes: MEGABYTE }, { events: 1, bytes: 65 * MEGABYTE }), true)).toEqual([...VERBS]);
  });

  it('is the sum over the streams that a log is spread over', () => {
    const room = new LogRoom({ events: 100, bytes: 0 }, 4);
    room.measured([10, 20, 30, 39].map((events) => ({ events, bytes: 10 * events })));
    expect(room.size).toEqual({ events: 99, bytes: 990 });
    room.seen({ subject, sequence: 20 });
    expect(room.refuses({ verb: 'submit', admitted: false })).toBe(false);
    room.seen({ subject, sequence: 21 });
    expect(room.size.events).toBe(100);
    expect(room.refuses({ verb: 'submit', admitted: false })).toBe(true);
  });

  it('is known from the sequence of any event, bytes by the mean so far', () => {
    const room = roomWith({ events: 100, bytes: 20_000 }, { events: 50, bytes: 5_000 });
    room.seen({ subject, sequence: 60 });
    room.seen({ subject, sequence: 55 });
    expect(room.size).toEqual({ events: 60, bytes: 6_000 });
    room.seen({ subject, sequence: 100 });
    expect(refused(room, false)).toContain('submit');
    room.measured([{ events: 101, bytes: 9_000 }]);
    expect(room.size).toEqual({ events: 101, bytes: 9_000 });
    expect(room.used).toBeCloseTo(1.01);
  });

  it('of an empty log is all there is', () => {
    expect(roomWith({ events: 1, bytes: 1 }, { events: 0 }).used).toBe(0);
  });
});

describe('the limits in the environment', () => {
  it('are none when nobody sets them', () => {
    expect(logLimits({})).toEqual({ events: 0, bytes: 0 });
  });

  it('are whole numbers', () => {
    expect(logLimits({ OCTO_MAX_LOG_EVENTS: '7', OCTO_MAX_LOG_BYTES: '8000000000000' })).toEqual({ events: 7, bytes: 8e12 });
    for (const text of ['-1', '1.5', 'many']) expect(() => logLimits({ OCTO_MAX_LOG_BYTES: text })).toThrow('OCTO_MAX_LOG_BYTES');
  });
});
