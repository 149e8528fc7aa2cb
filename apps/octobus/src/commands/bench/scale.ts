import type { Command } from 'commander';
import type { ScaleRound } from '../../bench/scale.ts';
import { tellEvents } from '../../dev/describe-event.ts';
import { interruptible } from '../../isolated/interruption.ts';
import type { ClientContext } from '../task.ts';
import { wholeNumber } from '../arguments.ts';
import { AROUND_MS } from './run-bench.ts';

const HELP = `
Starts stacks of their own with a process for every service, one after another: one of each, then two orchestrators, two arms, two projectors.
Rate, latency and CPU time of every process say what binds. With --step-ms the steps wait, and the arm's concurrency binds instead.

Examples:
  octobus bench scale --rounds 3
  octobus bench scale --step-ms 50 --concurrency 8 --json`;

interface ScaleCommandOptions {
  readonly rounds: number;
  readonly clients: number;
  readonly steps: number;
  readonly stepMs: number;
  readonly concurrency: number;
  readonly duration: number;
}

const WARMUP_MS = 3_000;

export function scaleCommand(bench: Command, { io, exit }: ClientContext): void {
  bench
    .command('scale')
    .option('--rounds <n>', 'times each shape is measured, in turns', wholeNumber(1, 100), 1)
    .option('--clients <n>', 'runs under way at once', wholeNumber(1, 1000), 32)
    .option('--steps <n>', 'steps of a run', wholeNumber(1, 100), 5)
    .option('--step-ms <n>', 'what a step takes', wholeNumber(0, 60_000), 0)
    .option('--concurrency <n>', 'steps that one arm has at work; 0: its own bound', wholeNumber(0, 1000), 0)
    .option('--duration <seconds>', 'measured time of each round', wholeNumber(1, 3600), 8)
    .description('one and two processes of a service')
    .addHelpText('after', HELP)
    .action(async ({ duration, ...options }: ScaleCommandOptions) => {
      const { SCALE_SHAPES, measureScale, scaleRoundText } = await import('../../bench/scale.ts');
      const measureMs = duration * 1000;
      const shapes = { shapes: SCALE_SHAPES, warmupMs: WARMUP_MS, measureMs, ...options };
      const round = (one: ScaleRound): void => io().line(scaleRoundText(one));
      const withinMs = options.rounds * SCALE_SHAPES.length * (measureMs + WARMUP_MS + AROUND_MS);
      const rounds = await interruptible(withinMs, (signal) => measureScale(shapes, { event: tellEvents(io()), round }, signal));
      io().result({ rounds }, () => rounds.map(scaleRoundText).join('\n'));
      exit(rounds.every(({ runs, errors }) => runs > 0 && Object.keys(errors).length === 0) ? 0 : 1);
    });
}
