import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '@octobus/kernel';
import { until } from '@octobus/stack';
import type { Command } from 'commander';
import { stateFolder } from '../client/credentials.ts';
import { operatorClient } from '../client/operator.ts';
import { createKey, keyLines } from './keys.ts';
import type { ClientContext } from './task.ts';

const LIVE_WITHIN_MS = 30_000;

const EXAMPLES = `
A tenant has its own tasks, documents, keys and NATS account and sees nothing of another's. Only the machine that runs the stack can make one.

Example:
  octobus tenant create acme
  OCTO_API_KEY=octo_... octobus task list   with the key it prints`;

export function tenantCommands(program: Command, context: ClientContext): void {
  const tenant = program.command('tenant').description('make tenants').addHelpText('after', EXAMPLES);
  tenant
    .command('create')
    .argument('<name>', 'a lower-case letter, then letters, digits and hyphens, 2 to 31 in all')
    .description('make a tenant, its NATS account and its first key; they are shown once')
    .action((name: string) => create(context, name));
}

async function create(context: ClientContext, name: string): Promise<void> {
  const file = join(stateFolder(process.env, process.cwd()), 'tenants', name);
  const operator = operatorClient(process.env, process.cwd());
  if (/^[a-z0-9-]+$/.test(name) && existsSync(file)) throw taken(name);
  await operator.json('POST', '/v1/tenants', { name });
  const { natsUrl } = await liveTenant(file, name);
  const created = await createKey(operator, { tenant: name, label: `first key of ${name}` });
  const { keyId, key, scopes } = created;
  context
    .io()
    .result({ tenant: name, url: operator.url, natsUrl, keyId, key, scopes }, () =>
      [`tenant ${name}`, `  url   ${operator.url}`, `  nats  ${natsUrl}`, `key ${keyId}`, ...keyLines(created)].join('\n'),
    );
}

const taken = (name: string): Fault =>
  new Fault('name-taken', {
    retryable: false,
    message: `tenant ${name} is there already; \`npx octobus key create --tenant ${name}\` makes another key for it`,
  });

/** The running stack writes the tenant's file when its NATS account is live. */
async function liveTenant(file: string, name: string): Promise<{ readonly natsUrl: string }> {
  const live = await until(() => existsSync(file), { withinMs: LIVE_WITHIN_MS });
  if (live === true) return JSON.parse(readFileSync(file, 'utf8')) as { readonly natsUrl: string };
  throw new Fault('tenant-not-live', {
    retryable: true,
    message: `the NATS account of tenant ${name} is not live after ${LIVE_WITHIN_MS / 1000} s: is the stack of this folder running? \`npx octobus doctor\` looks`,
  });
}
