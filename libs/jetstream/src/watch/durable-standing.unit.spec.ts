import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { durables } from '../provisioning/durables.ts';
import { type DurableSighting, type DurableStanding, type DurableState, REPAIRED, WATCH_LIMITS, judge } from './durable-standing.ts';

const named = (name: string) => {
  const found = durables(['noop'], []).find((durable) => durable.name === name);
  if (found === undefined) throw new Error(`no durable ${name}`);
  return found;
};
const wanted = named('orchestrator');
const queue = named('reflex');
const arm = named('arm-noop-b');
const PACE = { ...WATCH_LIMITS, elapsedMs: 20_000, restarted: true };

const sighting = (more: Partial<DurableSighting> = {}): DurableSighting => ({
  created: 'monday',
  settings: wanted,
  pending: 0,
  unacked: 0,
  redelivered: 0,
  pulls: 1,
  floor: { sequence: 1_000_000, count: 500 },
  delivered: { sequence: 1_000_000, count: 500 },
  ...more,
});

/** States that a series of looks finds. */
function states(seen: readonly (Partial<DurableSighting> | undefined)[], of = wanted): readonly DurableState[] {
  let standing: DurableStanding | undefined;
  return seen.map((one) => {
    standing = judge(of, one && sighting({ settings: of, ...one }), standing, PACE);
    return standing.state;
  });
}

const times = <T>(n: number, value: T): readonly T[] => Array.from({ length: n }, () => value);
const last = <T>(list: readonly T[]): T | undefined => list.at(-1);

