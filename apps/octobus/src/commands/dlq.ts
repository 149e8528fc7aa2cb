import type { Command } from 'commander';
import type { Client } from '../client/client.ts';
import { operatorClient } from '../client/operator.ts';
import { ERASED } from '../output/answer-text.ts';
import { columns } from '../output/columns.ts';
import { printableLine } from '../output/timeline-text.ts';
import { listLimit } from './arguments.ts';
import type { ClientContext } from './task.ts';

interface ListedLetter {
  readonly id: string;
  readonly tenant: string;
  readonly buriedAt: string;
  readonly service: string;
  readonly cause: string;
  readonly deliveries: number;
  readonly aggregate: string;
  readonly about: string;
  readonly subject: string;
  readonly stream: string;
  readonly sequence: number;
  readonly payloadKept: boolean;
}

interface Letter extends ListedLetter {
  readonly digest: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly payload?: string;
  readonly encoding?: string;
  readonly erased?: boolean;
}

interface Answer {
  readonly id: string;
  readonly state: string;
  readonly verb?: string;
  readonly target?: string;
}

const HELP = `
A dead letter is a message that a service has given up on. A command that could still work is kept whole: redrive sends it again, as it was. An
event has its outcome in the log already: redrive asks again for what it was about, a failed task as a new task, a refused document as a new version.
Redriving twice is done once. Nothing is redriven that could repeat an effect outside.

Examples:
  octobus dlq list
  octobus dlq show 41-9ac03f77            shows what people wrote, too
  octobus dlq redrive 41-9ac03f77
  octobus dlq list --operator             those of all tenants, with the operator key of this machine`;

interface Options {
  readonly operator?: boolean;
}

export function dlqCommands(program: Command, context: ClientContext): void {
  const dlq = program.command('dlq').description('look at dead letters, send them again, drop them').addHelpText('after', HELP);
  withOperator(dlq.command('list'))
    .option('--limit <n>', 'at most so many, oldest first; all unless given', listLimit)
    .description('dead letters, oldest first')
    .action((options: Options & { limit?: number }) => list(context, options));
  for (const [name, description, action] of [
    ['show', 'one dead letter with its headers and its payload', show],
    ['redrive', 'send it again, or ask again for what it was about', redrive],
    ['drop', 'remove it for good', drop],
  ] as const) {
    withOperator(dlq.command(name))
      .argument('<id>', 'as listed')
      .description(description)
      .action((id: string, options: Options) => action(context, id, options));
  }
}

const withOperator = (command: Command): Command => command.option('--operator', 'with the operator key of this machine: any tenant');

const clientFor = (context: ClientContext, { operator }: Options): Client =>
  operator === true ? operatorClient(process.env, process.cwd()) : context.client();

const placeOf = (id: string): string => `/v1/dead-letters/${encodeURIComponent(id)}`;

async function list(context: ClientContext, options: Options & { readonly limit?: number }): Promise<void> {
  const items = await clientFor(context, options).pages<ListedLetter>('/v1/dead-letters', { most: options.limit });
  context.io().result({ items }, () => (items.length === 0 ? 'no dead letters' : columns([HEAD, ...items.map(row)]).join('\n')));
}

const HEAD = ['ID', 'BURIED', 'TENANT', 'GIVEN UP BY', 'CAUSE', 'TRIES', 'ABOUT'];

const row = (letter: ListedLetter): readonly string[] => [
  letter.id,
  letter.buriedAt,
  letter.tenant,
  letter.service,
  printableLine(letter.cause),
  String(letter.deliveries),
  printableLine(letter.aggregate === 'command' || letter.aggregate === 'unknown' ? letter.subject : `${letter.aggregate} ${letter.about}`),
];

async function show(context: ClientContext, id: string, options: Options): Promise<void> {
  const letter = await clientFor(context, options).json<Letter>('GET', placeOf(id));
  context.io().result(letter, () => letterText(letter));
}

function letterText(letter: Letter): string {
  const { headers, attributes, payload, encoding } = letter;
  const shown = headers.length > 0 ? headers.map(({ name, value }) => [name, value] as const) : Object.entries(attributes);
  return [
    `dead letter ${letter.id} of tenant ${letter.tenant}`,
    `  given up by  ${letter.service}, after ${letter.deliveries} deliveries: ${printableLine(letter.cause)}`,
    `  buried       ${letter.buriedAt}`,
    `  subject      ${printableLine(letter.subject)}`,
    `  stream       ${printableLine(letter.stream)}, sequence ${letter.sequence}`,
    `  digest       ${printableLine(letter.digest)}`,
    ...shown.map(([name, value]) => `  ${printableLine(name)}: ${printableLine(value)}`),
    payload === undefined
      ? `  payload      ${letter.erased === true ? ERASED : 'not kept'}`
      : `  payload      (${encoding})\n${payload.split('\n').map(printableLine).join('\n')}`,
  ].join('\n');
}

async function redrive(context: ClientContext, id: string, options: Options): Promise<void> {
  const answer = await clientFor(context, options).json<Answer>('POST', `${placeOf(id)}/redrive`);
  const sent =
    answer.verb === undefined ? '' : ` as the command ${answer.verb}${answer.target ? ` for ${printableLine(answer.target)}` : ''}`;
  context.io().result(answer, () => (answer.state === 'requested' ? asked(answer) : `dead letter ${answer.id} was sent again${sent}`));
}

async function drop(context: ClientContext, id: string, options: Options): Promise<void> {
  const answer = await clientFor(context, options).json<Answer>('DELETE', placeOf(id));
  context.io().result(answer, () => (answer.state === 'requested' ? asked(answer) : `dead letter ${answer.id} is gone`));
}

const asked = ({ id }: Answer): string => `asked for, not done yet: look at it again with octobus dlq show ${id}`;
