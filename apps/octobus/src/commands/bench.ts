import { availableParallelism, loadavg } from 'node:os';
import { MAX_PLAN_STEPS } from '@octobus/task';
import { findRun } from '@octobus/stack';
import { type Command, InvalidArgumentError } from 'commander';
import { closedLoop } from '../bench/closed-loop.ts';
import type { Door } from '../bench/door.ts';
import { type BenchReport, reportOf, reportText } from '../bench/report.ts';
import { openRestDoor } from '../bench/rest-door.ts';
import { submissionOf } from '../bench/workload.ts';
import { Client } from '../client/client.ts';
import { type Credentials, readCredentials, stateFolder } from '../client/credentials.ts';
import { describeEvent } from '../dev/describe-event.ts';
import { interruption } from '../isolated/interruption.ts';
import { openIsolatedStack } from '../isolated/isolated-stack.ts';
import type { Io } from '../io.ts';
import type { ClientContext } from './task.ts';

const HELP = `
A run is a task submitted at a public door, planned beforehand, done by the no-op arm, and seen to complete by its submitter. Each client
submits its next run when its last one has ended. The load comes from this process; the stack is another one. It is the stack that runs in
this folder (its log keeps the tasks for good), else an isolated one that is removed at the end.

Examples:
  octobus bench runs --clients 32 --duration 10
  octobus bench runs --clients 1 --rest --json
  octobus bench runs --steps 5 --substeps --isolated
  OCTO_DURABILITY=flushed octobus bench runs --isolated`;

export interface BenchOptions {
  readonly steps: number;
  readonly clients: number;
  readonly duration: number;
  readonly warmup: number;
  readonly rest?: boolean;
  readonly substeps?: boolean;
  readonly isolated?: boolean;
}

export function benchCommands(program: Command, context: ClientContext): void {
  const bench = program.command('bench').description('measure this machine');
  bench
    .command('runs')
    .option('--steps <n>', 'steps one after another', wholeNumber(1, MAX_PLAN_STEPS), 5)
    .option('--clients <n>', 'runs under way at once', wholeNumber(1, 1000), 32)
    .option('--duration <seconds>', 'measured time', wholeNumber(1, 3600), 10)
    .option('--warmup <seconds>', 'before it', wholeNumber(0, 600), 3)
    .option('--rest', 'submit over REST (`Prefer: wait`) instead of NATS')
    .option('--substeps', 'one step with so many journalled sub-steps instead of so many steps')
    .option('--isolated', 'a stack of its own even if one runs here')
    .description('durable runs a second and their latency')
    .addHelpText('after', HELP)
    .action((options: BenchOptions) => runs(context, options));
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const n = /^\d{1,9}$/.test(text) ? Number(text) : -1;
    if (n < least || n > most) throw new InvalidArgumentError(`Write a whole number from ${least} to ${most}.`);
    return n;
  };
}

async function runs({ io, exit }: ClientContext, options: BenchOptions): Promise<void> {
  const interrupted = interruption(undefined);
  try {
    const report = await benchRuns(io(), options, interrupted.signal);
    io().result(report, () => reportText(report));
    exit(report.runs > 0 && Object.keys(report.errors).length === 0 ? 0 : 1);
  } finally {
    interrupted.end();
  }
}

async function benchRuns(io: Io, options: BenchOptions, signal: AbortSignal): Promise<BenchReport> {
  const running = options.isolated !== true && findRun(stateFolder(process.env, process.cwd())) !== undefined;
  if (running || (options.isolated !== true && process.env['OCTO_URL'])) {
    return measure(readCredentials(process.env, process.cwd()), 'running', options, signal);
  }
  io.line(options.isolated === true ? 'Starting an isolated stack:' : 'No stack runs here; starting an isolated one:');
  const stack = await openIsolatedStack(
    {
      name: 'bench',
      perService: false,
      keep: false,
      onEvent: (event) => {
        const text = describeEvent(event);
        if (text !== undefined) io.line(text);
      },
    },
    signal,
  );
  try {
    return await measure(stack.credentials, 'isolated', options, signal);
  } finally {
    await stack.stop();
  }
}

async function measure(
  credentials: Credentials,
  stack: 'running' | 'isolated',
  { steps, substeps = false, clients, duration, warmup, rest = false }: BenchOptions,
  signal: AbortSignal,
): Promise<BenchReport> {
  const client = new Client(credentials.url, credentials.apiKey);
  const { durability } = await client.ready();
  const loadBefore = Math.round((loadavg()[0] ?? 0) * 100) / 100;
  const submission = submissionOf({ steps, substeps });
  const door: Door = rest ? openRestDoor(client, submission) : await natsDoor(credentials, submission);
  try {
    const result = await closedLoop(door, { clients, warmupMs: warmup * 1000, measureMs: duration * 1000, signal });
    const place = { stack, durability, node: process.versions.node, cpus: availableParallelism(), loadBefore };
    return reportOf({ steps, substeps, door: rest ? 'rest' : 'nats', clients, warmupSeconds: warmup, ...place }, result);
  } finally {
    await door.close();
  }
}

/** Loaded when it is needed: the NATS client makes the other commands slow to start. */
async function natsDoor(credentials: Credentials, submission: object): Promise<Door> {
  const { openNatsDoor } = await import('../bench/nats-door.ts');
  return openNatsDoor(credentials, submission);
}
