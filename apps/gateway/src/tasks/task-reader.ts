import { scope, taskPrefix } from '@octobus/contracts';
import type { EventLog } from '@octobus/event-log';
import { type TaskHistory, viewOf } from '@octobus/task';
import type { Received } from '../live/received.ts';
import { RequestFault } from '../problems/problem.ts';

export interface TaskSource {
  readonly log: EventLog;
  readonly received: Received;
}

/**
 * One task from the log, so that everybody reads their own writes: one that was received here and is being screened is waited for. As of a sequence
 * or later. Fault `task-unknown`, also for tasks of other tenants.
 */
export async function readTask({ log, received }: TaskSource, tenant: string, task: string, atLeast = 0): Promise<TaskHistory> {
  const read = async (): Promise<TaskHistory | undefined> =>
    viewOf(task, await log.load([scope.all(taskPrefix(tenant, task))], { atLeast }));
  let history = await read();
  const late = history === undefined ? received.of({ tenant, id: task }) : undefined;
  if (late !== undefined) {
    await late;
    history = await read();
  }
  if (history === undefined) throw new RequestFault('task-unknown', 'there is no task with this id here');
  return history;
}
