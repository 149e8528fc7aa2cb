import { Fault } from '@octobus/kernel';
import type { TaskView } from '@octobus/task';
import type { Client } from '../client/client.ts';
import { type Door, RUN_WITHIN_MS } from './door.ts';

/** One request a run: `POST /v1/tasks` with `Prefer: wait`, answered when the task has ended. */
export function openRestDoor(client: Client, submission: object): Door {
  const headers = { prefer: `wait=${RUN_WITHIN_MS / 1000}` };
  return {
    run: async () => {
      const answer = (await client.submit(submission, headers)) as Partial<TaskView>;
      if (answer.steps !== undefined) return answer.state ?? '';
      throw new Fault('run-too-late', { retryable: true, message: `a task had not ended within ${RUN_WITHIN_MS / 1000} s` });
    },
    close: async () => undefined,
  };
}