describe('a durable', () => {
  it('is well with nothing to do, however long, and with work that moves', () => {
    expect(new Set(states(times(50, {})))).toEqual(new Set(['ok']));
    const working = Array.from({ length: 50 }, (_, i) => ({
      pending: 500,
      unacked: 8,
      pulls: 0,
      floor: { sequence: 1_000_000 + i * 9_000, count: 500 + i * 9_000 },
      delivered: { sequence: 1_000_008 + i * 9_000, count: 508 + i * 9_000 },
    }));
    expect(new Set(states(working))).toEqual(new Set(['ok']));
  });

  it('is stuck when messages wait, somebody asks for them, and nothing comes', () => {
    expect(states(times(5, { pending: 3, pulls: 1 }))).toEqual(['ok', 'ok', 'ok', 'stuck', 'stuck']);
    expect(last(states(times(9, { pending: 3, pulls: 1, unacked: wanted.max_ack_pending })))).not.toBe('stuck');
  });

  it('is unread when messages wait, nobody asks, and nobody has any in hand', () => {
    expect(states(times(5, { pending: 3, pulls: 0 }))).toEqual(['ok', 'ok', 'ok', 'unread', 'unread']);
  });

  it('is slow when all hands are full and what waits is not getting less, and well again when it is', () => {
    const busy = { pending: 300, unacked: 8, pulls: 0 };
    expect(
      states(
        [
          ...times(4, busy),
          { ...busy, pending: 200, floor: { sequence: 1_000_300, count: 600 }, delivered: { sequence: 1_000_400, count: 608 } },
        ],
        arm,
      ),
    ).toEqual(['ok', 'ok', 'ok', 'slow', 'ok']);
  });

  it('of an arm has one long piece of work in hand without being in trouble', () => {
    expect(new Set(states(times(90, { unacked: 1, pulls: 1 }), arm))).toEqual(new Set(['ok']));
  });

  it('of another service is held when what is in hand does not get done, whether or not more waits', () => {
    for (const pending of [0, 300]) {
      const frozen = { pending, unacked: 8, pulls: 0 };
      const moved = { pending: 0, floor: { sequence: 1_000_300, count: 600 }, delivered: { sequence: 1_000_400, count: 608 } };
      expect(states([...times(4, frozen), moved])).toEqual(['ok', 'ok', 'ok', 'held', 'ok']);
    }
  });

  it('is retrying when its oldest message has come again and again while others pass', () => {
    const poisoned = Array.from({ length: 8 }, (_, i) => ({
      unacked: 1,
      redelivered: 1,
      delivered: { sequence: 1_000_500, count: 900 + i * 40 },
    }));
    expect(last(states(poisoned))).toBe('retrying');
  });

  it('is missing, and altered when its settings are not the wanted ones', () => {
    expect(states([{}, undefined])).toEqual(['ok', 'missing']);
    expect(states([{ settings: { ...wanted, filter_subjects: ['evt.nothing'] } }])).toEqual(['altered']);
    expect(states([{ settings: { ...wanted, deliver_policy: 'new' } }])).toEqual(['altered']);
  });

  it('keeps the position that it was known to have through every trouble', () => {
    const before = judge(wanted, sighting(), undefined, PACE);
    const found = [
      undefined,
      sighting({ settings: { ...wanted, deliver_policy: 'new' }, floor: { sequence: 9, count: 9 } }),
      sighting({ created: 'tuesday', floor: { sequence: 2_000_000, count: 3 } }),
      sighting({ floor: { sequence: 0, count: 0 }, delivered: { sequence: 0, count: 0 } }),
    ];
    for (const seen of found) expect(judge(wanted, seen, before, PACE)).toMatchObject({ position: 1_000_000, created: 'monday' });
  });

  it.each<[what: string, seen: Partial<DurableSighting>]>([
    [
      'another one of its name was made',
      { created: 'tuesday', floor: { sequence: 40, count: 20 }, delivered: { sequence: 40, count: 20 } },
    ],
    ['it begins again', { floor: { sequence: 0, count: 0 }, delivered: { sequence: 0, count: 0 } }],
    ['it was moved ahead', { floor: { sequence: 1_500_000, count: 0 }, delivered: { sequence: 1_500_000, count: 0 } }],
    [
      'an ack of before a reset hides those after it',
      { floor: { sequence: 1_000_100, count: 600 }, delivered: { sequence: 1_000_200, count: 520 } },
    ],
  ])('is displaced when %s', (_what, seen) => {
    expect(states([{}, seen])).toEqual(['ok', 'displaced']);
  });

  it('is not displaced when somebody moves it back while the server runs: they want it to deliver again', () => {
    const before = judge(wanted, sighting(), undefined, PACE);
    const back = sighting({ floor: { sequence: 0, count: 0 }, delivered: { sequence: 0, count: 0 } });
    expect(judge(wanted, back, before, { ...PACE, restarted: false })).toMatchObject({ state: 'ok', position: 1_000_000 });
  });

  it('is not displaced by what a crash takes back, nor by being made anew where it stood', () => {
    expect(states([{}, { floor: { sequence: 999_000, count: 450 }, delivered: { sequence: 999_900, count: 495 } }])).toEqual(['ok', 'ok']);
    const anew = { created: 'tuesday', floor: { sequence: 1_000_000, count: 0 }, delivered: { sequence: 1_000_000, count: 0 } };
    expect(states([{}, anew])).toEqual(['ok', 'ok']);
  });

  it('of a work queue may be made anew: what was not handled is still there', () => {
    expect(states([{}, { created: 'tuesday', floor: { sequence: 3, count: 3 }, delivered: { sequence: 3, count: 3 } }], queue)).toEqual([
      'ok',
      'ok',
    ]);
  });

  it('is never repaired while it is worked on, however the work goes', () => {
    const look = fc.record({
      arrived: fc.nat(5_000),
      delivered: fc.nat(3_000),
      again: fc.nat(50),
      acked: fc.nat(3_000),
      apart: fc.nat(20),
      pulls: fc.nat(3),
      crash: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(look, { maxLength: 60 }), (looks) => {
        let pending = 0;
        let handled = 0;
        let unacked = 0;
        let again = 0;
        let sequence = 0;
        const seen = looks.map((one): Partial<DurableSighting> => {
          pending += one.arrived;
          const delivered = Math.min(pending, Math.max(1, one.delivered));
          const lost = one.crash ? Math.min(handled, 500) : 0;
          pending -= delivered;
          const acked = Math.min(unacked + delivered, one.acked);
          unacked += delivered - acked + lost;
          handled += acked - lost;
          again += one.again;
          sequence += acked * (1 + one.apart) - lost;
          const count = handled + again;
          return {
            pending,
            unacked: Math.min(unacked, wanted.max_ack_pending),
            redelivered: Math.min(unacked, one.again),
            pulls: one.pulls,
            floor: { sequence, count },
            delivered: { sequence: sequence + unacked, count: count + unacked },
          };
        });
        for (const state of states(seen)) expect(REPAIRED.has(state)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});
