import { PLANNING_STEP } from './plan.ts';
import { type Task, isWaiting, lastAttempt } from './task.ts';

/** States as users see them; docs/glossary.md maps them to A2A's. */
export const TASK_STATES = [
  'received',
  'rejected',
  'accepted',
  'planning',
  'running',
  'waiting',
  'completed',
  'failed',
  'cancelled',
  'expired',
] as const;
export type TaskState = (typeof TASK_STATES)[number];

export const isEnd = (state: string): boolean => ['rejected', 'completed', 'failed', 'cancelled', 'expired'].includes(state);

export function stateOf(task: Task): TaskState {
  switch (task.situation) {
    case 'none':
      return 'received';
    case 'rejected':
      return 'rejected';
    case 'ended':
      return task.end;
    case 'open':
      if (isWaiting(task)) return 'waiting';
      if (task.plan !== undefined) return task.steps.size + task.waits.size === 0 ? 'accepted' : 'running';
      return lastAttempt(task.steps.get(PLANNING_STEP)) === undefined ? 'accepted' : 'planning';
  }
}
