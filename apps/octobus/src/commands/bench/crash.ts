import { setTimeout as delay } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { type Conditions, conditionLines, underConditions } from '../../bench/conditions.ts';
import type { Place } from '../../bench/place.ts';
import { type CrashVerdict, CRASHED, type Crashed, verdictOf } from '../../bench/resumption.ts';
import { Supervision } from '../../isolated/supervision.ts';
import type { ClientContext } from '../task.ts';
import { wholeNumber } from '../arguments.ts';
import { AROUND_MS, runBench } from './run-bench.ts';

const HELP = `
Starts a stack of its own with a process a service, and kills one of them with kill -9: the arm or the orchestrator in the middle of a step,
reflex when a command is at the door. Measured from the kill to the moment its work runs again: the step anew, the next decision, the
verdict. The target is the acknowledgement wait of its durable and one second more. Exit code 0 only if every round met it and every task
completed with one outcome a step.

Examples:
  octobus bench crash
  octobus bench crash --service orchestrator --rounds 5 --json`;

interface CrashOptions {
  readonly service: Crashed;
  readonly rounds: number;
}

export interface CrashReport extends Conditions, CrashVerdict {
  readonly service: Crashed;
  readonly ackWaitMs: number;
}

const GRACE_MS = 1_000;
const ROUND_MS = 60_000;

export function crashCommand(bench: Command, context: ClientContext): void {
  bench
    .command('crash')
    .addOption(new Option('--service <name>', 'that is killed').choices(CRASHED).default(CRASHED[0]))
    .option('--rounds <n>', 'kills', wholeNumber(1, 100), 3)
    .description('from kill -9 of a service to its work running again')
    .addHelpText('after', HELP)
    .action((options: CrashOptions) => {
      const supervision = new Supervision();
      return runBench(context, {
        where: { isolated: true, perService: true, onEvent: (event) => supervision.take(event) },
        withinMs: options.rounds * ROUND_MS + AROUND_MS,
        measure: (place, signal) => measureCrash(place, options, supervision, signal),
        text: crashText,
        passed: ({ met }) => met,
      });
    });
}

async function measureCrash(
  place: Place,
  { service, rounds }: CrashOptions,
  supervision: Supervision,
  signal: AbortSignal,
): Promise<CrashReport> {
  const { STEADY_MS, ackWaitOf, crashRound } = await import('../../bench/crash-rounds.ts');
  const done: CrashReport['rounds'][number][] = [];
  const { conditions } = await underConditions(place.setting, place.processes, async () => {
    while (done.length < rounds) {
      if (done.length > 0) await delay(STEADY_MS, undefined, { signal });
      done.push(await crashRound(place, service, supervision));
    }
  });
  const ackWaitMs = ackWaitOf(service);
  return { ...conditions, service, ackWaitMs, ...verdictOf(done, ackWaitMs + GRACE_MS) };
}

const seconds = (ms: number | null): string => (ms === null ? 'unknown' : `${(ms / 1000).toFixed(2)} s`);

export function crashText(report: CrashReport): string {
  const { service, rounds, resumedMs, ackWaitMs, targetMs, met } = report;
  return [
    `kill -9 of ${service}, ${rounds.length} times`,
    ...rounds.map(
      ({ state, resumedAfterMs, restartedAfterMs, outcomes }) =>
        `  new process after ${seconds(restartedAfterMs)}, work runs again after ${resumedAfterMs === null ? 'nothing: the kill did not hit' : seconds(resumedAfterMs)}; task ${state}, outcomes of the step: ${outcomes}`,
    ),
    `  to work again: p50 ${seconds(resumedMs.p50)}, longest ${seconds(resumedMs.max)}; target ${seconds(targetMs)} (ack wait ${seconds(ackWaitMs)} + 1 s): ${met ? 'met' : 'MISSED'}`,
    ...conditionLines(report),
  ].join('\n');
}
