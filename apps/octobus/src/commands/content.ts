import { type Command, InvalidArgumentError } from 'commander';
import type { OrphanReport } from '@octobus/jetstream';
import { stateFolder } from '../client/credentials.ts';
import type { ClientContext } from './task.ts';

const HELP = `
What is larger than 64 kB lies outside the log, in pieces, and an event names them. Pieces whose event never came (the upload broke off, the command was
refused, the gateway died in between), and those of people who were erased, are orphans. A running stack removes them once a day. Pieces that are
younger than a day stay, and so do those whose command waits to be screened or lies among the dead letters. This works on the machine that runs the stack.

Examples:
  octobus content orphans                looks, and changes nothing
  octobus content orphans --collect      removes them now
  octobus content orphans --json | jq .orphanBytes`;

/** A request is over within five minutes. */
const LEAST_HOURS = 1;

export function contentCommands(program: Command, context: ClientContext): void {
  const content = program.command('content').description('look after what lies outside the log').addHelpText('after', HELP);
  content
    .command('orphans')
    .description('count content that no event names, or remove it')
    .option('--collect', 'remove it')
    .option('--older-than <hours>', 'a piece may wait so long for its event, at least 1', hours, 24)
    .action((options: { readonly collect?: boolean; readonly olderThan: number }) => orphans(context, options));
}

function hours(text: string): number {
  const value = Number(text);
  if (!(value >= LEAST_HOURS) || !Number.isFinite(value)) throw new InvalidArgumentError(`hours, at least ${LEAST_HOURS}`);
  return value;
}

async function orphans(
  { io }: ClientContext,
  { collect = false, olderThan }: { readonly collect?: boolean; readonly olderThan: number },
): Promise<void> {
  const { connectAs, logStreamCountIn } = await import('../bench/stack-access.ts');
  const { searchOrphans } = await import('@octobus/jetstream');
  const { markersNow } = await import('../dev/log-marker.ts');
  const folder = stateFolder(process.env, process.cwd());
  const logStreams = await logStreamCountIn(folder);
  const bus = await connectAs('PLATFORM', folder);
  try {
    const graceMs = olderThan * 3_600_000;
    const report = await searchOrphans({ connection: bus.connection, logStreams, markers: markersNow(folder), graceMs, collect });
    io().result(report, () => textOf(report, collect));
  } finally {
    await bus.close();
  }
}

function textOf(report: OrphanReport, collect: boolean): string {
  const { pieces, bytes, named, young, waiting, unnamed, orphans: found, orphanBytes, erased, collected } = report;
  return [
    `${pieces} pieces (${megabytes(bytes)}): ${named} named by events, ${young} young, ${waiting} of commands that wait, ${found} orphans (${megabytes(orphanBytes)})`,
    ...(erased > 0 ? [`  of the orphans ${erased} were of people who were erased`] : []),
    ...(unnamed > 0 ? [`  ${unnamed} do not say which event is to name them: they stay`] : []),
    ...(found === 0 ? [] : [collect ? `removed ${collected}` : 'Nothing was removed: `octobus content orphans --collect` does.']),
  ].join('\n');
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
