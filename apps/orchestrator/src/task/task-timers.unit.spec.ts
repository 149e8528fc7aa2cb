import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '@octobus/event-log';
import { Fault, instantOf } from '@octobus/kernel';
import { atOnce, boom, named, settle, step, typesIn, waitingFor } from '../../test/plays.ts';
import { World, inFlow } from '../../test/world.ts';

/** Before an orchestrator sets a timer for the first time. */
function once(world: World, happens: () => Promise<void>): void {
  world.beforeTimer = () => {
    world.beforeTimer = undefined;
    return happens();
  };
}

const unavailable = async (): Promise<void> => {
  throw new Fault('log-unavailable', { retryable: true, message: 'no timer can be set' });
};

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

  it('are set while the decision about the deadline is appended, and handled when both are durable', async () => {
    const world = new World(atOnce, 1);
    const prefix = await world.submit([step('a')], undefined, SOON);
    const [submitted] = await world.waiting();
    let decided = (): void => undefined;
    const stored = new Promise<void>((resolve) => (decided = resolve));
    world.interfere = async ({ body }) => void (body.type === 'task.deadline-set.v1' && decided());
    // Held back until the decision is on its way: one after the other it would wait for ever.
    once(world, () => stored);
    await world.deliver(submitted as RecordedEvent, 0);
    expect(world.timers.pending).toMatchObject([{ name: 'deadline' }]);
    expect(typesIn(await world.all(prefix)).slice(0, 3)).toEqual(['task.accepted.v1', 'task.deadline-set.v1', 'task.steps-scheduled.v1']);
  });

  it.each([
    ['again', false],
    ['as if for the first time', true],
  ])('are set when whoever decided about the deadline died of it, and the submission comes %s', async (_how, countForgotten) => {
    const world = new World(atOnce, 1);
    const prefix = await world.submit([step('a')], undefined, SOON);
    const [submitted] = await world.waiting();
    once(world, unavailable);
    expect(await world.deliver(submitted as RecordedEvent, 0, { death: { at: 1, stored: true } })).toMatchObject({
      code: 'log-unavailable',
    });
    expect(typesIn(await world.all(prefix))).toEqual(['task.accepted.v1', 'task.deadline-set.v1']);
    expect(world.timers.pending).toEqual([]);
    await world.deliver(submitted as RecordedEvent, 0, { countForgotten });
    expect(world.timers.pending).toMatchObject([{ name: 'deadline', at: Date.parse(SOON) }]);
  });

  it('are set before the decision to rest: whoever dies in between leaves a timer too many, never one too few', async () => {
    const world = new World(atOnce, 1);
    const prefix = await world.submit([step('a', { maxAttempts: 2 })]);
    await world.deliver((await world.waiting())[0] as RecordedEvent, 0);
    await world.finish(await named(world, 'a'), boom(true));
    const before = (await world.all(prefix)).length;
    once(world, unavailable);
    expect(await world.deliver(await waitingFor(world, 'a'), 0)).toMatchObject({ code: 'log-unavailable' });
    expect(await world.all(prefix)).toHaveLength(before);
    await world.deliver(await waitingFor(world, 'a'), 0, { death: { at: 1, stored: false } });
    expect(world.timers.pending).toMatchObject([{ name: 'delay', n: 1 }]);
    expect(await world.all(prefix)).toHaveLength(before);
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
    once(world, async () => {
      world.now = instantOf(world.now + 9_000);
      await world.deliver(outcome, 1);
    });
    await world.deliver(outcome, 0);
    const [decided] = (await world.all(prefix)).filter(({ body }) => body.type === 'task.step-delayed.v1');
    expect(decided?.body).toMatchObject({ data: { dueAt: new Date(world.timers.pending[0]?.at ?? 0).toISOString() } });
    expect((await world.all(prefix)).filter(({ body }) => body.type === 'task.step-delayed.v1')).toHaveLength(1);
  });

  it('of a decision that came too late are cancelled when its task has ended, or ends without it', async () => {
    for (const when of ['ended meanwhile', 'ends next']) {
      const world = new World(atOnce, 2);
      const prefix = await world.submit([step('a', { maxAttempts: 2 })]);
      await world.deliver((await world.waiting())[0] as RecordedEvent, 0);
      await world.finish(await named(world, 'a'), boom(true));
      const outcome = await waitingFor(world, 'a');
      once(world, async () => {
        await world.cancel(prefix);
        const [cancel] = (await world.waiting()).filter(({ body }) => body.type === 'task.cancel-requested.v1');
        if (when === 'ended meanwhile') await world.deliver(cancel as RecordedEvent, 1);
        else await world.intrude(prefix, 1);
      });
      await world.deliver(outcome, 0);
      expect(await world.fold(prefix)).toMatchObject({ end: 'cancelled' });
      expect([when, world.timers.pending]).toEqual([when, []]);
    }
  });

  it('are left alone by a decision that came too late, but for the one that it had set', async () => {
    const world = new World(atOnce, 2);
    const prefix = await world.submit([step('a', { maxAttempts: 2 })], undefined, SOON);
    await world.deliver((await world.waiting())[0] as RecordedEvent, 0);
    await world.finish(await named(world, 'a'), boom(true));
    const outcome = await waitingFor(world, 'a');
    once(world, async () => {
      world.now = instantOf(world.now + 9_000);
      await world.deliver(outcome, 1);
    });
    const set: string[] = [];
    world.onTimer = ({ name }) => void set.push(name);
    await world.deliver(outcome, 0);
    expect(typesIn(await world.all(prefix)).filter((type) => type === 'task.step-delayed.v1')).toHaveLength(1);
    expect(set).toEqual(['delay', 'delay', 'delay']);
  });
});
