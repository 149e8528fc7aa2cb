import { describe, expect, it } from '@jest/globals';
import type { ScheduledStepJson } from '@octobus/contracts';
import type { RecordedEvent } from '@octobus/event-log';
import fc from 'fast-check';
import { boom, pause, settle } from '../../test/plays.ts';
import { type Death, World, inFlow } from '../../test/world.ts';

const plans = fc.integer({ min: 1, max: 6 }).chain((n) =>
  fc.tuple(
    ...Array.from({ length: n }, (_, i) =>
      fc
        .record({
          id: fc.constant(`s${i}`),
          agent: fc.constant('noop'),
          after: fc.subarray(Array.from({ length: i }, (_x, j) => `s${j}`)),
          onFailure: fc.constantFrom('ON_FAILURE_FAIL' as const, 'ON_FAILURE_SKIP' as const),
          maxAttempts: fc.integer({ min: 1, max: 3 }),
          waitMs: fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 700, 60_000),
        })
        .map(({ waitMs, ...worked }) => (waitMs === 0 ? worked : pause(worked.id, waitMs, worked.after))),
    ),
  ),
);

type Play =
  | {
      readonly play: 'deliver';
      readonly pick: number;
      readonly to: number;
      readonly death?: Death;
      readonly ackLost: boolean;
      readonly countForgotten: boolean;
      readonly together: boolean;
    }
  | { readonly play: 'finish'; readonly pick: number; readonly failure: 'none' | 'again' | 'for good' }
  | { readonly play: 'cancel'; readonly pick: number }
  | { readonly play: 'fire'; readonly withinMs: number }
  | { readonly play: 'wake'; readonly pick: number };

const death = fc.record({ at: fc.integer({ min: 1, max: 4 }), stored: fc.boolean() });
const seldom = fc.integer({ min: 0, max: 7 }).map((n) => n === 0);
const deliver = fc.record(
  {
    play: fc.constant('deliver' as const),
    pick: fc.nat(30),
    to: fc.nat(1),
    death: fc.option(death, { nil: undefined, freq: 5 }),
    ackLost: seldom,
    countForgotten: seldom,
    together: fc.boolean(),
  },
  { requiredKeys: ['play', 'pick', 'to', 'ackLost', 'countForgotten', 'together'] },
);
const finish = fc.record({
  play: fc.constant('finish' as const),
  pick: fc.nat(30),
  failure: fc.constantFrom('none' as const, 'none' as const, 'none' as const, 'again' as const, 'for good' as const),
});
const cancel = fc.record({ play: fc.constant('cancel' as const), pick: fc.nat(1) });
const fire = fc.record({ play: fc.constant('fire' as const), withinMs: fc.constantFrom(500, 2_000, 3_600_000) });
const wake = fc.record({ play: fc.constant('wake' as const), pick: fc.nat(3) });
const rounds = fc.array(
  fc.array(
    fc.oneof(
      { arbitrary: deliver as fc.Arbitrary<Play>, weight: 6 },
      { arbitrary: finish as fc.Arbitrary<Play>, weight: 6 },
      { arbitrary: cancel as fc.Arbitrary<Play>, weight: 1 },
      { arbitrary: fire as fc.Arbitrary<Play>, weight: 2 },
      { arbitrary: wake as fc.Arbitrary<Play>, weight: 1 },
    ),
    { minLength: 1, maxLength: 4 },
  ),
  { maxLength: 14 },
);

async function act(world: World, prefixes: readonly string[], play: Play): Promise<void> {
  if (play.play === 'cancel') return world.cancel(prefixes[play.pick % prefixes.length] ?? '');
  if (play.play === 'fire') return void world.fire(play.withinMs);
  if (play.play === 'wake') return world.wake(play.pick);
  if (play.play === 'deliver') {
    const waiting = await world.waiting();
    const event = waiting[play.pick % waiting.length];
    if (event !== undefined) await world.deliver(event, play.to, play);
    return;
  }
  const open = await world.dispatched();
  const at = open[play.pick % open.length];
  if (at === undefined) return;
  await world.finish(at, play.failure === 'none' ? undefined : boom(play.failure === 'again'));
}

const scheduledIn = ({ body }: RecordedEvent): readonly ScheduledStepJson[] =>
  body.type === 'task.steps-scheduled.v1' || body.type === 'task.plan-adopted.v1' ? (body.data.steps ?? []) : [];

async function assertLawful(world: World, prefix: string): Promise<void> {
  const events = await world.all(prefix);
  // A timer that is set again after it has fired fires again.
  const subjects = events.map(({ subject }) => subject).filter((subject) => !subject.includes('.timer.'));
  expect(subjects).toEqual([...new Set(subjects)]);
  expect(subjects.filter((subject) => subject.endsWith('.flow.end'))).toHaveLength(1);
  const task = await world.fold(prefix);
  expect(task.situation).toBe('ended');
  for (const decision of events.filter(inFlow)) {
    const steps = scheduledIn(decision);
    for (const { step: name, attempt, arm } of steps) {
      const at = { prefix, arm: arm ?? '', step: name ?? '', attempt: attempt ?? 0 };
      expect(await world.ends(at)).toHaveLength(1);
      if (steps.length > 1) expect(subjects).toContain(`${prefix}.fan.${arm}.b.${name}.${attempt}`);
      if ((attempt ?? 0) > 1) {
        const [before] = await world.ends({ ...at, attempt: (attempt ?? 0) - 1 });
        expect(before?.body).toMatchObject({ type: 'task.step-done.v1', data: { failure: { retryable: true } } });
        expect(before?.sequence).toBeLessThan(decision.sequence);
      }
    }
  }
  if (task.situation !== 'ended' || task.end !== 'completed') return;
  for (const planned of task.last.plan?.steps ?? []) {
    if (planned.wait !== undefined) expect(task.last.waits.get(planned.id ?? '')?.ended).toBeDefined();
    if (planned.wait !== undefined) continue;
    const attempts = task.last.steps.get(planned.id ?? '')?.attempts ?? [];
    const succeeded = attempts.filter(({ situation }) => situation === 'succeeded');
    expect(succeeded.length).toBeLessThanOrEqual(1);
    if (planned.onFailure !== 'ON_FAILURE_SKIP') expect(succeeded).toHaveLength(1);
  }
}

describe('whatever is delivered, to whom, how often, and wherever it dies', () => {
  const punctual = fc.constant<number[]>([]);
  const behind = fc.array(fc.nat(4), { maxLength: 40 });

  it.each([
    ['', punctual],
    [', also when every load may be answered by a server that is behind', behind],
  ])(
    'every task ends once, every attempt has one outcome, nothing scheduled lacks its dispatch%s',
    async (_when, lags) => {
      await fc.assert(
        fc.asyncProperty(fc.tuple(plans, plans), rounds, lags, fc.scheduler(), async (both, script, lag, scheduler) => {
          const world = new World((call) => scheduler.scheduleFunction(call) as typeof call);
          let loads = 0;
          world.lag = () => lag[loads++] ?? 0;
          const prefixes = [await world.submit(both[0]), await world.submit(both[1], undefined, '2027-01-15T08:30:00Z')];
          const inOrder = <T>(work: Promise<T>): Promise<T> => scheduler.waitFor(work);
          for (const round of script) await inOrder(Promise.all(round.map((play) => act(world, prefixes, play))));
          await inOrder(settle(world));
          for (const prefix of prefixes) await assertLawful(world, prefix);
        }),
        { numRuns: 200 },
      );
    },
    60_000,
  );
});
