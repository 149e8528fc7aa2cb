import { setTimeout as delay } from 'node:timers/promises';
import { Fault, isFault } from '@octobus/kernel';
import type { Command } from 'commander';
import type { Client } from '../client/client.ts';
import type { ServerSentEvent } from '../client/server-sent-events.ts';
import type { Io } from '../io.ts';
import { taken } from '../output/taken.ts';
import { printableLine } from '../output/timeline-text.ts';
import type { ClientContext } from './task.ts';

const HELP = `
Every event of the tenant from now on, one a line: time, sequence, what it is about, type, who acted. Clear facts only, no content.
It comes back by itself when the connection breaks; what happened meanwhile is missing here and said so (task watch has a task's whole history).

Examples:
  octobus events tail
  octobus events tail --json | jq 'select(.type == "task.completed.v1") | .id'`;

export function eventCommands(program: Command, context: ClientContext): void {
  const events = program.command('events').description('watch what happens, and read what has happened');
  events
    .command('tail')
    .description('events of this tenant as they happen, until Ctrl-C')
    .addHelpText('after', HELP)
    .action(() => tail(context));
  events
    .command('export')
    .option('--task <id>', 'only this task')
    .option('--from <position>', 'a sequence, a time (RFC 3339) or a cursor; default: the first event')
    .description('recorded events as CloudEvents 1.0, one JSON object a line, to the end of the log as it is now')
    .addHelpText('after', EXPORT_HELP)
    .action((options: ExportOptions) => exportEvents(context, options));
}

const EXPORT_HELP = `
Every line is an event as it was recorded, with its place in the log and a cursor (octocursor) that goes on behind it. An export that broke off
says how to go on. Without --task: all events of the tenant that the key may see.

Examples:
  octobus events export --task 019a6f0e-0c3e-7a31-b2f4-0d5e8c1a9b77 > task.ndjson
  octobus events export --from 2026-11-21T00:00:00Z | jq -r '[.octosequence, .type] | @tsv'`;

interface ExportOptions {
  readonly task?: string;
  readonly from?: string;
}

/** What waits for a slow reader of standard output is bounded by waiting for it. */
async function exportEvents({ client }: ClientContext, { task, from }: ExportOptions): Promise<void> {
  const query = new URLSearchParams({ ...(task === undefined ? {} : { task }), ...(from === undefined ? {} : { from }) });
  let last = '';
  try {
    for await (const line of client().lines(`/v1/events?${query.toString()}`)) {
      if (!process.stdout.write(`${line}\n`)) await taken(process.stdout);
      last = line;
      // `| head` has enough.
      if (process.stdout.destroyed) return;
    }
  } catch (error) {
    if (last === '' || !isFault(error, 'stream-broken')) throw error;
    const { octocursor } = JSON.parse(last) as { readonly octocursor: string };
    throw new Fault('stream-broken', {
      retryable: true,
      message: `the export broke off: go on with --from ${octocursor}`,
      cause: error,
    });
  }
}

interface EventLine {
  readonly sequence: number;
  readonly at: string;
  readonly aggregate: string;
  readonly id: string;
  readonly facet: string;
  readonly type: string;
  readonly actor: string;
}

async function tail({ client, io, exit }: ClientContext): Promise<void> {
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  process.stdout.once('error', onSignal);
  try {
    await tailUntil(stop.signal, client(), io());
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
    process.stdout.off('error', onSignal);
  }
  exit(0);
}

/** Prints events until the signal; only a first connection that fails and a refusal by the server are faults. */
export async function tailUntil(signal: AbortSignal, client: Client, io: Io): Promise<void> {
  let connected = false;
  for (let failures = 0; !signal.aborted;) {
    try {
      for await (const message of client.events('/v1/events', undefined, signal)) {
        connected = true;
        failures = 0;
        print(io, message);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!connected && !isFault(error, 'overloaded')) throw error;
      if (isFault(error) && !error.retryable) throw error;
    }
    if (signal.aborted) return;
    sayGap(io, 'the connection broke: events may be missing here');
    await delay(Math.min(5_000, 200 * 2 ** failures++), undefined, { signal }).catch(() => undefined);
  }
}

function print(io: Io, { event, data }: ServerSentEvent): void {
  const line = JSON.parse(data) as EventLine & { readonly message?: string };
  if (event === 'gap') sayGap(io, line.message ?? '');
  else io.result(line, () => eventText(line));
}

const sayGap = (io: Io, message: string): void => io.result({ gap: true, message }, () => `-- ${printableLine(message)}`);

const eventText = ({ at, sequence, aggregate, id, type, actor }: EventLine): string =>
  printableLine(`${at.slice(11, 23)}  ${String(sequence).padStart(7)}  ${aggregate.padEnd(8)} ${id}  ${type.padEnd(28)} ${actor}`);
