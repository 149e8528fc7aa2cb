import type { IgnoredMessage, Verification } from '@octobus/projector/service';
import type { RowDifference } from '@octobus/read-models';
import { withOwnLog } from '../client/own-log.ts';
import { columns } from '../output/columns.ts';
import { printableLine } from '../output/timeline-text.ts';
import { progressOf } from './projections.ts';
import type { ClientContext } from './task.ts';

/** Differences, and ignored messages, that are shown one by one. */
const SHOWN = 20;

/** The whole log, read again on the machine that runs the stack: exit code 1 when the rows are not what it gives. */
export async function verifyAll({ io, exit }: ClientContext): Promise<void> {
  await withOwnLog(async ({ open, url }) => {
    const { verifyReadModels } = await import('@octobus/projector/service');
    const found: RowDifference[] = [];
    const verification = await verifyReadModels({
      url,
      open,
      onDifference: (difference) => void (found.length < SHOWN && found.push(difference)),
      onProgress: progressOf(io()),
    });
    io().result({ ...verification, shown: found }, () => text(verification, found));
    exit(verification.equal ? 0 : 1);
  });
}

/** Folds every task, as `octobus replay` folds one, and counts. */
export async function replayAll({ io }: ClientContext): Promise<void> {
  const { foldAll } = await import('../replay/fold-all.ts');
  const { stateFolder } = await import('../client/credentials.ts');
  const folded = await foldAll(stateFolder(process.env, process.cwd()));
  const { events, tasks, states, seconds, threads, unknown, firstIgnored, ignored } = folded;
  io().result(folded, () =>
    [
      `${events} events of ${tasks} tasks folded in ${seconds.toFixed(1)} s (${Math.round(events / seconds)} a second, threads: ${threads})`,
      ...columns(Object.entries(states).map(([state, n]) => [`  ${state}`, String(n)])),
      ...leftOut(unknown, firstIgnored, ignored),
    ].join('\n'),
  );
}

function text(verification: Verification, found: readonly RowDifference[]): string {
  const { equal, streams, tables, differences, unknown, ignored, firstIgnored, seconds } = verification;
  return [
    ...streams.map(
      ({ stream, sequence, events, missing, sameEvents }) =>
        `${stream}: ${events} events up to ${sequence}${missing === 0 ? '' : `, ${missing} missing`}; ` +
        (sameEvents ? 'the events that the rows were folded from' : 'NOT the events that the rows were folded from'),
    ),
    ...columns(
      tables.map(({ table, rows, folded, stored }) => [
        `  ${table}`,
        `${rows} rows`,
        folded === stored ? `equal ${stored.slice(0, 16)}` : `DIFFERENT log ${folded.slice(0, 16)} Postgres ${stored.slice(0, 16)}`,
      ]),
    ),
    ...found.map(({ table, key, kind, columns: names }) =>
      printableLine(`  ${kind} ${table} ${key}${names === undefined ? '' : `: ${names.join(', ')}`}`),
    ),
    ...(differences > found.length ? [`  and ${differences - found.length} more`] : []),
    ...leftOut(unknown, firstIgnored, ignored),
    equal
      ? `The rows are what the log gives (${seconds.toFixed(1)} s).`
      : `The rows are NOT what the log gives: \`octobus projections rebuild\` folds them anew.`,
  ].join('\n');
}

const leftOut = (unknown: Readonly<Record<string, number>>, first: readonly IgnoredMessage[], all: number): readonly string[] => [
  ...Object.entries(unknown).map(([type, n]) => printableLine(`Left out: ${n} of the type ${type}, which this release does not know.`)),
  ...first
    .slice(0, SHOWN)
    .map(({ stream, sequence, subject }) =>
      printableLine(`Ignored: ${stream} ${sequence} ${subject}: its envelope does not fit its subject.`),
    ),
  ...(all > SHOWN ? [`Ignored: ${all - SHOWN} more messages.`] : []),
];
