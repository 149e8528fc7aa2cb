import type { Timeline } from '@octobus/task';
import type { Command } from 'commander';
import { type Conditions, conditionLines, rounded, underConditions } from '../../bench/conditions.ts';
import { megabytes } from '../../bench/footprint.ts';
import { type Latency, latencyOf } from '../../bench/latency.ts';
import type { Place } from '../../bench/place.ts';
import { latencyText } from '../../bench/report.ts';
import { type Listener, listen } from '../../bench/stream-listener.ts';
import { hearingOf } from '../../bench/stream-story.ts';
import { storyOf } from '../../bench/workload.ts';
import type { ClientContext } from '../task.ts';
import { wholeNumber } from '../arguments.ts';
import { AROUND_MS, ISOLATED, runBench } from './run-bench.ts';

const HELP = `
One task, and so many clients that listen to its events (GET /v1/tasks/{id}/events, server-sent events), each on a connection of its own.
Measured from the moment the log stored an event to each client having it; that every client had every event once and in order is checked.
The task is a chain of no-op steps that take their time; the first one waits for the clients. The clients run in this process and take a
share of the machine that grows with their number.

Examples:
  octobus bench stream --clients 100
  octobus bench stream --clients 1000 --pace 400 --isolated --json`;

interface StreamOptions {
  readonly clients: number;
  readonly steps: number;
  readonly pace: number;
  readonly isolated?: boolean;
}

export interface StreamReport extends Conditions {
  readonly clients: number;
  /** Events of the task. */
  readonly events: number;
  readonly seconds: number;
  /** Deliveries of events that happened while the client listened, to all clients. */
  readonly deliveries: number;
  readonly latencyMs: Latency;
  /** From the first client having an event to the last one. */
  readonly spreadMs: Latency;
  /** Clients that heard every event once, in order, and the end of the task. */
  readonly whole: number;
  readonly memoryBytes: { readonly before: number | null; readonly listening: number | null; readonly after: number | null };
}

/** For the connections to be opened while the first step runs. */
const holdMs = (clients: number): number => 1_000 + 5 * clients;
const AT_ONCE = 50;

export function streamCommand(bench: Command, context: ClientContext): void {
  bench
    .command('stream')
    .option('--clients <n>', 'listeners', wholeNumber(1, 5000), 100)
    .option('--steps <n>', 'steps of the task; two events each', wholeNumber(2, 100), 14)
    .option('--pace <ms>', 'time that a step takes', wholeNumber(1, 60_000), 200)
    .option(...ISOLATED)
    .description('the events of one task to many listeners')
    .addHelpText('after', HELP)
    .action((options: StreamOptions) =>
      runBench(context, {
        where: { isolated: options.isolated === true },
        withinMs: 2 * (options.steps * options.pace + holdMs(options.clients)) + AROUND_MS,
        measure: (place, signal) => measureStream(place, options, signal),
        text: streamText,
        passed: ({ whole, clients, deliveries }) => whole === clients && deliveries > 0,
      }),
    );
}

async function measureStream(place: Place, { clients, steps, pace }: StreamOptions, signal: AbortSignal): Promise<StreamReport> {
  const { client, processes } = place;
  const before = processes.pssBytes() ?? null;
  const { id } = await client.submit(storyOf({ steps, holdMs: holdMs(clients), paceMs: pace }));
  const listeners: Listener[] = [];
  const hangUp = (): void => listeners.forEach((listener) => listener.close());
  signal.addEventListener('abort', hangUp, { once: true });
  try {
    const { value, seconds, conditions } = await underConditions(place.setting, processes, async () => {
      await openAll(place, id, clients, listeners);
      const listening = processes.pssBytes() ?? null;
      return { listening, heard: await Promise.all(listeners.map((listener) => listener.heard)) };
    });
    const hearing = hearingOf(await appendTimes(place, id), value.heard);
    return {
      ...conditions,
      clients,
      events: hearing.events,
      seconds: rounded(seconds, 1),
      deliveries: hearing.live,
      latencyMs: latencyOf(hearing.latencies),
      spreadMs: latencyOf(hearing.spreads),
      whole: hearing.whole,
      memoryBytes: { before, listening: value.listening, after: processes.pssBytes() ?? null },
    };
  } finally {
    signal.removeEventListener('abort', hangUp);
    hangUp();
  }
}

/** Some at once, so that nobody has to queue for a connection for long. */
async function openAll({ credentials }: Place, task: string, clients: number, listeners: Listener[]): Promise<void> {
  const url = new URL(`/v1/tasks/${task}/events`, credentials.url);
  while (listeners.length < clients) {
    const some = Array.from({ length: Math.min(AT_ONCE, clients - listeners.length) }, () => listen(url, credentials.apiKey));
    listeners.push(...some);
    await Promise.all(some.map(({ opened }) => opened));
  }
}

async function appendTimes({ client }: Place, task: string): Promise<ReadonlyMap<number, number>> {
  const { items } = await client.timeline(task);
  return new Map(items.map(({ sequence, at }: Timeline) => [sequence, Date.parse(at)]));
}

export function streamText(report: StreamReport): string {
  const { memoryBytes: memory } = report;
  return [
    `${report.events} events of one task to ${report.clients} listeners, ${report.seconds} s`,
    `  append to client: ${latencyText(report.latencyMs)}   (${report.deliveries} deliveries)`,
    `  first to last client: ${latencyText(report.spreadMs)}`,
    `  every event once and in order: ${report.whole} of ${report.clients} listeners`,
    `  memory of the stack (PSS): ${megabytes(memory.before)} before, ${megabytes(memory.listening)} listening, ${megabytes(memory.after)} after`,
    ...conditionLines(report),
  ].join('\n');
}
