import type { OpenReplay, OpenReplayRequest } from '@octobus/contracts';
import type { TaskView, Timeline } from '@octobus/task';
import type { Command } from 'commander';
import type { Client, ReplayedTask } from '../client/client.ts';
import { columns } from '../output/columns.ts';
import { replayText } from '../output/replay-text.ts';
import { printableLine } from '../output/timeline-text.ts';
import { wholeNumber } from './arguments.ts';
import type { ClientContext } from './task.ts';

const HELP = `
The state of a task is nothing but a fold of its events. This folds them once more, all of them or those up to a point, and shows what comes
out: the timeline, every attempt of every step, the answer with its citations, the cost. Models and arms are not called: what they said is in
the events.

Examples:
  octobus replay 019a6f0e-0c3e-7a31-b2f4-0d5e8c1a9b77
  octobus replay 019a6f0e-0c3e-7a31-b2f4-0d5e8c1a9b77 --at 4711
  octobus replay 019a6f0e-0c3e-7a31-b2f4-0d5e8c1a9b77 --at 2026-11-21T12:00:00Z
  octobus replay --all --verify
  octobus replay 019a6f0e-0c3e-7a31-b2f4-0d5e8c1a9b77 --json | jq '.timeline[] | [.afterMs, .type]'`;

export function replayCommand(program: Command, context: ClientContext): void {
  const command = program
    .command('replay')
    .argument('[task]', 'task id')
    .option('--all', 'the whole log, on the machine that runs the stack: fold every task and count')
    .option('--verify', 'with --all: compare what the log gives with Postgres, row by row; exit code 1 when they differ')
    .option('--at <point>', 'a sequence of its stream, or a time (RFC 3339); inclusive')
    .description('fold a task again from its events, as of now or of any point; calls no model')
    .addHelpText('after', HELP)
    .action((id: string | undefined, options: ReplayOptions) => chosen(context, command, id, options));
  command
    .command('open')
    .option('--from <position>', 'a sequence, a time (RFC 3339) or a cursor; default: the first event')
    .option('--task <id>', 'only this task')
    .option('--slot <n>', 'the durable to take, whoever reads it; default: one that nobody reads', wholeNumber(1, 9))
    .description('prepare a NATS durable from which any client of the tenant reads its events, from there to the live end')
    .addHelpText('after', OPEN_HELP)
    .action((options: OpenReplayRequest) => open(context, options));
  command
    .command('list')
    .description('replays over NATS that are open, with who opened them and when each was last read')
    .action(() => list(context));
  command
    .command('close')
    .argument('<slot>', 'its number: 1, 2 or 3')
    .description('close a replay over NATS, whoever opened it')
    .action((slot: string) => close(context, slot));
}

const OPEN_HELP = `
A tenant has three such durables, t-<tenant>-replay-1 to -3; one key, and all NATS clients together, read at most two at a time. One that
nobody has read for a minute is free again; after a day it is removed. Who opened and closed which is in the audit. They stand apart from each other and from the durable t-<tenant>. docs/how-to/publish-from-nats.md shows a client.

Examples:
  octobus replay open --from 2026-11-21T12:00:00Z
  octobus replay open --from 4711 --task 019a6f0e-0c3e-7a31-b2f4-0d5e8c1a9b77`;

async function open({ client, io }: ClientContext, wanted: OpenReplayRequest): Promise<void> {
  const opened = await client().openReplay(wanted);
  io().result(opened, () =>
    [
      `replay ${opened.slot}  ${opened.filter}`,
      ...opened.durables.map(({ stream, durable, after }) => `  stream ${stream}  durable ${durable}  from ${after + 1} on`),
    ].join('\n'),
  );
}

async function list({ client, io }: ClientContext): Promise<void> {
  const { items } = await client().replays();
  io().result({ items }, () => (items.length === 0 ? 'no replay is open' : columns([HEAD, ...items.map(row)]).join('\n')));
}

const HEAD = ['REPLAY', 'OPENED BY', 'OPENED', 'LAST READ', 'EVENTS'];

const row = ({ slot, actor, openedAt, usedAt, inUse, filter }: OpenReplay): readonly string[] => [
  String(slot),
  printableLine(actor),
  openedAt,
  inUse ? 'in use' : usedAt,
  filter,
];

async function close({ client, io }: ClientContext, slot: string): Promise<void> {
  const closed = await client().closeReplay(slot);
  io().result(closed, () => `replay ${closed.slot} is closed`);
}

interface ReplayOptions {
  readonly at?: string;
  readonly all?: boolean;
  readonly verify?: boolean;
}

async function chosen(context: ClientContext, command: Command, id: string | undefined, options: ReplayOptions): Promise<void> {
  const { at, all = false, verify = false } = options;
  if (id !== undefined && !all && !verify) return replay(context, id, at);
  if (id !== undefined || !all || at !== undefined) command.error('error: give the id of a task, or --all with or without --verify');
  const whole = await import('./replay-all.ts');
  return verify ? whole.verifyAll(context) : whole.replayAll(context);
}

async function replay({ client, io }: ClientContext, id: string, at: string | undefined): Promise<void> {
  const replayed = await client().replay(id, at);
  const { task, ...rest } = replayed;
  io().result({ ...task, ...rest, ...(at === undefined ? {} : { at }), modelCalls: 0 }, () => text(replayed, at));
}

/** The task, and what is not in it. */
function text({ task, timeline, later, unknown, ignored }: ReplayedTask, at: string | undefined): string {
  const left = [
    ...(at === undefined ? [] : [`As of ${at}: ${later} later events are left out.`]),
    ...Object.entries(unknown).map(([type, n]) => `Left out: ${n} of the type ${type}, which this release does not know.`),
    ...(ignored === 0 ? [] : [`Ignored: ${ignored} messages whose envelope does not fit their subject.`]),
  ];
  return [replayText(task, timeline), ...(left.length === 0 ? [] : ['', ...left.map(printableLine)])].join('\n');
}

export interface TaskStory {
  readonly view: TaskView;
  readonly timeline: readonly Timeline[];
}

/** The task and its timeline as of the same sequence, also while it goes on. */
export async function readHistory(client: Client, id: string): Promise<TaskStory> {
  const { task, timeline } = await client.replay(id);
  return { view: task, timeline };
}
