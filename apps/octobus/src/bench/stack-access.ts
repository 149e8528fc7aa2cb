import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LogStreamCount, logStreams } from '@octobus/contracts';
import type { EventLog } from '@octobus/event-log';
import { type Bus, type LogPart, connectBus, logParts, readLogStreamCount, wholeLog } from '@octobus/jetstream';
import { Fault } from '@octobus/kernel';

interface User {
  readonly user: string;
  readonly password: string;
}

const read = <T>(file: string): T | undefined => (existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined);

/**
 * A connection as one of the stack's own accounts, from the files of its state folder: for whoever runs the stack on this machine.
 * Fault `not-running` when there are none.
 */
export async function connectAs(account: string, folder: string): Promise<Bus> {
  const user = read<Readonly<Record<string, User>>>(join(folder, 'nats', 'users.json'))?.[account];
  const port = read<{ readonly nats?: number }>(join(folder, 'ports.json'))?.nats;
  if (user === undefined || port === undefined) throw elsewhere(folder);
  return connectBus({ url: `nats://${user.user}:${user.password}@127.0.0.1:${port}`, name: 'octobus', wait: false });
}

/** Where the rows of the stack are: `DATABASE_URL`, else its own Postgres. Fault `not-running`. */
export function databaseUrl(folder: string, env: NodeJS.ProcessEnv): string {
  if (env['DATABASE_URL']) return env['DATABASE_URL'];
  const port = read<{ readonly postgres?: number }>(join(folder, 'ports.json'))?.postgres;
  const file = join(folder, 'postgres.password');
  if (port === undefined || !existsSync(file)) throw elsewhere(folder);
  return `postgres://octobus:${readFileSync(file, 'utf8').trim()}@127.0.0.1:${port}/octobus`;
}

const elsewhere = (folder: string): Fault =>
  new Fault('not-running', {
    retryable: false,
    message: `this works on the machine that runs the stack, and ${folder} is no state folder of one: start it here (a benchmark can do so itself: --isolated)`,
  });

/** What a stream holds, as far as it is measured. */
export interface StreamSize {
  readonly messages: number;
  readonly bytes: number;
  /** Messages ever appended. */
  readonly lastSequence: number;
}

/** Names of the streams that the log is spread over. For the account that owns them. */
export const logStreamNames = async (bus: Bus): Promise<readonly string[]> =>
  logStreams(await readLogStreamCount(bus.connection)).map(({ name }) => name);

/** The log of a stack as another of its accounts reads it. */
export async function openLog(bus: Bus, folder: string): Promise<{ readonly log: EventLog; readonly parts: readonly LogPart[] }> {
  const parts = logParts(bus, await logStreamCountIn(folder));
  return { log: wholeLog(parts), parts };
}

/** How many streams the log of a stack is spread over. */
export async function logStreamCountIn(folder: string): Promise<LogStreamCount> {
  const admin = await connectAs('PLATFORM', folder);
  try {
    return await readLogStreamCount(admin.connection);
  } finally {
    await admin.close();
  }
}

/** For the account that owns the streams. */
export async function streamSize(bus: Bus, stream: string): Promise<StreamSize> {
  const answer = await bus.connection.request(`$JS.API.STREAM.INFO.${stream}`, '', { timeout: 5_000 });
  const { state } = answer.json<{ readonly state?: { readonly messages: number; readonly bytes: number; readonly last_seq: number } }>();
  if (state === undefined) throw new Error(`nats-server does not tell of the stream ${stream}`);
  return { messages: state.messages, bytes: state.bytes, lastSequence: state.last_seq };
}
