import { SCOPES, USUAL_SCOPES } from '@octobus/contracts';
import { type Command, InvalidArgumentError } from 'commander';
import type { Client } from '../client/client.ts';
import { operatorClient, untilAccepted } from '../client/operator.ts';
import { columns } from '../output/columns.ts';
import { printableLine } from '../output/timeline-text.ts';
import { futureTime } from './arguments.ts';
import type { ClientContext } from './task.ts';

/** A key as the answer to its making shows it: the only place where its secret stands. */
export interface CreatedKey {
  readonly keyId: string;
  readonly key: string;
  readonly tenant: string;
  readonly scopes: readonly string[];
}

interface ListedKey {
  readonly keyId: string;
  readonly scopes: readonly string[];
  readonly label: string | null;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

interface CreateOptions {
  readonly scopes?: readonly string[];
  readonly label?: string;
  readonly expires?: string;
  readonly tenant?: string;
}

const EXAMPLES = `
Examples:
  octobus key create --label laptop
  octobus key create --scopes tasks:read,documents:read --expires 30d
  octobus key create --tenant acme          a key for another tenant, with the operator key of this machine
  octobus key list
  octobus key revoke 3f0c2b9d1e5a7746       refused within a second, browser sessions too`;

export function keyCommands(program: Command, context: ClientContext): void {
  const key = program.command('key').description('make, list and revoke API keys').addHelpText('after', EXAMPLES);
  key
    .command('create')
    .option('--scopes <scopes>', `by commas, of ${SCOPES.join(', ')}; ${USUAL_SCOPES.join(', ')} unless given`, scopesOf)
    .option('--label <text>', 'a name for lists')
    .option('--expires <time>', 'RFC 3339, or a time from now: 12h, 30d', futureTime)
    .option('--tenant <name>', 'make it for this tenant, with the operator key')
    .description('make a key; it is shown once')
    .action((options: CreateOptions) => create(context, options));
  key
    .command('list')
    .description('keys of this tenant, without their secrets')
    .action(() => list(context));
  key
    .command('revoke')
    .argument('<id>', 'key id, the middle part of octo_<id>_<secret>')
    .option('--tenant <name>', 'a key of this tenant, with the operator key')
    .description('revoke a key for ever')
    .action((id: string, options: { tenant?: string }) => revoke(context, id, options.tenant));
}

const clientFor = (context: ClientContext, tenant: string | undefined): Client =>
  tenant === undefined ? context.client() : operatorClient(process.env, process.cwd());

async function create(context: ClientContext, { scopes, label, expires, tenant }: CreateOptions): Promise<void> {
  const client = clientFor(context, tenant);
  const body = {
    ...(scopes === undefined ? {} : { scopes }),
    ...(label === undefined ? {} : { label }),
    ...(expires === undefined ? {} : { expiresAt: expires }),
    ...(tenant === undefined ? {} : { tenant }),
  };
  const created = await createKey(client, body);
  context.io().result(created, () => [`key ${created.keyId} of tenant ${created.tenant}`, ...keyLines(created)].join('\n'));
}

/** Makes a key and waits until the gateway accepts it. */
export async function createKey(client: Client, body: object): Promise<CreatedKey> {
  const created = await client.json<CreatedKey>('POST', '/v1/keys', body);
  await untilAccepted(client.withKey(created.key));
  return created;
}

export const keyLines = (created: CreatedKey): readonly string[] => [
  `  ${created.key}`,
  `  scopes  ${created.scopes.join(', ')}`,
  '  The key is shown this once, only its hash is kept: store it now.',
];

async function list({ client, io }: ClientContext): Promise<void> {
  const page = await client().json<{ readonly items: readonly ListedKey[] }>('GET', '/v1/keys');
  io().result(page, () => (page.items.length === 0 ? 'no keys' : columns([HEAD, ...page.items.map(row)]).join('\n')));
}

const HEAD = ['ID', 'STATE', 'CREATED', 'EXPIRES', 'LABEL', 'SCOPES'];

function row(key: ListedKey): readonly string[] {
  const expired = key.expiresAt !== null && Date.parse(key.expiresAt) <= Date.now();
  const state = key.revokedAt !== null ? 'revoked' : expired ? 'expired' : 'valid';
  return [key.keyId, state, key.createdAt, key.expiresAt ?? 'never', printableLine(key.label ?? ''), key.scopes.join(',')];
}

async function revoke(context: ClientContext, id: string, tenant: string | undefined): Promise<void> {
  const query = tenant === undefined ? '' : `?tenant=${encodeURIComponent(tenant)}`;
  const answer = await clientFor(context, tenant).json('DELETE', `/v1/keys/${encodeURIComponent(id)}${query}`);
  context.io().result(answer, () => `key ${printableLine(id)} is revoked`);
}

function scopesOf(text: string): readonly string[] {
  const scopes = text.split(',').map((scope) => scope.trim());
  const unknown = scopes.find((scope) => !(SCOPES as readonly string[]).includes(scope));
  if (unknown !== undefined) throw new InvalidArgumentError(`There is no scope "${unknown}"; there are ${SCOPES.join(', ')}.`);
  return [...new Set(scopes)];
}
