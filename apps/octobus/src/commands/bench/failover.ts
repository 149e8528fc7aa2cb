import type { Command } from 'commander';
import type { FailoverReport } from '../../bench/failover/lose-leader.ts';
import { tellEvents } from '../../dev/describe-event.ts';
import { interruptible } from '../../isolated/interruption.ts';
import type { ClientContext } from '../task.ts';
import { wholeNumber } from '../arguments.ts';
import { AROUND_MS } from './run-bench.ts';

const HELP = `
Starts a stack of its own on three NATS servers, kills the one that leads the log with kill -9 under load, keeps it away until the others have
gone on, and lets it in again. Exit code 0 only if nothing acknowledged was lost or doubled and the longest time without an acknowledgement,
and without a completion, was under 10 s.

Examples:
  octobus bench failover
  octobus bench failover --clients 8 --json`;

interface FailoverCommandOptions {
  readonly clients: number;
  readonly steps: number;
}

const GAP_MS = 10_000;
const LOAD_MS = 3_000;

export function failoverCommand(bench: Command, { io, exit }: ClientContext): void {
  bench
    .command('failover')
    .option('--clients <n>', 'runs under way at once', wholeNumber(1, 1000), 32)
    .option('--steps <n>', 'steps of a run', wholeNumber(1, 100), 5)
    .description('a cluster of three servers that loses its leader')
    .addHelpText('after', HELP)
    .action(async (options: FailoverCommandOptions) => {
      const { failoverText, isolatedFailover } = await import('../../bench/failover/isolated-failover.ts');
      const report = await interruptible(2 * AROUND_MS, (signal) =>
        isolatedFailover({ ...options, loadMs: LOAD_MS }, tellEvents(io()), signal),
      );
      io().result(report, () => failoverText(report));
      exit(passed(report) ? 0 : 1);
    });
}

const passed = ({ wrong, lostEvents, doubledSubjects, longestWithoutAckMs, longestWithoutCompletionMs }: FailoverReport): boolean =>
  wrong.length === 0 && lostEvents === 0 && doubledSubjects === 0 && Math.max(longestWithoutAckMs, longestWithoutCompletionMs) < GAP_MS;
