import { Fault } from '@octobus/kernel';
import { until } from '@octobus/stack';
import type { Command } from 'commander';
import type { Client } from '../client/client.ts';
import { flushed } from '../io.ts';
import type { ClientContext } from './task.ts';

const EXAMPLES = `
A person is whoever content is about: the "dataSubject" of a task or document, else the key that sent it (key:<id>) or, over NATS, the tenant's
account (nats:<tenant>). Their content is sealed with a key of their own. Erasing them destroys that key: nothing of theirs can be read any more,
by anybody, and no other key is ever made for them. There is no way back.

Examples:
  octobus subject export customer-4711 > customer-4711.ndjson
  octobus subject erase customer-4711`;

interface SubjectState {
  readonly dataSubject: string;
  readonly state: string;
  readonly erasedAt?: string;
}

const ERASED_WITHIN_MS = 60_000;
const LOOK_MS = 250;

export function subjectCommands(program: Command, context: ClientContext): void {
  const subject = program.command('subject').description('gather or erase what is known of a person').addHelpText('after', EXAMPLES);
  subject
    .command('export')
    .argument('<id>', 'what you call the person, or their token with --token')
    .option('--token', 'the argument is the token of the log')
    .description('all that the log holds of them, a line of JSON an event')
    .action((id: string, options: Named) => exportAll(context, bodyOf(id, options)));
  subject
    .command('erase')
    .argument('<id>', 'what you call the person, or their token with --token')
    .option('--token', 'the argument is the token of the log')
    .description('destroy their keys, for ever: there is no way back')
    .action((id: string, options: Named) => erase(context, id, options));
}

interface Named {
  readonly token?: boolean;
}

const bodyOf = (id: string, { token }: Named): object => (token === true ? { dataSubject: id } : { subject: id });

async function exportAll({ client }: ClientContext, body: object): Promise<void> {
  for await (const chunk of client().download('/v1/subjects/export', body)) {
    if (!process.stdout.write(chunk)) await flushed(process.stdout);
  }
}

async function erase({ client, io }: ClientContext, id: string, options: Named): Promise<void> {
  const asked = await client().json<SubjectState>('POST', '/v1/subjects/erase', bodyOf(id, options));
  const erased = await untilErased(client(), asked.dataSubject);
  io().result(erased, () => `data subject ${erased.dataSubject} is erased: what was sealed with their key can't be read any more`);
}

async function untilErased(client: Client, dataSubject: string): Promise<SubjectState> {
  const look = async (): Promise<SubjectState | undefined> => {
    const state = await client.json<SubjectState>('GET', `/v1/subjects/${dataSubject}`);
    return state.state === 'erased' ? state : undefined;
  };
  const erased = await until(look, { withinMs: ERASED_WITHIN_MS, pauseMs: LOOK_MS });
  if (erased !== undefined) return erased;
  throw new Fault('erasure-not-done', {
    retryable: true,
    message: `the vault has not said within ${ERASED_WITHIN_MS / 1000} s that the key is destroyed; the command is kept and goes on: ask again, or look into its log`,
  });
}
