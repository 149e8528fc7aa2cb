import type { EventLog } from '@octobus/event-log';
import type { LogPart } from '@octobus/jetstream';

export interface LogRead {
  readonly events: number;
  readonly seconds: number;
}

const EVERYTHING = 'evt.>';

/** Reads every event of the log, checked and decoded. */
export async function readAll(log: EventLog): Promise<LogRead> {
  const began = performance.now();
  let events = 0;
  for await (const batch of log.read(EVERYTHING, 1)) events += batch.length;
  return { events, seconds: (performance.now() - began) / 1000 };
}

/** The projector's own class, without its consumer: what it folds into an empty database when it starts. */
interface ProjectorModule {
  readonly Projector: new (options: {
    readonly db: unknown;
    readonly log: EventLog;
    readonly stream: string;
    readonly streams: readonly string[];
  }) => {
    readonly progress: { readonly events: number; readonly transactions: number };
    start(): Promise<void>;
  };
}

export async function projectAll(parts: readonly LogPart[], db: unknown): Promise<LogRead & { readonly transactions: number }> {
  const place = new URL('./projector.js', import.meta.resolve('@octobus/projector/service'));
  const { Projector } = (await import(place.href)) as ProjectorModule;
  const streams = parts.map(({ stream }) => stream);
  const projectors = parts.map((part) => new Projector({ db, ...part, streams }));
  const began = performance.now();
  await Promise.all(projectors.map((projector) => projector.start()));
  const seconds = (performance.now() - began) / 1000;
  const sum = (what: 'events' | 'transactions'): number => projectors.reduce((total, { progress }) => total + progress[what], 0);
  return { events: sum('events'), seconds, transactions: sum('transactions') };
}
