import type { Command } from 'commander';
import type { Demonstrated } from '../demo/crash-demo.ts';
import { explain } from '../demo/crash-story.ts';
import { interruptible } from '../isolated/interruption.ts';
import { replayText } from '../output/replay-text.ts';
import type { ClientContext } from './task.ts';

const HELP = `
Starts a stack of its own beside whatever runs here (own ports, data in a temporary folder, removed at the end), kills the process of an arm
with kill -9 in the middle of a step, shows the task finish, its replay, and an explanation drawn from its events. Takes about 20 seconds.
Exit code 0 only if the kill hit the step and the task completed.

Examples:
  octobus demo crash
  octobus demo crash --keep                 leaves data and logs in the temporary folder
  octobus --json demo crash | jq '{state, killedAtMs, resumedAfterMs}'`;

export function demoCommands(program: Command, context: ClientContext): void {
  const demo = program.command('demo').description('see for yourself');
  demo
    .command('crash')
    .option('--keep', 'keep the folder with data and logs')
    .description('kill an arm in the middle of a step and watch the task finish')
    .addHelpText('after', HELP)
    .action((options: { keep?: boolean }) => crash(context, options.keep === true));
}

/** The whole demonstration, start and stop of the stack included. */
const DEMO_WITHIN_MS = 60_000;

async function crash({ io, exit }: ClientContext, keep: boolean): Promise<void> {
  const { armAckWaitMs, demonstrateCrash } = await import('../demo/crash-demo.ts');
  const shown = await interruptible(DEMO_WITHIN_MS, (signal) => demonstrateCrash(io(), keep, signal));
  io().result(summary(shown, keep), () => text(shown, armAckWaitMs(), keep));
  exit(shown.view.state === 'completed' && shown.story?.hit === true ? 0 : 1);
}

function summary({ view, timeline, crash: killed, story, folder }: Demonstrated, keep: boolean): object {
  return {
    taskId: view.id,
    state: view.state,
    killedAtMs: story?.killedAtMs ?? null,
    restartedAfterMs: story?.restartedAfterMs ?? null,
    resumedAfterMs: story?.resumedAfterMs ?? null,
    durationMs: Date.parse(view.updatedAt) - Date.parse(view.createdAt),
    events: view.events,
    hit: story?.hit ?? false,
    service: killed.service,
    pids: { killed: killed.pid, restarted: killed.restarted?.pid ?? null },
    step:
      story === undefined
        ? null
        : { id: story.step, attempt: story.attempt, dispatch: story.dispatch, outcome: story.outcome, outcomes: story.outcomes },
    timeline,
    ...(keep ? { folder } : {}),
  };
}

function text({ view, timeline, crash: killed, story, folder }: Demonstrated, ackWaitMs: number, keep: boolean): string {
  const told = story === undefined ? ['The step has no outcome.'] : explain(story, killed, ackWaitMs);
  return [
    '',
    replayText(view, timeline),
    '',
    'What happened:',
    ...told.map((sentence) => `  ${sentence}`),
    ...(keep ? ['', `Data and logs: ${folder}`] : []),
  ].join('\n');
}
