import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAX_PLAN_STEPS } from '@octobus/task';
import { type Command, InvalidArgumentError } from 'commander';
import type { ClientContext } from '../task.ts';
import type { Io } from '../../io.ts';
import { interruptible } from '../../isolated/interruption.ts';
import { type GrowthReport, growthText } from '../../bench/growth/growth-report.ts';
import type { GrowthOptions } from '../../bench/growth/measure-growth.ts';
import { wholeNumber } from '../arguments.ts';

const HELP = `
Fills the log of a stack of its own with the history of a real task, again and again under other ids (without fsync, by the account that owns
the stream), and measures at each size, by turns with another stack whose log is small: five-step runs with 1 and 32 clients and single reads.
Also how long nats-server and the whole stack take to start, how fast the read models follow, and what a task takes in memory and on disk.
A million events take some minutes, 2 GB of disk and 1 GB of memory. Exit code 0 only if every size is flat within 20 %.

Examples:
  octobus bench growth
  octobus bench growth --sizes 10000,100000,1000000 --json
  octobus bench growth --sizes 5000000 --steps 1 --rounds 1`;

export function growthCommand(bench: Command, { io, exit }: Pick<ClientContext, 'io' | 'exit'>): void {
  bench
    .command('growth')
    .option('--sizes <events>', 'events in the log, ascending, by commas', sizesOf, [10_000, 100_000, 1_000_000])
    .option('--steps <n>', 'steps of the tasks that fill the log', wholeNumber(1, MAX_PLAN_STEPS), 5)
    .option('--duration <seconds>', 'measured time of a round', wholeNumber(1, 600), 4)
    .option('--rounds <n>', 'rounds of each stack', wholeNumber(1, 20), 5)
    .description('whether a long log makes anything slower, and what a task takes for good')
    .addHelpText('after', HELP)
    .action(async (options: GrowthOptions) => {
      const report = await interruptible(undefined, (signal) => growth(io(), options, signal));
      io().result(report, () => growthText(report));
      exit(report.flat ? 0 : 1);
    });
}

/** Loaded when it is needed: the NATS client makes the other commands slow to start. */
async function growth(io: Io, options: GrowthOptions, signal: AbortSignal): Promise<GrowthReport> {
  const { measureGrowth } = await import('../../bench/growth/measure-growth.ts');
  const folder = await mkdtemp(join(tmpdir(), 'octobus-growth-'));
  try {
    return { ...(await measureGrowth(io, folder, options, signal)), node: process.versions.node, cpus: availableParallelism() };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const MOST_EVENTS = 100_000_000;

function sizesOf(text: string): readonly number[] {
  const sizes = text.split(',').map(Number);
  const fine = sizes.every((size, i) => Number.isInteger(size) && size >= 1_000 && size <= MOST_EVENTS && size > (sizes[i - 1] ?? 0));
  if (!fine) throw new InvalidArgumentError('Write ascending whole numbers from 1000 on, by commas.');
  return sizes;
}
