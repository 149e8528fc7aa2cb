import { readFileSync } from 'node:fs';
import { Fault } from '@octobus/kernel';
import type { Command } from 'commander';
import { columns } from '../output/columns.ts';
import type { ClientContext } from './task.ts';

const EXAMPLES = `
A policy says what the tenant lets in and out: secrets, personal data, links, canaries, system prompts, topics. It is a JSON object; what it doesn't
name is as the release has it. Every change is a new version, in force within a second, without a restart.

Examples:
  octobus policy show
  echo '{"topics":[{"name":"betting","phrases":["sports betting","gambl*"]}]}' > policy.json
  octobus policy set policy.json
  octobus policy history`;

interface ShownPolicy {
  readonly version: number;
  readonly policy: object;
  readonly setBy?: string;
  readonly setAt?: string;
}

interface SetPolicy {
  readonly version: number;
  readonly state: 'received' | 'adopted';
}

export function policyCommands(program: Command, context: ClientContext): void {
  const policy = program.command('policy').description('what the tenant lets in and out, in versions').addHelpText('after', EXAMPLES);
  policy
    .command('show')
    .description('the version in force, as JSON')
    .action(() => show(context));
  policy
    .command('set')
    .argument('<file>', 'a JSON object; - for standard input')
    .option('--based-on <version>', 'refuse unless this is the version in force')
    .description('make it the next version, whole')
    .action((file: string, { basedOn }: { readonly basedOn?: string }) => set(context, file, basedOn));
  policy
    .command('history')
    .description('every version: when, by whom, what')
    .action(() => history(context));
}

async function show({ client, io }: ClientContext): Promise<void> {
  const shown = await client().json<ShownPolicy>('GET', '/v1/policy');
  io().result(shown, () => JSON.stringify(shown, undefined, 2));
}

async function set({ client, io }: ClientContext, file: string, basedOn: string | undefined): Promise<void> {
  const policy = readPolicy(file);
  const body = { policy, ...(basedOn === undefined ? {} : { basedOn: Number(basedOn) }) };
  const answer = await client().json<SetPolicy>('PUT', '/v1/policy', body);
  io().result(answer, () =>
    answer.state === 'adopted' ? `version ${answer.version} is in force` : `version ${answer.version} was received, and is in force soon`,
  );
}

async function history({ client, io }: ClientContext): Promise<void> {
  const { items } = await client().json<{ readonly items: readonly ShownPolicy[] }>('GET', '/v1/policy/history');
  const rows = items.map(({ version, policy, setBy = '', setAt = '' }) => [
    String(version),
    setAt,
    setBy,
    JSON.stringify(policy).slice(0, 100),
  ]);
  io().result({ items }, () => (rows.length === 0 ? 'no policy was ever set: that of the release is in force' : columns(rows).join('\n')));
}

function readPolicy(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new Fault('policy-file-unreadable', { retryable: false, message: `${file} can't be read`, cause: error });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Fault('policy-file-unreadable', { retryable: false, message: `${file} is no JSON` });
  }
}
