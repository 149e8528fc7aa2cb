import type { PlanStepJson, StepFailureJson } from '@octobus/contracts';
import type { RecordedEvent } from '@octobus/event-log';
import type { Dispatched, World, Yield } from './world.ts';

export const atOnce: Yield = (act) => act;
export const step = (id: string, more: Partial<PlanStepJson> = {}): PlanStepJson => ({ id, agent: 'noop', ...more });
/** A step that waits. */
export const pause = (id: string, forMs: number, after: string[] = []): PlanStepJson => ({ id, after, wait: { forMs: String(forMs) } });
export const boom = (retryable: boolean): StepFailureJson => ({ code: 'boom', retryable, message: 'it broke' });
export const typesIn = (events: readonly RecordedEvent[]): string[] => events.map(({ body }) => body.type);

export async function named(world: World, name: string): Promise<Dispatched> {
  const found = (await world.dispatched()).find((at) => at.step === name);
  if (found === undefined) throw new Error(`the step ${name} was not dispatched`);
  return found;
}

export async function waitingFor(world: World, name: string): Promise<RecordedEvent> {
  const found = (await world.waiting()).find(({ address }) => address.facet[2] === name);
  if (found === undefined) throw new Error(`no outcome of ${name} waits`);
  return found;
}

/** Hands over what waits and does what is dispatched until nothing is left. */
export async function settle(world: World, to = 0): Promise<void> {
  for (let i = 0; i < 500; i++) {
    const [event] = await world.waiting();
    const [open] = await world.dispatched();
    if (event !== undefined) await world.deliver(event, to + i);
    else if (open !== undefined) await world.finish(open);
    else if (world.fire().length === 0) return;
  }
  throw new Error('never settled');
}
