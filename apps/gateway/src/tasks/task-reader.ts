import { scope, taskPrefix } from '@octobus/contracts';
import { type EventLog, type RecordedEvent, releaseTooOld } from '@octobus/event-log';
import { type Sealing, openEach, openedForReader } from '@octobus/sealing';
import { type TaskHistory, shownIn, viewOf } from '@octobus/task';
import type { Received } from '../live/received.ts';
import { RequestFault } from '../problems/problem.ts';

export interface TaskSource {
  readonly log: EventLog;
  readonly sealing: Sealing;
  readonly received: Received;
}

/**
 * One task from the log, so that everybody reads their own writes: one that was received here and is being screened is waited for. As of a sequence
 * or later. Content that is shown is opened; of a person who was erased there is none. Faults: `task-unknown`, also for tasks of other tenants;
 * `release-too-old` when only a newer release can read any of it; `vault-unavailable`.
 */
export async function readTask({ log, sealing, received }: TaskSource, tenant: string, task: string, atLeast = 0): Promise<TaskHistory> {
  const read = async (): Promise<TaskHistory | undefined> => {
    const events = await openShown(sealing, await log.load([scope.all(taskPrefix(tenant, task))], { atLeast }));
    const history = viewOf(task, events);
    const [first] = events;
    if (history === undefined && first !== undefined) throw releaseTooOld(first.envelope.type, first.sequence);
    return history;
  };
  let history = await read();
  const late = history === undefined ? received.of({ tenant, id: task }) : undefined;
  if (late !== undefined) {
    await late;
    history = await read();
  }
  if (history === undefined) throw new RequestFault('task-unknown', 'there is no task with this id here');
  return withResult(history, (earlier) => readTask({ log, sealing, received }, tenant, earlier));
}

/** A result that is another task's is read there; that one ran its steps itself. */
async function withResult(history: TaskHistory, read: (task: string) => Promise<TaskHistory>): Promise<TaskHistory> {
  const { answeredFrom } = history.view;
  if (answeredFrom === undefined) return history;
  const { result } = (await read(answeredFrom)).view;
  return result === undefined ? history : { ...history, view: { ...history.view, result } };
}

/** Events of a task with the content that a view of it shows in the clear. */
export function openShown(sealing: Sealing, events: readonly RecordedEvent[]): Promise<readonly RecordedEvent[]> {
  const sequences = shownIn(events);
  return openEach(events, (event) => openedForReader(sealing, event, { wanted: ({ sequence }) => sequences.has(sequence) }));
}
