import type { Command } from 'commander';
import type { ScheduleDetails, ScheduleView } from '@octobus/schedule';
import { ERASED } from '../output/answer-text.ts';
import { columns } from '../output/columns.ts';
import { printable, printableLine } from '../output/timeline-text.ts';
import { durationOf, given, jsonFile } from './arguments.ts';
import type { ClientContext } from './task.ts';

interface CreateOptions {
  readonly cron?: string;
  readonly timeZone?: string;
  readonly deadlineAfter?: number;
  readonly document?: string[];
  readonly budget?: string;
  readonly file?: string;
  readonly idempotencyKey?: string;
}

const EXAMPLES = `
Examples:
  octobus schedule create morning "What changed in the handbook?" --cron "0 8 * * mon-fri" --time-zone Europe/Berlin
  octobus schedule create --file schedule.json
  octobus schedule list
  octobus schedule pause 01a1f83c-bf40-7d54-869a-77c459a80424`;

export function scheduleCommands(program: Command, context: ClientContext): void {
  const schedule = program.command('schedule').description('submit a task again and again, by a timetable').addHelpText('after', EXAMPLES);
  schedule
    .command('create')
    .argument('[name]', 'lower-case letters, digits and hyphens')
    .argument('[goal]', 'what each task is to do')
    .option('--cron <expression>', 'minute, hour, day of month, month, day of week; or six fields with seconds before them')
    .option('--time-zone <name>', 'of the IANA database, e.g. Europe/Berlin; UTC unless given')
    .option('--deadline-after <time>', 'each task ends so long after its firing at the latest: 30s, 10m, 2h, 1d', durationOf)
    .option('--document <id...>', 'look only into these documents')
    .option('--budget <microUsd>', 'of each task, integer micro-dollars')
    .option('--file <json>', 'the whole request body from a file ("-": standard input) instead')
    .option('--idempotency-key <key>', 'the same key is the same schedule')
    .description('make a schedule')
    .action((name: string | undefined, goal: string | undefined, options: CreateOptions) => create(context, name, goal, options));
  schedule
    .command('list')
    .description('schedules of this tenant, oldest first')
    .action(() => list(context));
  schedule
    .command('show')
    .argument('<id>')
    .description('one schedule, and what it submits')
    .action((id: string) => show(context, id));
  schedule
    .command('pause')
    .argument('<id>')
    .description('no firing until it is resumed')
    .action((id: string) => change(context, 'POST', id, '/pause', 'pause requested'));
  schedule
    .command('resume')
    .argument('<id>')
    .description('fires again, from its next time on')
    .action((id: string) => change(context, 'POST', id, '/resume', 'resume requested'));
  schedule
    .command('delete')
    .argument('<id>')
    .description('end it for ever; its tasks stay')
    .action((id: string) => change(context, 'DELETE', id, '', 'delete requested'));
}

async function create(
  { client, io }: ClientContext,
  name: string | undefined,
  goal: string | undefined,
  options: CreateOptions,
): Promise<void> {
  const { file, idempotencyKey } = options;
  const body =
    file === undefined ? bodyOf(given(name, 'a name and a goal, or --file'), given(goal, 'a goal, too'), options) : jsonFile(file);
  const headers: Record<string, string> = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
  const created = await client().createSchedule(body, headers);
  io().result(created, () => `${created.id}  ${created.state}`);
}

const bodyOf = (name: string, goal: string, options: CreateOptions): object => ({
  name,
  cron: given(options.cron, '--cron'),
  ...(options.timeZone === undefined ? {} : { timeZone: options.timeZone }),
  ...(options.deadlineAfter === undefined ? {} : { deadlineAfterMs: options.deadlineAfter }),
  task: {
    goal,
    ...(options.document === undefined ? {} : { documents: options.document }),
    ...(options.budget === undefined ? {} : { limits: { budgetMicroUsd: options.budget } }),
  },
});

const HEAD = ['ID', 'NAME', 'STATE', 'CRON', 'TIME ZONE', 'NEXT', 'FIRED'];

async function list({ client, io }: ClientContext): Promise<void> {
  const page = await client().json<{ readonly items: readonly ScheduleView[] }>('GET', '/v1/schedules');
  io().result(page, () => (page.items.length === 0 ? 'no schedules' : columns([HEAD, ...page.items.map(row)]).join('\n')));
}

const row = (schedule: ScheduleView): readonly string[] => [
  schedule.id,
  printableLine(schedule.name),
  schedule.state,
  printableLine(schedule.cron),
  printableLine(schedule.timeZone),
  schedule.nextAt ?? '-',
  String(schedule.fired),
];

async function show({ client, io }: ClientContext, id: string): Promise<void> {
  const schedule = await client().json<ScheduleDetails>('GET', `/v1/schedules/${encodeURIComponent(id)}`);
  io().result(schedule, () =>
    [
      `${schedule.id}  ${schedule.state}`,
      `  name       ${printableLine(schedule.name)}`,
      `  cron       ${printableLine(schedule.cron)}  (${printableLine(schedule.timeZone)})`,
      `  next       ${schedule.nextAt ?? '-'}`,
      `  fired      ${schedule.fired}`,
      ...(schedule.lastTask === undefined ? [] : [`  last task  ${schedule.lastTask}, due ${schedule.lastDueAt ?? ''}`]),
      `  ${schedule.erased === true ? ERASED : printable(schedule.task?.goal ?? '')}`,
    ].join('\n'),
  );
}

async function change({ client, io }: ClientContext, method: string, id: string, path: string, said: string): Promise<void> {
  const answer = await client().json(method, `/v1/schedules/${encodeURIComponent(id)}${path}`);
  io().result(answer, () => `${printableLine(id)}  ${said}`);
}
