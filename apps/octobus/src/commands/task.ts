import type { Command } from 'commander';
import type { Client } from '../client/client.ts';
import type { Io } from '../io.ts';
import { answerText } from '../output/answer-text.ts';
import { followTask } from '../output/follow-task.ts';
import { printable, timelineLine } from '../output/timeline-text.ts';
import { given, jsonFile, wholeNumber } from './arguments.ts';

export interface ClientContext {
  readonly client: () => Client;
  readonly io: () => Io;
  /** Ends the command with this exit code when it is done. */
  readonly exit: (code: number) => void;
}

const ended = (state: string): number => (state === 'completed' ? 0 : 1);

export function taskCommands(program: Command, context: ClientContext): void {
  const task = program.command('task').description('submit, look at and stop tasks');
  task
    .command('submit')
    .argument('[goal]', 'what is to be done')
    .option('--file <json>', 'the whole request body from a file ("-": standard input) instead of a goal')
    .option('--document <id...>', 'look only into these documents')
    .option('--deadline <time>', 'RFC 3339, e.g. 2030-01-01T12:00:00Z')
    .option('--budget <microUsd>', 'integer micro-dollars')
    .option('--idempotency-key <key>', 'the same key is the same task')
    .option('--wait', 'follow it to its end; exit 0 only if it completed')
    .description('submit a task')
    .action((goal: string | undefined, options: SubmitOptions) => submit(context, goal, options));
  task
    .command('get')
    .argument('<id>')
    .description('one task, from the log')
    .action((id: string) => get(context, id));
  task
    .command('list')
    .option('--state <state>')
    .option('--limit <n>', 'at most 200', '20')
    .option('--cursor <cursor>', 'goes on where the last page ended')
    .description('tasks, newest first')
    .action((options: Record<string, string>) => list(context, options));
  task
    .command('watch')
    .argument('<id>')
    .option('--after <sequence>', 'only what comes after it', wholeNumber(0, Number.MAX_SAFE_INTEGER), 0)
    .description('timeline as it happens, to the end; exit 0 only if it completed')
    .action((id: string, options: { after: number }) => watch(context, id, options.after));
  task
    .command('cancel')
    .argument('<id>')
    .description('stop a task')
    .action((id: string) => cancel(context, id));
}

interface SubmitOptions {
  readonly file?: string;
  readonly document?: string[];
  readonly deadline?: string;
  readonly budget?: string;
  readonly idempotencyKey?: string;
  readonly wait?: boolean;
}

async function submit({ client, io, exit }: ClientContext, goal: string | undefined, options: SubmitOptions): Promise<void> {
  const body = options.file === undefined ? bodyOf(given(goal, 'a goal, or --file'), options) : jsonFile(options.file);
  const headers: Record<string, string> = options.idempotencyKey === undefined ? {} : { 'idempotency-key': options.idempotencyKey };
  const submitted = await client().submit(body, headers);
  if (options.wait !== true) return io().result(submitted, () => `${submitted.id}  ${submitted.state}`);
  const view = await followTask(client(), io(), submitted.id);
  io().result(view, () => answerText(view, Date.parse(view.updatedAt) - Date.parse(view.createdAt)));
  exit(ended(view.state));
}

const bodyOf = (goal: string, options: SubmitOptions): object => ({
  goal,
  ...(options.document === undefined ? {} : { documents: options.document }),
  ...(options.deadline === undefined ? {} : { deadline: options.deadline }),
  ...(options.budget === undefined ? {} : { limits: { budgetMicroUsd: options.budget } }),
});

async function get({ client, io }: ClientContext, id: string): Promise<void> {
  const view = await client().task(id);
  io().result(view, () => {
    const steps = view.steps.map((step) =>
      `  ${step.id.padEnd(8)} ${step.agent.padEnd(16)} ${step.state.padEnd(10)} ${step.note ?? ''}`.trimEnd(),
    );
    return [
      `${view.id}  ${view.state}`,
      ...(view.erased === true ? [] : [`  ${printable(view.goal)}`]),
      ...steps,
      answerText(view, Date.parse(view.updatedAt) - Date.parse(view.createdAt)),
    ].join('\n');
  });
}

async function list({ client, io }: ClientContext, options: Record<string, string>): Promise<void> {
  const query = new URLSearchParams(Object.entries(options).filter(([name]) => ['state', 'limit', 'cursor'].includes(name)));
  const page = await client().tasks(`?${query.toString()}`);
  io().result(page, () => {
    const rows = page.items.map(
      (row) =>
        `${String(row['id'])}  ${String(row['state']).padEnd(10)} ${String(row['createdAt'])}  ${String(row['stepsDone'])}/${String(row['stepsTotal'])}`,
    );
    return [...rows, ...(page.nextCursor === undefined ? [] : [`more: --cursor ${page.nextCursor}`])].join('\n') || 'no tasks yet';
  });
}

async function watch({ client, io, exit }: ClientContext, id: string, after: number): Promise<void> {
  let state = '';
  for await (const { event, data } of client().watch(id, after)) {
    if (event === 'done') state = (data as { state: string }).state;
    io().result({ event, data }, () => (event === 'done' ? `  ${state}` : timelineLine(data as never)));
  }
  exit(ended(state));
}

async function cancel({ client, io }: ClientContext, id: string): Promise<void> {
  const answer = await client().cancel(id);
  io().result(answer, () => `${id}  cancel requested`);
}
