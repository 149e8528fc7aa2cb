import { describe, expect, it } from '@jest/globals';
import { type PlanStepJson, type ScheduledStepJson, facet } from '@octobus/contracts';
import type { RecordedEvent } from '@octobus/event-log';
import { Fault, instantOf } from '@octobus/kernel';
import fc from 'fast-check';
import { type Death, World, type Yield, inFlow } from '../../test/world.ts';

const atOnce: Yield = (act) => act;
const step = (id: string, more: Partial<PlanStepJson> = {}): PlanStepJson => ({ id, agent: 'noop', ...more });
const boom = (retryable: boolean) => ({ code: 'boom', retryable, message: 'it broke' });
const typesIn = (events: readonly RecordedEvent[]) => events.map(({ body }) => body.type);
const named = async (world: World, name: string) => {
  const found = (await world.dispatched()).find((at) => at.step === name);
  if (found === undefined) throw new Error(`the step ${name} was not dispatched`);
  return found;
};
const waitingFor = async (world: World, name: string) => {
  const found = (await world.waiting()).find(({ address }) => address.facet[2] === name);
  if (found === undefined) throw new Error(`no outcome of ${name} waits`);
  return found;
};

/** Hands over what waits and does what is dispatched until nothing is left. */
async function settle(world: World, to = 0): Promise<void> {
  for (let i = 0; i < 500; i++) {
    const [event] = await world.waiting();
    const [open] = await world.dispatched();
    if (event !== undefined) await world.deliver(event, to + i);
    else if (open !== undefined) await world.finish(open);
    else if (world.fire().length === 0) return;
  }
  throw new Error('never settled');
}

