import type { Command } from 'commander';
import { EXIT } from '../../io.ts';
import type { ClientContext } from '../task.ts';
import { wholeNumber } from '../arguments.ts';

const HELP = `
Seals and opens a text as it is done with every content of a task, beside a SHA-256 of the same bytes. Needs no stack. Exit code 0 only if
one sealing takes no more than 10 us of CPU time for each kB.

Examples:
  octobus bench sealing
  octobus bench sealing --bytes 65536 --rounds 2000 --json`;

const MOST_MICROSECONDS_A_KB = 10;

export function sealingCommand(bench: Command, context: ClientContext): void {
  bench
    .command('sealing')
    .option('--bytes <n>', 'length of the text', wholeNumber(1, 1_000_000), 1024)
    .option('--rounds <n>', 'how often', wholeNumber(1, 10_000_000), 50_000)
    .description('CPU time of sealing and opening a text')
    .addHelpText('after', HELP)
    .action(async ({ bytes, rounds }: { readonly bytes: number; readonly rounds: number }) => {
      const { measureSealing, sealingText } = await import('../../bench/sealing.ts');
      const report = measureSealing(bytes, rounds);
      const most = MOST_MICROSECONDS_A_KB * Math.max(1, bytes / 1024);
      const passed = report.sealMicroseconds <= most;
      context.io().result({ ...report, passed }, () => sealingText(report));
      context.exit(passed ? EXIT.ok : EXIT.failed);
    });
}
