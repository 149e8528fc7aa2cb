import { scope, taskPrefix } from '@octobus/contracts';
import type { EventLog } from '@octobus/event-log';
import { type TaskHistory, viewOf } from '@octobus/task';
import { RequestFault } from '../problems/problem.ts';

/** One task from the log, so that everybody reads their own writes. As of a sequence or later. Fault `task-unknown`, also for tasks of other tenants. */
export async function readTask(log: EventLog, tenant: string, task: string, atLeast = 0): Promise<TaskHistory> {
  const events = await log.load([scope.all(taskPrefix(tenant, task))], { atLeast });
  const history = viewOf(task, events);
  if (history === undefined) throw new RequestFault('task-unknown', 'there is no task with this id here');
  return history;
}