describe('the orchestrator', () => {
  it('runs a plan: each decision one append, one step its own dispatch, several fanned out', async () => {
    const world = new World(atOnce, 1);
    const prefix = await world.submit([
      step('a'),
      step('b', { after: ['a'] }),
      step('c', { after: ['a'] }),
      step('d', { after: ['b', 'c'] }),
    ]);
    await settle(world);
    const places = (await world.all(prefix)).map(({ address }) => address.facet.join('.'));
    expect(places.map((place) => place.replace(/request\.submit\..*/, 'request.submit'))).toEqual([
      'request.submit',
      'flow.step.noop.b.a.1',
      'arm.noop.a.1.done',
      'flow.steps.1',
      'fan.noop.b.b.1',
      'fan.noop.b.c.1',
      'arm.noop.b.1.done',
      'arm.noop.c.1.done',
      'flow.step.noop.b.d.1',
      'arm.noop.d.1.done',
      'flow.end',
    ]);
    expect(typesIn(await world.all(prefix)).at(-1)).toBe('task.completed.v1');
  });

  it('names the event that led to a decision, and the decision in every dispatch', async () => {
    const world = new World(atOnce, 1);
    const prefix = await world.submit([step('a'), step('b')]);
    const [submitted] = await world.waiting();
    await world.deliver(submitted as RecordedEvent, 0);
    const [, decision, ...fans] = await world.all(prefix);
    expect(decision?.envelope).toMatchObject({ causation: submitted?.envelope.id, actor: 'orchestrator' });
    expect(fans).toHaveLength(2);
    for (const fan of fans) expect(fan.body).toMatchObject({ data: { decisionSequence: String(decision?.sequence) } });
  });

  it('dispatches again after a crash between a decision and its dispatches', async () => {
    for (const at of [2, 3]) {
      const world = new World(atOnce, 1);
      const prefix = await world.submit([step('a'), step('b')]);
      const [submitted] = await world.waiting();
      await world.deliver(submitted as RecordedEvent, 0, { death: { at, stored: false } });
      expect((await world.dispatched()).length).toBe(at - 2);
      await world.deliver(submitted as RecordedEvent, 0);
      expect((await world.dispatched()).map((open) => open.step)).toEqual(['a', 'b']);
      expect((await world.all(prefix)).filter(inFlow)).toHaveLength(1);
    }
  });

  it('dispatches again although the server has forgotten that it is not the first delivery', async () => {
    const world = new World(atOnce, 1);
    await world.submit([step('a'), step('b', { after: ['a'] }), step('c', { after: ['a'] })]);
    await world.deliver((await world.waiting())[0] as RecordedEvent, 0);
    await world.finish(await named(world, 'a'));
    const outcome = await waitingFor(world, 'a');
    await world.deliver(outcome, 0, { death: { at: 2, stored: false } });
    expect(await world.dispatched()).toEqual([]);
    await world.deliver(outcome, 0, { countForgotten: true });
    expect((await world.dispatched()).map((open) => open.step)).toEqual(['b', 'c']);
  });

  it('misses no outcome that another orchestrator has seen', async () => {
    const world = new World(atOnce, 2);
    const prefix = await world.submit([step('a'), step('b'), step('c', { after: ['a', 'b'] })]);
    await world.deliver((await world.waiting())[0] as RecordedEvent, 0);
    await world.finish(await named(world, 'a'));
    await world.deliver(await waitingFor(world, 'a'), 1);
    await world.finish(await named(world, 'b'));
    await world.deliver(await waitingFor(world, 'b'), 0);
    expect((await world.dispatched()).map((open) => open.step)).toEqual(['c']);
    await settle(world);
    expect(await world.fold(prefix)).toMatchObject({ situation: 'ended', end: 'completed' });
  });

  it('decides once about outcomes that have come together', async () => {
    const world = new World(atOnce, 1);
    const prefix = await world.submit([step('a'), step('b'), step('c', { after: ['a', 'b'] })]);
    await world.deliver((await world.waiting())[0] as RecordedEvent, 0);
    for (const open of await world.dispatched()) await world.finish(open);
    expect(await world.deliver(await waitingFor(world, 'a'), 0, { together: true })).toBeUndefined();
    expect(await world.waiting()).toEqual([]);
    expect((await world.dispatched()).map((at) => at.step)).toEqual(['c']);
    expect((await world.all(prefix)).filter(inFlow)).toHaveLength(2);
  });

  it('takes an outcome that it hears of before the decision that asked for it', async () => {
    const world = new World(atOnce, 2);
    const prefix = await world.submit([step('a'), step('b', { after: ['a'] }), step('c', { after: ['b'] })]);
    await world.deliver((await world.waiting())[0] as RecordedEvent, 0);
    await world.finish(await named(world, 'a'));
    await world.deliver(await waitingFor(world, 'a'), 1);
    await world.finish(await named(world, 'b'));
    await world.deliver(await waitingFor(world, 'b'), 0);
    expect((await world.dispatched()).map((open) => open.step)).toEqual(['c']);
    await settle(world);
    expect(await world.fold(prefix)).toMatchObject({ end: 'completed' });
  });

  it('ignores what is delivered again when it was decided long ago', async () => {
    const world = new World(atOnce, 1);
    const prefix = await world.submit([step('a'), step('b', { after: ['a'] }), step('c', { after: ['b'] })]);
    const [submitted] = await world.waiting();
    await world.deliver(submitted as RecordedEvent, 0);
    await world.finish(await named(world, 'a'));
    const outcome = await waitingFor(world, 'a');
    await world.deliver(outcome, 0);
    await world.finish(await named(world, 'b'));
    await world.deliver(await waitingFor(world, 'b'), 0);
    const before = await world.all(prefix);
    for (const countForgotten of [true, false]) {
      await world.deliver(outcome, 0, { countForgotten });
      await world.deliver(submitted as RecordedEvent, 0, { countForgotten });
    }
    expect(await world.all(prefix)).toEqual(before);
    await settle(world);
    expect(await world.fold(prefix)).toMatchObject({ end: 'completed' });
  });

  it('closes what is open before a task that failed or was cancelled ends', async () => {
    const world = new World(atOnce, 1);
    const failed = await world.submit([step('a'), step('b')]);
    const cancelled = await world.submit([step('x'), step('y')]);
    for (const event of await world.waiting()) await world.deliver(event, 0);
    await world.finish(await named(world, 'a'), boom(false));
    await world.cancel(cancelled);
    for (const event of await world.waiting()) await world.deliver(event, 0);
    expect(typesIn(await world.all(failed)).slice(-3)).toEqual(['task.step-done.v1', 'task.attempt-closed.v1', 'task.failed.v1']);
    expect(typesIn(await world.all(cancelled)).slice(-3)).toEqual([
      'task.attempt-closed.v1',
      'task.attempt-closed.v1',
      'task.cancelled.v1',
    ]);
    expect(await world.dispatched()).toEqual([]);
  });

  it('fails the task of an event that it can not handle, closes what was open, and minds nothing that comes later', async () => {
    const world = new World(atOnce, 2);
    const prefix = await world.submit([step('a'), step('b'), step('c', { after: ['a'] })]);
    await world.deliver((await world.waiting())[0] as RecordedEvent, 0);
    await world.finish(await named(world, 'a'));
    const outcome = await waitingFor(world, 'a');
    await world.giveUp(outcome, 'defect');
    await world.giveUp(outcome, 'defect');
    expect(typesIn(await world.all(prefix)).slice(-3)).toEqual(['task.step-done.v1', 'task.attempt-closed.v1', 'task.failed.v1']);
    expect((await world.all(prefix)).at(-1)?.body.data).toMatchObject({
      code: 'defect',
      message: expect.stringContaining('task.step-done.v1'),
    });
    const before = await world.log.lastSequence();
    for (const to of [0, 1]) expect(await world.deliver(outcome, to)).toBeUndefined();
    expect(await world.log.lastSequence()).toBe(before);
  });

  it('fails a task whose dispatches the log refuses', async () => {
    const world = new World(atOnce, 1);
    const prefix = await world.submit([step('a'), step('b')]);
    const [submitted] = await world.waiting();
    world.interfere = async (event) => {
      if (event.body.type === 'task.step-dispatched.v1') throw new Fault('log-refused', { retryable: false, message: 'too large' });
    };
    expect(await world.deliver(submitted as RecordedEvent, 0)).toMatchObject({ code: 'log-refused' });
    await world.giveUp(submitted as RecordedEvent, 'log-refused');
    expect(await world.fold(prefix)).toMatchObject({ situation: 'ended', end: 'failed' });
  });

  it('decides nothing about a task that a newer release has decided about, and says why', async () => {
    const world = new World(atOnce, 1);
    const prefix = await world.submit([step('a')]);
    world.plant(prefix, 'flow.step.noop.b.a.1', 'task.steps-scheduled.v2');
    const [submitted] = await world.waiting();
    const before = await world.log.lastSequence();
    expect(await world.deliver(submitted as RecordedEvent, 0, { countForgotten: false })).toMatchObject({
      code: 'release-too-old',
      retryable: true,
      message: expect.stringContaining('task.steps-scheduled.v2'),
    });
    expect(await world.log.lastSequence()).toBe(before);
  });

  it('keeps an outcome that only a newer release can read for it, and still lets the task be stopped', async () => {
    const world = new World(atOnce, 1);
    const prefix = await world.submit([step('a')]);
    await world.deliver((await world.waiting())[0] as RecordedEvent, 0);
    world.plant(prefix, facet.done('noop', 'a', 1), 'task.step-done.v2');
    const outcome = await waitingFor(world, 'a');
    expect(await world.deliver(outcome, 0)).toMatchObject({ code: 'release-too-old', retryable: true });
    await world.cancel(prefix);
    const cancel = (await world.waiting()).find(({ body }) => body.type === 'task.cancel-requested.v1');
    expect(await world.deliver(cancel as RecordedEvent, 0)).toBeUndefined();
    expect(await world.fold(prefix)).toMatchObject({ situation: 'ended', end: 'cancelled' });
  });

  it('gives up for now when others change the task again and again', async () => {
    const world = new World(atOnce, 1);
    const prefix = await world.submit([step('a')]);
    const [submitted] = await world.waiting();
    let decisions = 0;
    world.interfere = async (event) => {
      if (!inFlow(event)) return;
      decisions++;
      await world.intrude(prefix, decisions);
    };
    const refused = await world.deliver(submitted as RecordedEvent, 0);
    expect(refused).toMatchObject({ code: 'decision-contended', retryable: true });
    expect(decisions).toBe(21);
    world.interfere = undefined;
    await settle(world);
    expect(await world.fold(prefix)).toMatchObject({ end: 'completed' });
  });
});

