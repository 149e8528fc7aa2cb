import type { LogPart } from '@octobus/event-log';
import type { ReadModels } from '@octobus/read-models';
import type { Command } from 'commander';
import { type OwnLog, withOwnLog } from '../client/own-log.ts';
import { columns } from '../output/columns.ts';
import type { Io } from '../io.ts';
import type { ClientContext } from './task.ts';

const HELP = `
The read models are rows in Postgres, folded from the log by the projector. They can be thrown away: everything in them is in the log. These
commands work on the machine that runs the stack.

Examples:
  octobus projections list
  octobus projections lag --json | jq .behind
  octobus projections rebuild`;

export function projectionCommands(program: Command, context: ClientContext): void {
  const projections = program.command('projections').description('look at the read models, and fold them anew').addHelpText('after', HELP);
  projections
    .command('list')
    .description('tables with their rows and sizes, the version they were folded by, and their position in each stream of the log')
    .action(() => list(context));
  projections
    .command('lag')
    .description('how far the read models are behind the log, in events and in seconds')
    .action(() => lag(context));
  projections
    .command('rebuild')
    .description('fold the whole log into new tables beside the old ones and switch in one transaction; reads and writes go on')
    .action(() => rebuild(context));
}

/** The rows, and the log, of the stack whose state folder is here. */
const withRows = (work: (db: ReadModels, log: OwnLog) => Promise<void>): Promise<void> =>
  withOwnLog(async (log) => {
    const { connectPostgres } = await import('@octobus/postgres');
    const db: ReadModels = connectPostgres(log.url, { applicationName: 'octobus-projections', max: 2 });
    try {
      await work(db, log);
    } finally {
      await db.destroy();
    }
  });

const list = ({ io }: ClientContext): Promise<void> =>
  withRows(async (db) => {
    const { describeReadModels } = await import('@octobus/read-models');
    const { isRebuilding } = await import('@octobus/projector/service');
    const [described, rebuilding] = [await describeReadModels(db), await isRebuilding(db)];
    io().result({ ...described, rebuilding }, () =>
      [
        `read models ${described.version ?? 'not made yet'}${described.current ? '' : '  (not of this release)'}${rebuilding ? '  being rebuilt' : ''}`,
        ...columns(described.tables.map(({ table, rows, bytes }) => [`  ${table}`, `${rows} rows`, `${(bytes / 1e6).toFixed(1)} MB`])),
        ...columns(
          described.positions.map(({ stream, sequence, runningHash }) => [`  ${stream}`, `position ${sequence}`, runningHash.slice(0, 16)]),
        ),
      ].join('\n'),
    );
  });

interface StreamLag {
  readonly stream: string;
  readonly position: number;
  readonly log: number;
  readonly behind: number;
  /** Since the log stored the first event that is not folded yet; 0: none. */
  readonly seconds: number;
}

const lag = ({ io }: ClientContext): Promise<void> =>
  withRows(async (db, { open }) => {
    const { readModelsPositions } = await import('@octobus/read-models');
    const positions = await readModelsPositions(db);
    const lags = await Promise.all(
      open().map((part) => lagOf(part, positions.find(({ stream }) => stream === part.stream)?.sequence ?? 0)),
    );
    const behind = lags.reduce((sum, one) => sum + one.behind, 0);
    io().result({ behind, seconds: Math.max(...lags.map(({ seconds }) => seconds)), streams: lags }, () =>
      columns(
        lags.map((one) => [
          one.stream,
          `position ${one.position}`,
          `log ${one.log}`,
          `${one.behind} behind`,
          `${one.seconds.toFixed(1)} s`,
        ]),
      ).join('\n'),
    );
  });

async function lagOf({ stream, log }: LogPart, position: number): Promise<StreamLag> {
  const last = await log.lastSequence({ atLeast: position });
  let waiting: number | undefined;
  if (last > position) {
    for await (const [first] of log.read('evt.>', position + 1)) {
      waiting = first?.storedAt;
      break;
    }
  }
  const seconds = waiting === undefined ? 0 : Math.max(0, Date.now() - waiting) / 1000;
  return { stream, position, log: last, behind: Math.max(0, last - position), seconds };
}

const rebuild = ({ io }: ClientContext): Promise<void> =>
  withOwnLog(async ({ url, open }) => {
    const { rebuildReadModels } = await import('@octobus/projector/service');
    const rebuilt = await rebuildReadModels({ url, parts: open(), onProgress: progressOf(io()) });
    io().result(rebuilt, () =>
      [
        `rebuilt from ${rebuilt.events} events in ${rebuilt.seconds.toFixed(1)} s (${Math.round(rebuilt.events / rebuilt.seconds)} a second), ` +
          `switched while the position was held for ${rebuilt.heldMs} ms`,
        ...(rebuilt.sameEvents === false ? ['The rows before were folded from other events: the log was changed, or they were.'] : []),
      ].join('\n'),
    );
  });

const PROGRESS_EVERY_MS = 5_000;

/** A line now and then. */
export function progressOf(io: Io): (events: number) => void {
  let said = performance.now();
  return (events) => {
    if (performance.now() - said < PROGRESS_EVERY_MS) return;
    said = performance.now();
    io.line(`  ${events} events`);
  };
}
