import { describe, expect, it } from '@jest/globals';
import { type Instant, instantOf } from '@octobus/kernel';
import fc from 'fast-check';
import { type ScheduleCommand, decide } from './schedule.decide.ts';
import { type KnownSchedule, type Schedule, type ScheduleFact, awaited, evolve, noSchedule } from './schedule.ts';

const T0 = instantOf(1_800_000_000_000);
const request = { name: 'tick', cron: '* * * * *', timeZone: 'UTC', owner: 'key:k1', deadlineAfterMs: '5000' };
const create = (next: Instant | undefined = T0): ScheduleCommand => ({ type: 'create', sequence: 3, request, storedAt: T0, next });

/** What is decided, folded; the refusals in words. */
function play(commands: readonly ScheduleCommand[]): {
  readonly schedule: Schedule;
  readonly said: readonly string[];
  readonly facts: readonly ScheduleFact[];
} {
  let schedule = noSchedule;
  const said: string[] = [];
  const facts: ScheduleFact[] = [];
  for (const command of commands) {
    const decision = decide(command, schedule);
    said.push('fact' in decision ? decision.fact.type : decision.refused);
    if (!('fact' in decision)) continue;
    facts.push(decision.fact);
    schedule = evolve(schedule, decision.fact);
  }
  return { schedule, said, facts };
}

describe('a schedule', () => {
  it('waits for its first firing as soon as it is made', () => {
    const { schedule } = play([create()]);
    expect(schedule).toMatchObject({ status: 'active', name: 'tick', owner: 'key:k1', deadlineAfterMs: 5000, handled: 3, createdAt: T0 });
    expect(awaited(schedule)).toEqual({ n: 1, at: T0 });
  });

  it('arms firing n + 1 when firing n has come, and counts it', () => {
    const { schedule, said } = play([create(), { type: 'fire', n: 1, task: 't1', next: instantOf(T0 + 60_000) }]);
    expect(said).toEqual(['schedule.armed.v1', 'schedule.fired.v1']);
    expect(schedule).toMatchObject({ fired: 1, lastTask: 't1', lastDueAt: T0 });
    expect(awaited(schedule)).toEqual({ n: 2, at: T0 + 60_000 });
  });

  it('ignores a firing that it does not wait for', () => {
    const fire = (n: number): ScheduleCommand => ({ type: 'fire', n, task: 't', next: T0 });
    expect(play([fire(1), create(), fire(2), fire(1), fire(1)]).said).toEqual([
      'schedule-unknown',
      'schedule.armed.v1',
      'firing-not-awaited',
      'schedule.fired.v1',
      'firing-not-awaited',
    ]);
  });

  it('that is paused waits for nothing, and when it is resumed not for the firing of before', () => {
    const { schedule, said } = play([
      create(),
      { type: 'pause', sequence: 5 },
      { type: 'pause', sequence: 6 },
      { type: 'fire', n: 1, task: 't', next: T0 },
      { type: 'resume', sequence: 7, next: T0 },
      { type: 'resume', sequence: 8, next: T0 },
      { type: 'fire', n: 1, task: 't', next: T0 },
    ]);
    expect(said).toEqual([
      'schedule.armed.v1',
      'schedule.paused.v1',
      'schedule-not-active',
      'firing-not-awaited',
      'schedule.armed.v1',
      'schedule-not-paused',
      'firing-not-awaited',
    ]);
    expect(awaited(schedule)?.n).toBe(2);
  });

  it('ends when no firing is left', () => {
    const { schedule } = play([create(), { type: 'fire', n: 1, task: 't', next: undefined }]);
    expect(schedule).toMatchObject({ status: 'ended', fired: 1 });
    expect(awaited(schedule)).toBeUndefined();
  });

  it('that is deleted does nothing for ever', () => {
    const gone = play([
      create(),
      { type: 'delete', sequence: 9 },
      create(),
      { type: 'resume', sequence: 10, next: T0 },
      { type: 'delete', sequence: 11 },
      { type: 'fire', n: 1, task: 't', next: T0 },
    ]);
    expect(gone.said.slice(2)).toEqual(['schedule-exists', 'schedule-unknown', 'schedule-unknown', 'schedule-unknown']);
    expect(awaited(gone.schedule)).toBeUndefined();
  });

  it('that can not submit leaves a firing out and goes on', () => {
    const { schedule } = play([create(), { type: 'skip', n: 1, next: instantOf(T0 + 1) }]);
    expect(schedule).toMatchObject({ fired: 0, firing: 2 });
  });
});

describe('whatever is asked of a schedule', () => {
  const command: fc.Arbitrary<ScheduleCommand> = fc.oneof(
    fc.constant(create()),
    fc.record({ type: fc.constant('pause' as const), sequence: fc.nat(99) }),
    fc.record({ type: fc.constant('resume' as const), sequence: fc.nat(99), next: fc.constant(T0) }),
    fc.record({ type: fc.constant('fire' as const), n: fc.integer({ min: 1, max: 8 }), task: fc.constant('t'), next: fc.constant(T0) }),
    fc.record({ type: fc.constant('skip' as const), n: fc.integer({ min: 1, max: 8 }), next: fc.constant(T0) }),
    { arbitrary: fc.record({ type: fc.constant('delete' as const), sequence: fc.nat(99) }), weight: 1 },
  );

  it('no firing submits twice, numbers only grow, and the last decision alone says all that it is', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
        const { facts, schedule } = play(commands);
        const fired = facts.flatMap((fact) => (fact.type === 'schedule.fired.v1' ? [fact.data.n ?? 0] : []));
        expect(fired).toEqual([...new Set(fired)].sort((a, b) => a - b));
        const numbers = facts.map((fact) => (evolve(noSchedule, fact) as KnownSchedule).firing);
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
        const last = facts.at(-1);
        if (last !== undefined) expect(evolve(noSchedule, JSON.parse(JSON.stringify(last)))).toEqual(JSON.parse(JSON.stringify(schedule)));
        if (schedule.situation === 'known') expect(awaited(schedule) === undefined).toBe(schedule.status !== 'active');
      }),
    );
  });
});