describe('the timers of a task', () => {
  const SOON = '2027-01-15T08:30:00.000Z';

  it('end it at its deadline although nothing happens to it', async () => {
    const world = new World(atOnce, 1);
    const prefix = await world.submit([step('a')], undefined, SOON);
    await world.deliver((await world.waiting())[0] as RecordedEvent, 0);
    expect(world.timers.pending).toMatchObject([{ name: 'deadline', n: 1, at: Date.parse(SOON) }]);
    expect(world.fire()).toHaveLength(1);
    await world.deliver((await world.waiting())[0] as RecordedEvent, 0);
    expect(typesIn(await world.all(prefix)).slice(-3)).toEqual(['task.timer-fired.v1', 'task.attempt-closed.v1', 'task.expired.v1']);
  });

  it('are set before the decision that waits for them: whoever dies in between leaves a timer too many, never one too few', async () => {
    const world = new World(atOnce, 1);
    const prefix = await world.submit([step('a')], undefined, SOON);
    const [submitted] = await world.waiting();
    await world.deliver(submitted as RecordedEvent, 0, { death: { at: 1, stored: false } });
    expect(world.timers.pending).toHaveLength(1);
    expect((await world.all(prefix)).filter(inFlow)).toEqual([]);
    await settle(world);
    expect(await world.fold(prefix)).toMatchObject({ end: 'completed' });
    expect(world.timers.pending).toEqual([]);
  });

  it('are cancelled when it ends, and one that fires even so changes nothing', async () => {
    const world = new World(atOnce, 1);
    const prefix = await world.submit([step('a', { maxAttempts: 2 })], undefined, SOON);
    await world.deliver((await world.waiting())[0] as RecordedEvent, 0);
    await world.finish(await named(world, 'a'), boom(true));
    await world.deliver(await waitingFor(world, 'a'), 0);
    const timers = world.timers.pending;
    expect(timers.map(({ name }) => name)).toEqual(['delay', 'deadline']);
    await world.cancel(prefix);
    await world.deliver((await world.waiting())[0] as RecordedEvent, 0);
    expect(world.timers.pending).toEqual([]);
    const ended = await world.fold(prefix);
    for (const timer of timers) await world.timers.set(timer);
    expect(world.fire()).toHaveLength(2);
    await settle(world);
    expect(await world.fold(prefix)).toEqual(ended);
  });

  it('are cancelled again when a server that has forgotten its counts delivers the submission of a task that has ended', async () => {
    const world = new World(atOnce, 1);
    const prefix = await world.submit([step('a')], undefined, SOON);
    const [submitted] = await world.waiting();
    await settle(world);
    expect(await world.fold(prefix)).toMatchObject({ end: 'completed' });
    let set = 0;
    world.beforeTimer = async () => void set++;
    await world.deliver(submitted as RecordedEvent, 0, { countForgotten: true });
    expect(set).toBe(1);
    expect(world.timers.pending).toEqual([]);
  });

  it('end a short rest in the process that began it, and the firing that comes later changes nothing', async () => {
    const world = new World(atOnce, 1);
    const prefix = await world.submit([step('a', { maxAttempts: 2 })]);
    await world.deliver((await world.waiting())[0] as RecordedEvent, 0);
    await world.finish(await named(world, 'a'), boom(true));
    await world.deliver(await waitingFor(world, 'a'), 0);
    expect(await world.dispatched()).toEqual([]);
    world.now = instantOf(world.now + 500);
    await world.wakes.get(prefix)?.();
    expect(await world.dispatched()).toMatchObject([{ step: 'a', attempt: 2 }]);
    const flow = (await world.all(prefix)).filter(inFlow);
    expect(world.fire()).toHaveLength(1);
    await world.deliver((await world.waiting())[0] as RecordedEvent, 0);
    expect((await world.all(prefix)).filter(inFlow)).toEqual(flow);
  });

  it('fall due when the log says so, although another orchestrator set the same timer for another time and lost', async () => {
    const world = new World(atOnce, 2);
    const prefix = await world.submit([step('a', { maxAttempts: 2 })]);
    await world.deliver((await world.waiting())[0] as RecordedEvent, 0);
    await world.finish(await named(world, 'a'), boom(true));
    const outcome = await waitingFor(world, 'a');
    let raced = false;
    world.beforeTimer = async () => {
      if (raced) return;
      raced = true;
      world.now = instantOf(world.now + 9_000);
      await world.deliver(outcome, 1);
    };
    await world.deliver(outcome, 0);
    const [decided] = (await world.all(prefix)).filter(({ body }) => body.type === 'task.step-delayed.v1');
    expect(decided?.body).toMatchObject({ data: { dueAt: new Date(world.timers.pending[0]?.at ?? 0).toISOString() } });
    expect((await world.all(prefix)).filter(({ body }) => body.type === 'task.step-delayed.v1')).toHaveLength(1);
  });
});

const plans = fc.integer({ min: 1, max: 6 }).chain((n) =>
  fc.tuple(
    ...Array.from({ length: n }, (_, i) =>
      fc.record({
        id: fc.constant(`s${i}`),
        agent: fc.constant('noop'),
        after: fc.subarray(Array.from({ length: i }, (_x, j) => `s${j}`)),
        onFailure: fc.constantFrom('ON_FAILURE_FAIL' as const, 'ON_FAILURE_SKIP' as const),
        maxAttempts: fc.integer({ min: 1, max: 3 }),
      }),
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
