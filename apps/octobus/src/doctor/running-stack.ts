import { type RunRecord, findRun, isAlive, isFree, readGreeting } from '@octobus/stack';
import { ApiFault, Client } from '../client/client.ts';
import type { Credentials } from '../client/credentials.ts';
import { isAccepted } from '../client/operator.ts';
import { isFault } from '@octobus/kernel';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, fail, ok, warn } from './check.ts';
import { type LogRoom, checkLogRoom } from './log-room.ts';

export const DEFAULT_PORT = 8420;

/** What a look at the processes of this folder's stack gives. */
export async function checkRun(
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly run: RunRecord | undefined; readonly checks: readonly Check[] }> {
  const run = findRun(folder);
  if (run === undefined) return { run, checks: [warn('stack', 'not running here', 'Run `npm start`.'), await checkPort(env)] };
  const gone = run.children.filter((child) => !isAlive(child)).map(({ name }) => name);
  const detail = `pid ${run.launcher.pid}, since ${run.since}, ${run.children.length} child processes`;
  const stack =
    gone.length === 0
      ? ok('stack', detail)
      : warn(
          'stack',
          `${detail}; ${gone.join(', ')} just died`,
          `It is started again by itself; look into ${join(folder, 'logs')} if it dies again.`,
        );
  return { run, checks: [stack, await checkNats(folder)] };
}

/** Whether the next start can have its port. */
async function checkPort(env: NodeJS.ProcessEnv): Promise<Check> {
  const port = Number(env['OCTO_PORT'] || DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    return fail('port', `OCTO_PORT is "${env['OCTO_PORT']}"`, 'Set it to a port number, or unset it.');
  if (port === 0) return ok('port', 'any free one (OCTO_PORT=0)');
  if (await isFree(port)) return ok('port', `${port} is free for the gateway`);
  return warn('port', `${port} is taken by another program`, 'Stop that program, or set OCTO_PORT to another port.');
}

async function checkNats(folder: string): Promise<Check> {
  const port = natsPort(folder);
  if (port === undefined) return warn('nats', 'no port is known yet', 'Wait until the start is through.');
  const greeting = await readGreeting(port);
  const log = join(folder, 'logs', 'nats.log');
  if (greeting === undefined) return fail('nats', `nobody answers at 127.0.0.1:${port}`, `Look into ${log}.`);
  if (greeting.jetstream !== true) return fail('nats', `the server at 127.0.0.1:${port} has no JetStream`, `Look into ${log}.`);
  return ok('nats', `${greeting.version} with JetStream at 127.0.0.1:${port}`);
}

/** Only reads: a file that is broken is the next start's business. */
function natsPort(folder: string): number | undefined {
  try {
    const { nats } = JSON.parse(readFileSync(join(folder, 'ports.json'), 'utf8')) as { readonly nats?: unknown };
    return typeof nats === 'number' ? nats : undefined;
  } catch {
    return undefined;
  }
}

/** What the gateway says, and of whom; `durability` is the level it promises. */
export async function checkGateway(
  credentials: Credentials,
): Promise<{ readonly durability: string | undefined; readonly checks: readonly Check[] }> {
  const client = new Client(credentials.url, credentials.apiKey);
  const live = await checkLive(client);
  if (live.state !== 'ok') return { durability: undefined, checks: [live] };
  const ready = await readiness(client);
  return { durability: ready.durability, checks: [live, ...ready.checks, await checkKey(client)] };
}

async function checkLive(client: Client): Promise<Check> {
  try {
    await client.json('GET', '/livez');
    return ok('gateway', client.url);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return fail('gateway', what, 'Look into .octo/logs, or stop the stack and start it again.');
  }
}

interface Ready {
  readonly status?: string;
  readonly durability?: string;
  readonly checks?: Readonly<Record<string, string>>;
  readonly log?: LogRoom;
}

async function readiness(client: Client): Promise<{ readonly durability: string | undefined; readonly checks: readonly Check[] }> {
  const answer: Ready | undefined = await client
    .ready()
    .catch((error: unknown) => (error instanceof ApiFault ? (error.problem as Ready) : undefined));
  const checks: Readonly<Record<string, string>> | undefined = answer?.checks;
  if (checks === undefined)
    return { durability: undefined, checks: [fail('readiness', '/readyz gives no answer', 'Look into .octo/logs.')] };
  const parts = Object.entries(checks).map(([name, state]) =>
    state === 'ok' ? ok(`  ${name}`, 'ok') : fail(`  ${name}`, state, 'It is tried again by itself; look into .octo/logs if it stays.'),
  );
  return { durability: answer?.durability, checks: [...parts, ...(answer?.log === undefined ? [] : [checkLogRoom(answer.log)])] };
}

async function checkKey(client: Client): Promise<Check> {
  try {
    if (await isAccepted(client)) return ok('api key', 'accepted');
  } catch (error) {
    return warn('api key', isFault(error) ? `${error.message} (${error.code})` : String(error), 'Try again in a moment.');
  }
  return fail(
    'api key',
    'not accepted',
    'Unset OCTO_API_KEY to use the key of .octo/credentials, or make one with `npx octobus key create`.',
  );
}
