import type { ViewedEvent } from './task.subjects.ts';
import { type TaskHistory, viewOf } from './task.view.ts';

/** Up to which event a task is folded: a sequence of its stream, or a time in milliseconds since 1970, both inclusive. */
export type AsOf = { readonly sequence: number } | { readonly time: number };

/** A task as it was at some point. */
export interface TaskReplay extends TaskHistory {
  /** Events of the task behind that point. */
  readonly later: number;
  /** Events up to that point that no fold here knows: those of a newer release, by type. */
  readonly unknown: Readonly<Record<string, number>>;
}

/** Folds a task's events, ascending, as of a point; all of them without one. Undefined: the task had no event by then. */
export function replayOf(id: string, events: readonly ViewedEvent[], asOf?: AsOf): TaskReplay | undefined {
  const upTo = events.filter((event) => isBy(event, asOf));
  const history = viewOf(id, upTo);
  if (history === undefined) return undefined;
  const unknown: Record<string, number> = {};
  for (const { body, envelope } of upTo) if (body.type === 'unknown') unknown[envelope.type] = (unknown[envelope.type] ?? 0) + 1;
  return { ...history, later: events.length - upTo.length, unknown };
}

/** Whether an event had happened at a point; any has by now. */
export function isBy({ sequence, storedAt }: Pick<ViewedEvent, 'sequence' | 'storedAt'>, asOf: AsOf | undefined): boolean {
  if (asOf === undefined) return true;
  return 'sequence' in asOf ? sequence <= asOf.sequence : storedAt <= asOf.time;
}
