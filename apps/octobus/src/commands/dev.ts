import type { Command } from 'commander';
import { Fault } from '@octobus/kernel';
import { stateFolder } from '../client/credentials.ts';
import { describeEvent } from '../dev/describe-event.ts';
import type { StackEvent } from '../dev/events.ts';
import type { Stack } from '../dev/stack.ts';
import { stopSignal } from '../dev/stop-signal.ts';
import type { Io } from '../io.ts';
import { unlessAborted } from '../isolated/interruption.ts';

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
      await withStack(io, context, { isolate: options.isolate === true, port: options.port }, async (stack) => {
        sayUrls(io, stack);
        io.line('  stop     Ctrl-C (state stays in .octo/; the next start goes on from there)');
        return 'stay';
      });
    });
}

export interface OpenOptions {
  readonly isolate: boolean;
  readonly port?: string | undefined;
  /** False when the work has an end of its own: then to be stopped before is no success. */
  readonly stays?: boolean;
}

/**
 * Starts a stack, works with it, and stops it in order whatever comes: the work's end, its failure, a signal, a log that is found damaged. The work
 * answers the exit code, or `stay` to wait for Ctrl-C. A signal before the stack is up, or before work that has an end of its own, is no success.
 */
export async function withStack(
  io: Io,
  context: StackContext,
  options: OpenOptions,
  work: (stack: Stack) => Promise<number | 'stay'>,
): Promise<void> {
  const folder = stateFolder(process.env, process.cwd());
  const stop = stopSignal(folder);
  let stack: Stack | undefined;
  let staying = false;
  try {
    stack = await openStack(io, options, folder, stop.signal);
    const ending = AbortSignal.any([stop.signal, stack.failed]);
    staying = options.stays !== false;
    const code = await unlessAborted(ending, work(stack));
    if (code !== 'stay') return context.exit(code);
    await unlessAborted(ending, new Promise<never>(() => undefined));
  } catch (error) {
    const code = stop.exitCode();
    if (code === undefined || error !== stop.signal.reason) throw error;
    io.line(staying ? '  stopping' : '  stopping before the end; the next start goes on from there');
    context.exit(staying ? 0 : code);
  } finally {
    await stack?.stop();
  }
}

/** Starts the stack on the state folder, saying what comes up. Loaded when it is needed: it makes the other commands slow to start. */
async function openStack(io: Io, { isolate, port }: OpenOptions, folder: string, signal: AbortSignal): Promise<Stack> {
  const { env } = process;
  const binary = natsBinary(env);
  const gatewayPort = portOf(port ?? env['OCTO_PORT']);
  const { startStack } = await import('../dev/stack.ts');
  return startStack({
    folder,
    env,
    isolate,
    natsBinary: binary,
    port: gatewayPort,
    signal,
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
