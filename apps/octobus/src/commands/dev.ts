import type { Command } from 'commander';
import { Fault } from '@octobus/kernel';
import { stateFolder } from '../client/credentials.ts';
import { describeEvent } from '../dev/describe-event.ts';
import type { StackEvent } from '../dev/events.ts';
import type { Stack } from '../dev/stack.ts';
import type { Io } from '../io.ts';

export interface StackContext {
  readonly io: () => Io;
  readonly exit: (code: number) => void;
}

export function devCommand(program: Command, context: StackContext): void {
  program
    .command('dev')
    .description('start NATS, Postgres and every service here, and stay until Ctrl-C')
    .option('--isolate', 'a process each for the services')
    .option('--port <port>', 'of the gateway (default: 8420, or OCTO_PORT)')
    .action(async (options: { isolate?: boolean; port?: string }) => {
      const io = context.io();
      const stack = await openStack(io, { isolate: options.isolate === true, port: options.port });
      sayUrls(io, stack);
      io.line('  stop     Ctrl-C (state stays in .octo/; the next start goes on from there)');
      await untilStopped(stack);
      context.exit(0);
    });
}

export interface OpenOptions {
  readonly isolate: boolean;
  readonly port?: string | undefined;
}

/** Starts the stack on the state folder of this place, saying what comes up. Loaded when it is needed: it makes the other commands slow to start. */
export async function openStack(io: Io, { isolate, port }: OpenOptions): Promise<Stack> {
  const { startStack } = await import('../dev/stack.ts');
  const { env } = process;
  return startStack({
    folder: stateFolder(env, process.cwd()),
    env,
    isolate,
    natsBinary: natsBinary(env),
    port: portOf(port ?? env['OCTO_PORT']),
    onEvent: (event: StackEvent) => {
      const text = describeEvent(event);
      if (text !== undefined) io.line(text);
    },
  });
}

export function natsBinary(env: NodeJS.ProcessEnv): string {
  const binary = env['OCTO_NATS_SERVER'];
  if (binary) return binary;
  throw new Fault('nats-server-missing', {
    retryable: false,
    message: 'no nats-server is known: run `npm start` or `npx octobus`, which find one, or set OCTO_NATS_SERVER',
  });
}

function portOf(text: string | undefined): number {
  const port = text === undefined || text === '' ? 8420 : Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new Fault('config-invalid', { retryable: false, message: 'the port of the gateway is a whole number from 0 to 65535' });
}

export function sayUrls(io: Io, stack: Stack): void {
  io.line(`  open     npx octobus open   (one-time sign-in for ${stack.url})`);
  io.line('  ask      npx octobus ask "..." --docs DIR');
  io.line('  watch    npx octobus events tail');
}

/** A terminal's Ctrl-C reaches us several times: from the terminal, npm and the launcher. */
const SAME_SIGNAL_MS = 1_000;

/** Resolves after SIGINT, SIGTERM or SIGHUP and an orderly stop; a second Ctrl-C, a second later or more, ends at once. */
export async function untilStopped(stack: Stack): Promise<void> {
  await new Promise<void>((done) => {
    let first: number | undefined;
    const stop = (): void => {
      first ??= Date.now();
      if (Date.now() - first > SAME_SIGNAL_MS) process.exit(130);
      done();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  });
  await stack.stop();
}
