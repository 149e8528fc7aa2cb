import { AUDIT_KINDS } from '@octobus/read-models';
import { type Command, InvalidArgumentError } from 'commander';
import { operatorClient } from '../client/operator.ts';
import { columns } from '../output/columns.ts';
import { printableLine } from '../output/timeline-text.ts';
import { listLimit, pastTime } from './arguments.ts';
import type { ClientContext } from './task.ts';

interface Entry {
  readonly at: string;
  readonly tenant: string;
  readonly kind: string;
  readonly action: string;
  readonly actor: string;
  readonly origin: string | null;
  readonly aggregate: string;
  readonly target: string | null;
  readonly code: string | null;
  readonly source: string | null;
  readonly count: number;
}

interface Options {
  readonly actor?: string;
  readonly kind?: string;
  readonly action?: string;
  readonly from?: string;
  readonly to?: string;
  readonly tenant?: string;
  readonly operator?: boolean;
  readonly limit: number;
}

const HELP = `
Every call that was to change something (request), every refusal of a known caller (denied), and counts a source and minute of unknown and of too many
calls. Newest first. Only how it was asked for and by whom, no content.

Examples:
  octobus audit search --actor key:3f0c2b9d1e5a7746 --from 24h
  octobus audit search --kind denied
  octobus audit search --operator --kind unauthenticated --from 1h     all tenants, with the operator key of this machine`;

export function auditCommands(program: Command, context: ClientContext): void {
  const audit = program.command('audit').description('who asked for what');
  audit
    .command('search')
    .option('--actor <actor>', 'key:<key id>, nats:<tenant>, operator')
    .option('--kind <kind>', `one of ${AUDIT_KINDS.join(', ')}`, kindOf)
    .option('--action <action>', 'a verb (submit, create-key, ...), or method and route of a denial')
    .option('--from <time>', 'entries since then: RFC 3339, or so long ago: 30m, 24h, 7d', pastTime)
    .option('--to <time>', 'entries before then', pastTime)
    .option('--tenant <name>', 'of this tenant, with the operator key')
    .option('--operator', 'of all tenants, with the operator key of this machine')
    .option('--limit <n>', 'at most so many', listLimit, 50)
    .description('entries of the audit, newest first')
    .addHelpText('after', HELP)
    .action((options: Options) => search(context, options));
}

async function search(context: ClientContext, options: Options): Promise<void> {
  const { operator, limit, ...filters } = options;
  const asOperator = operator === true || options.tenant !== undefined;
  const client = asOperator ? operatorClient(process.env, process.cwd()) : context.client();
  const items = await client.pages<Entry>('/v1/audit', { most: limit, query: { ...filters } });
  context.io().result({ items }, () => (items.length === 0 ? 'nothing found' : columns([HEAD, ...items.map(row)]).join('\n')));
}

const HEAD = ['TIME', 'TENANT', 'KIND', 'WHO', 'BY', 'WHAT'];

function row({ at, tenant, kind, action, actor, origin, aggregate, target, code, source, count }: Entry): readonly string[] {
  const about = [action, aggregate, target ?? '', code === null || code === kind ? '' : `(${code})`].filter(Boolean).join(' ');
  const what = source === null ? about : `${count} times${code === kind ? '' : ` (${code})`}`;
  return [at, tenant, kind, printableLine(source ?? actor), origin ?? '', printableLine(what)];
}

function kindOf(text: string): string {
  if (!(AUDIT_KINDS as readonly string[]).includes(text))
    throw new InvalidArgumentError(`There is no kind "${text}"; there are ${AUDIT_KINDS.join(', ')}.`);
  return text;
}
