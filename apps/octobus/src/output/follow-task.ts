import type { TaskView, Timeline } from '@octobus/task';
import type { Client } from '../client/client.ts';
import type { Io } from '../io.ts';
import { timelineLine } from './timeline-text.ts';

/** Prints a task's timeline as it happens, and gives the task as it ended. */
export async function followTask(client: Client, io: Io, id: string): Promise<TaskView> {
  for await (const { event, data } of client.watch(id)) {
    if (event !== 'done') io.line(timelineLine(data as Timeline));
  }
  return client.task(id);
}
