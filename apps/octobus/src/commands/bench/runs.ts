import { MAX_PLAN_STEPS } from '@octobus/task';
import type { Command } from 'commander';
import { closedLoop } from '../../bench/closed-loop.ts';
import type { Door } from '../../bench/door.ts';
import type { Place } from '../../bench/place.ts';
import { type BenchReport, reportOf, reportText } from '../../bench/report.ts';
import { openRestDoor } from '../../bench/rest-door.ts';
import { submissionOf } from '../../bench/workload.ts';
import type { Credentials } from '../../client/credentials.ts';
import type { ClientContext } from '../task.ts';
import { wholeNumber } from '../arguments.ts';
import { AROUND_MS, ISOLATED, runBench } from './run-bench.ts';

const HELP = `
A run is a task submitted at a public door, planned beforehand, done by the no-op arm, and seen to complete by its submitter. Each client
submits its next run when its last one has ended. The load comes from this process; the stack is another one. It is the stack that runs in
this folder (its log keeps the tasks for good), else an isolated one that is removed at the end.

Examples:
  octobus bench runs --clients 32 --duration 10
  octobus bench runs --clients 1 --rest --json
  octobus bench runs --steps 5 --substeps --isolated
  OCTO_DURABILITY=flushed octobus bench runs --isolated`;

interface RunsOptions {
  readonly steps: number;
  readonly clients: number;
  readonly duration: number;
  readonly warmup: number;
  readonly rest?: boolean;
  readonly substeps?: boolean;
  readonly grouped?: boolean;
  readonly isolated?: boolean;
}

export function runsCommand(bench: Command, context: ClientContext): void {
  bench
    .command('runs')
    .option('--steps <n>', 'steps one after another', wholeNumber(1, MAX_PLAN_STEPS), 5)
    .option('--clients <n>', 'runs under way at once', wholeNumber(1, 1000), 32)
    .option('--duration <seconds>', 'measured time', wholeNumber(1, 3600), 10)
    .option('--warmup <seconds>', 'before it', wholeNumber(0, 600), 3)
    .option('--rest', 'submit over REST (`Prefer: wait`) instead of NATS')
    .option('--substeps', 'one step with so many journalled sub-steps instead of so many steps')
    .option('--grouped', 'with --substeps: they have no effect, so their results are recorded together')
    .option(...ISOLATED)
    .description('durable runs a second and their latency')
    .addHelpText('after', HELP)
    .action((options: RunsOptions) =>
      runBench(context, {
        where: { isolated: options.isolated === true },
        withinMs: (options.duration + options.warmup) * 1000 + AROUND_MS,
        measure: (place, signal) => measure(place, options, signal),
        text: reportText,
        passed: ({ runs, errors }) => runs > 0 && Object.keys(errors).length === 0,
      }),
    );
}

async function measure(place: Place, options: RunsOptions, signal: AbortSignal): Promise<BenchReport> {
  const { steps, substeps = false, grouped = false, clients, duration, warmup, rest = false } = options;
  const submission = submissionOf({ steps, substeps, grouped });
  const door: Door = rest ? openRestDoor(place.client, submission) : await natsDoor(place.credentials, submission);
  try {
    const result = await closedLoop(door, { clients, warmupMs: warmup * 1000, measureMs: duration * 1000, signal });
    return reportOf({ steps, substeps, grouped, door: rest ? 'rest' : 'nats', clients, warmupSeconds: warmup, ...place.setting }, result);
  } finally {
    await door.close();
  }
}

/** Loaded when it is needed: the NATS client makes the other commands slow to start. */
export async function natsDoor(credentials: Credentials, submission: object): Promise<Door> {
  const { openNatsDoor } = await import('../../bench/nats-door.ts');
  return openNatsDoor(credentials, submission);
}
