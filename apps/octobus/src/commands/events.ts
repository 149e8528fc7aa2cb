import { setTimeout as delay } from 'node:timers/promises';
import { isFault } from '@octobus/kernel';
import type { Command } from 'commander';
import type { Client } from '../client/client.ts';
import type { ServerSentEvent } from '../client/server-sent-events.ts';
import type { Io } from '../io.ts';
import { printableLine } from '../output/timeline-text.ts';
import type { ClientContext } from './task.ts';

const HELP = `
Every event of the tenant from now on, one a line: time, sequence, what it is about, type, who acted. Clear facts only, no content.
It comes back by itself when the connection breaks; what happened meanwhile is missing here and said so (task watch has a task's whole history).

Examples:
  octobus events tail
  octobus events tail --json | jq 'select(.type == "task.completed.v1") | .id'`;

export function eventCommands(program: Command, context: ClientContext): void {
  const events = program.command('events').description('watch what happens');
  events
    .command('tail')
    .description('events of this tenant as they happen, until Ctrl-C')
    .addHelpText('after', HELP)
    .action(() => tail(context));
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
