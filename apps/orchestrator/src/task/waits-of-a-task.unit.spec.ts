import { describe, expect, it } from '@jest/globals';
import { facet } from '@octobus/contracts';
import type { RecordedEvent } from '@octobus/event-log';
import { formatInstant, instantOf } from '@octobus/kernel';
import { atOnce, pause, settle, step, typesIn } from '../../test/plays.ts';
import { World, inFlow } from '../../test/world.ts';

const first = async (world: World): Promise<RecordedEvent> => (await world.waiting())[0] as RecordedEvent;
const endings = async (world: World, prefix: string) =>
  typesIn(await world.all(prefix)).filter((type) => type === 'task.wait-ended.v1').length;

describe('a step that waits', () => {
  it('has a timer, and goes on when that has fired', async () => {
    const world = new World(atOnce, 1);
    const prefix = await world.submit([pause('x', 60_000), step('b', { after: ['x'] })]);
    await world.deliver(await first(world), 0);
    expect(world.timers.pending).toMatchObject([{ name: 'wait', n: 1, at: world.now + 60_000 }]);
    expect(await world.dispatched()).toEqual([]);
    expect(world.fire(60_000)).toHaveLength(1);
    await world.deliver(await first(world), 0);
    expect(await world.dispatched()).toMatchObject([{ step: 'b', attempt: 1 }]);
    await settle(world);
    expect((await world.all(prefix)).filter(inFlow).map(({ address }) => address.facet.join('.'))).toEqual([
      facet.wait(1),
      facet.waited(1),
      facet.step('noop', 'b', 'b', 1),
      facet.end,
    ]);
  });

  it('waits as long as it should when whoever began it dies, before the decision or behind it', async () => {
    for (const stored of [true, false]) {
      const world = new World(atOnce, 1);
      const prefix = await world.submit([pause('x', 60_000), step('b', { after: ['x'] })]);
      const submitted = await first(world);
      await world.deliver(submitted, 0, { death: { at: 1, stored } });
      expect(world.timers.pending).toHaveLength(1);
      world.now = instantOf(world.now + 2_000);
      await world.deliver(submitted, 0);
      const due = formatInstant(instantOf(world.now + (stored ? 58_000 : 60_000)));
      const [begun] = (await world.all(prefix)).filter(({ body }) => body.type === 'task.wait-begun.v1');
      expect(begun?.body).toMatchObject({ data: { dueAt: due } });
      expect(world.timers.pending.map(({ at }) => formatInstant(at))).toEqual([due]);
    }
  });

  it('is over once, however many orchestrators hear of it and however often its timer fires', async () => {
    const world = new World(atOnce, 2);
    const prefix = await world.submit([pause('x', 60_000), step('b', { after: ['x'] })]);
    await world.deliver(await first(world), 0);
    const [timer] = world.timers.pending;
    if (timer === undefined) throw new Error('no timer');
    const firings: RecordedEvent[] = [];
    for (let i = 0; i < 2; i++) {
      await world.timers.set(timer);
      world.fire(60_000);
      firings.push(await first(world));
    }
    await Promise.all(firings.map((event, i) => world.deliver(event, i)));
    expect(await endings(world, prefix)).toBe(1);
    expect(await world.dispatched()).toHaveLength(1);
    await settle(world);
    expect(await world.fold(prefix)).toMatchObject({ end: 'completed' });
  });

  it('of less than a second is ended by the process that began it, at its time', async () => {
    const world = new World(atOnce, 1);
    const prefix = await world.submit([pause('x', 400), step('b', { after: ['x'] })]);
    await world.deliver(await first(world), 0);
    await world.wakes.get(prefix)?.();
    expect(await world.dispatched()).toEqual([]);
    world.now = instantOf(world.now + 400);
    await world.wakes.get(prefix)?.();
    expect(await world.dispatched()).toMatchObject([{ step: 'b' }]);
  });

  it('of a task that has ended sets no timer, although a server that has forgotten its counts delivers the submission', async () => {
    const world = new World(atOnce, 1);
    const prefix = await world.submit([pause('x', 1)]);
    const submitted = await first(world);
    await settle(world);
    expect(await world.fold(prefix)).toMatchObject({ end: 'completed' });
    let set = 0;
    world.onTimer = () => void set++;
    await world.deliver(submitted, 0, { countForgotten: true });
    expect(set).toBe(0);
  });

  it('is cancelled with its task', async () => {
    const world = new World(atOnce, 1);
    const prefix = await world.submit([pause('x', 60_000), pause('y', 90_000), step('b', { after: ['x', 'y'] })]);
    await world.deliver(await first(world), 0);
    expect(world.timers.pending).toHaveLength(2);
    await world.cancel(prefix);
    await world.deliver(await first(world), 0);
    expect(world.timers.pending).toEqual([]);
    expect(await world.fold(prefix)).toMatchObject({ end: 'cancelled' });
  });

  it('sets a timer of its own for each of two hundred', async () => {
    const world = new World(atOnce, 1);
    const prefix = await world.submit(Array.from({ length: 200 }, (_, i) => pause(`w${i}`, 1_000 + i)));
    await world.deliver(await first(world), 0);
    expect(world.timers.pending.map(({ n }) => n)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    await settle(world);
    expect(await endings(world, prefix)).toBe(200);
    expect(await world.fold(prefix)).toMatchObject({ end: 'completed' });
  });
});
