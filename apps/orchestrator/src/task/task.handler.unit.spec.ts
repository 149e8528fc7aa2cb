import { describe, expect, it } from '@jest/globals';
import { facet } from '@octobus/contracts';
import type { RecordedEvent } from '@octobus/event-log';
import { Fault } from '@octobus/kernel';
import { atOnce, boom, named, settle, step, typesIn, waitingFor } from '../../test/plays.ts';
import { World, inFlow } from '../../test/world.ts';

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
