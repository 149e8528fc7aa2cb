import { isNewerVersion } from '@octobus/contracts';
import type { RecordedEvent } from '@octobus/event-log';
import { type AttemptAddress, type OpenTask, type Task, attemptOf, attemptsOf, evolve, noTask, toTaskEvent } from '@octobus/task';
import type { KnownTask } from './task-cache.ts';

/** Before its first event. */
export const untouched: KnownTask = { task: noTask, flow: 0 };

/** Nothing else of the task is under way. */
export function areOutcomesOfAllOpen(task: Task, events: readonly RecordedEvent[]): boolean {
  if (task.situation !== 'open' || events.some(({ body }) => body.type !== 'task.step-done.v1')) return false;
  const ended = events.map(({ address }) => attemptOf(address.facet));
  const open = openAttempts(task);
  return (
    open.length > 0 &&
    open.every(({ arm, step, attempt }) =>
      ended.some((at) => at !== undefined && step === at.step && attempt === at.attempt && arm === at.arm),
    )
  );
}

export const openAttempts = (task: OpenTask): readonly AttemptAddress[] =>
  [...attemptsOf(task)]
    .filter(({ attempt }) => attempt.situation === 'open')
    .map(({ step, attempt }) => ({ step, attempt: attempt.n, arm: attempt.arm }));

/**
 * A decision taken without what a newer release has said in a new version would be another one than it takes itself; a new type may be passed over, or
 * it would have been a new version. What stands in the facet of an arm is passed over: no arm may keep its task from being decided about.
 */
const isMissed = ({ body, envelope, address }: RecordedEvent): boolean =>
  body.type === 'unknown' && address.facet[0] !== 'arm' && isNewerVersion(envelope.type);

/** Folding an event twice changes nothing: `evolve` ignores what doesn't fit the situation. */
export function foldIn(known: KnownTask, event: RecordedEvent): KnownTask {
  const read = toTaskEvent(event);
  const task = read === undefined ? known.task : evolve(known.task, read);
  const flow = event.address.facet[0] === 'flow' ? Math.max(known.flow, event.sequence) : known.flow;
  const unread = known.unread ?? (isMissed(event) ? event : undefined);
  return unread === undefined ? { task, flow } : { task, flow, unread };
}
