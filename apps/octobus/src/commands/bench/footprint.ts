import { setTimeout as delay } from 'node:timers/promises';
import { MAX_PLAN_STEPS } from '@octobus/task';
import type { Command } from 'commander';
import { rounded, underConditions } from '../../bench/conditions.ts';
import { type FootprintReport, footprintOf, footprintText, mostAppends } from '../../bench/footprint.ts';
import type { Place } from '../../bench/place.ts';
import { soManyRuns } from '../../bench/so-many-runs.ts';
import { submissionOf } from '../../bench/workload.ts';
import type { ClientContext } from '../task.ts';
import { wholeNumber } from '../arguments.ts';
import { AROUND_MS, ISOLATED, runBench } from './run-bench.ts';
import { natsDoor } from './runs.ts';

const HELP = `
Runs so many tasks and says what one of them leaves behind: appends and events, bytes of the log and on disk, rows in Postgres; and the
memory of the stack before and after. Whatever else is done on the stack meanwhile is counted too. Exit code 0 only if all completed with no
more appends than they may make.

Examples:
  octobus bench footprint --isolated
  octobus bench footprint --runs 5000 --settle 15 --json`;

interface FootprintOptions {
  readonly runs: number;
  readonly steps: number;
  readonly clients: number;
  readonly settle: number;
  readonly isolated?: boolean;
}

const RUN_MS = 100;

export function footprintCommand(bench: Command, context: ClientContext): void {
  bench
    .command('footprint')
    .option('--runs <n>', 'tasks to run', wholeNumber(1, 1_000_000), 1000)
    .option('--steps <n>', 'steps one after another', wholeNumber(1, MAX_PLAN_STEPS), 5)
    .option('--clients <n>', 'runs under way at once', wholeNumber(1, 1000), 16)
    .option('--settle <seconds>', 'rest before the memory is read again', wholeNumber(0, 600), 12)
    .option(...ISOLATED)
    .description('what a run leaves behind: events, bytes, rows, memory')
    .addHelpText('after', HELP)
    .action((options: FootprintOptions) =>
      runBench(context, {
        where: { isolated: options.isolated === true },
        withinMs: options.runs * RUN_MS + options.settle * 1000 + AROUND_MS,
        measure: (place, signal) => measureFootprint(place, options, signal),
        text: footprintText,
        passed: ({ withinAppends, errors }) => withinAppends && Object.keys(errors).length === 0,
      }),
    );
}

async function measureFootprint(place: Place, options: FootprintOptions, signal: AbortSignal): Promise<FootprintReport> {
  const { holdingsOf } = await import('../../bench/holdings.ts');
  const { steps, runs, clients, settle } = options;
  const before = await holdingsOf(place);
  const door = await natsDoor(place.credentials, submissionOf({ steps, substeps: false }));
  try {
    const work = (): ReturnType<typeof soManyRuns> => soManyRuns(door, runs, clients, signal);
    const { value, seconds, conditions } = await underConditions(place.setting, place.processes, work);
    await delay(settle * 1000, undefined, { signal });
    const after = await holdingsOf(place);
    const aRun = footprintOf(before, after, runs);
    return {
      ...conditions,
      steps,
      runs,
      seconds: rounded(seconds, 1),
      errors: value.errors,
      aRun,
      mostAppends: mostAppends(steps),
      withinAppends: aRun.appends <= mostAppends(steps),
      memoryBytes: { before: before.pssBytes ?? null, after: after.pssBytes ?? null },
    };
  } finally {
    await door.close();
  }
}
