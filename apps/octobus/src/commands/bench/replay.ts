import type { Command } from 'commander';
import { type Conditions, conditionLines, rounded, underConditions } from '../../bench/conditions.ts';
import type { Place } from '../../bench/place.ts';
import type { LogRead } from '../../bench/read-log.ts';
import { soManyRuns } from '../../bench/so-many-runs.ts';
import { submissionOf } from '../../bench/workload.ts';
import type { Io } from '../../io.ts';
import type { ClientContext } from '../task.ts';
import { wholeNumber } from '../arguments.ts';
import { AROUND_MS, ISOLATED, runBench } from './run-bench.ts';
import { natsDoor } from './runs.ts';

const HELP = `
Reads the whole log from its first event: once only decoding and checking each event, once folding every task as \`octobus replay\` folds one,
and once as the projector does when it builds its rows from nothing, into the empty database of a Postgres of its own that is removed at the
end. A log with fewer events than asked for is filled by five-step runs first.

Examples:
  octobus bench replay
  octobus bench replay --isolated --events 50000 --json`;

interface ReplayOptions {
  readonly events: number;
  readonly isolated?: boolean;
}

interface Rate {
  readonly seconds: number;
  readonly eventsPerSecond: number;
}

export interface ReplayReport extends Conditions {
  readonly events: number;
  readonly tasks: number;
  readonly states: Readonly<Record<string, number>>;
  readonly read: Rate;
  /** Read and fold. */
  readonly replayed: Rate;
  /** Read, fold and write to Postgres; migrations included. */
  readonly projected: Rate & { readonly events: number; readonly transactions: number };
}

const EVENTS_A_RUN = 12;
const FILLING_CLIENTS = 64;
const EVENT_MS = 20;

export function replayCommand(bench: Command, context: ClientContext): void {
  bench
    .command('replay')
    .option('--events <n>', 'that the log holds at least', wholeNumber(0, 10_000_000), 30_000)
    .option(...ISOLATED)
    .description('read and fold the whole log, and build the rows in Postgres from it')
    .addHelpText('after', HELP)
    .action((options: ReplayOptions) =>
      runBench(context, {
        where: { isolated: options.isolated === true },
        withinMs: options.events * EVENT_MS + AROUND_MS,
        measure: (place, signal, io) => measureReplay(place, options, signal, io),
        text: replayText,
        passed: ({ read, replayed, projected, events }) =>
          read.eventsPerSecond > 0 && replayed.eventsPerSecond > 0 && projected.events >= events,
      }),
    );
}

async function measureReplay(place: Place, { events }: ReplayOptions, signal: AbortSignal, io: Io): Promise<ReplayReport> {
  const { connectAs, openLog } = await import('../../bench/stack-access.ts');
  const { withEmptyDatabase } = await import('../../bench/empty-database.ts');
  const { foldAll } = await import('../../replay/fold-all.ts');
  const { projectAll, readAll } = await import('../../bench/read-log.ts');
  const bus = await connectAs('PROJECTOR', place.folder);
  try {
    const { log, parts } = await openLog(bus, place.folder);
    await fill(place, events - (await log.lastSequence()), signal, io);
    const { value, conditions } = await underConditions(place.setting, place.processes, async () => ({
      read: await readAll(log),
      replayed: await foldAll(place.folder),
      projected: await withEmptyDatabase(signal, (db) => projectAll(parts, db)),
    }));
    const { read, replayed, projected } = value;
    return {
      ...conditions,
      events: replayed.events,
      tasks: replayed.tasks,
      states: replayed.states,
      read: rateOf(read),
      replayed: rateOf(replayed),
      projected: { ...rateOf(projected), events: projected.events, transactions: projected.transactions },
    };
  } finally {
    await bus.close();
  }
}

async function fill(place: Place, missing: number, signal: AbortSignal, io: Io): Promise<void> {
  if (missing <= 0) return;
  const runs = Math.ceil(missing / EVENTS_A_RUN);
  io.line(`Filling the log with ${runs} runs of five steps`);
  const door = await natsDoor(place.credentials, submissionOf({ steps: 5, substeps: false }));
  try {
    await soManyRuns(door, runs, FILLING_CLIENTS, signal);
  } finally {
    await door.close();
  }
}

const rateOf = ({ events, seconds }: LogRead): Rate => ({
  seconds: rounded(seconds),
  eventsPerSecond: seconds === 0 ? 0 : Math.round(events / seconds),
});

export function replayText(report: ReplayReport): string {
  const line = (name: string, { eventsPerSecond, seconds }: Rate, more = ''): string =>
    `  ${name.padEnd(28)} ${String(eventsPerSecond).padStart(8)} events/s   ${seconds.toFixed(2)} s${more}`;
  const states = Object.entries(report.states).map(([state, n]) => `${n} ${state}`);
  return [
    `The whole log, ${report.events} events of ${report.tasks} tasks (${states.join(', ')}):`,
    line('read and decoded', report.read),
    line('replayed: every task folded', report.replayed),
    line('projected into Postgres', report.projected, ` in ${report.projected.transactions} transactions`),
    ...conditionLines(report),
  ].join('\n');
}
