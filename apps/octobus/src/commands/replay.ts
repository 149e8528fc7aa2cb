import type { TaskView, Timeline } from '@octobus/task';
import type { Command } from 'commander';
import type { Client } from '../client/client.ts';
import { replayText } from '../output/replay-text.ts';
import type { ClientContext } from './task.ts';

const HELP = `
The state of a task is nothing but a fold of its events. This folds them once more and shows what comes out: the timeline, every attempt
of every step, the answer with its citations, the cost. Models and arms are not called: what they said is in the events.

Examples:
  octobus replay 019a6f0e-0c3e-7a31-b2f4-0d5e8c1a9b77
  octobus replay 019a6f0e-0c3e-7a31-b2f4-0d5e8c1a9b77 --json | jq '.timeline[] | [.afterMs, .type]'`;

export function replayCommand(program: Command, context: ClientContext): void {
  program
    .command('replay')
    .argument('<task>', 'task id')
    .description('fold a task again from its events; calls no model')
    .addHelpText('after', HELP)
    .action((id: string) => replay(context, id));
}

async function replay({ client, io }: ClientContext, id: string): Promise<void> {
  const { view, timeline } = await readHistory(client(), id);
  io().result({ ...view, timeline, modelCalls: 0 }, () => replayText(view, timeline));
}

export interface TaskStory {
  readonly view: TaskView;
  readonly timeline: readonly Timeline[];
}

const MOST_READS = 5;

/** The task and its timeline as of the same sequence, also while it goes on. */
export async function readHistory(client: Client, id: string): Promise<TaskStory> {
  let view = await client.task(id);
  for (let reads = 1; ; reads++) {
    const { items } = await client.timeline(id);
    const upTo = items.filter(({ sequence }) => sequence <= view.lastSequence);
    if (upTo.length === items.length || reads === MOST_READS) return { view, timeline: upTo };
    view = await client.task(id);
  }
}
