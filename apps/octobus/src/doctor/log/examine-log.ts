import { type LogStreamCount, logStreams } from '@octobus/contracts';
import { type Bus, type LogMarker, type LogState, JetStreamEventLog, gapIn, readLogStates, readLogStreamCount } from '@octobus/jetstream';

/** What a look at every event of a log gives. */
export interface LogFinding {
  readonly states: readonly LogState[];
  /** Events that could be read, of all that the streams say they hold. */
  readonly readable: number;
  readonly held: number;
  /** Messages whose envelope doesn't fit their subject: readers ignore them. */
  readonly misfits: number;
  /** Events of a newer release: readers skip them. */
  readonly newer: number;
  /** What is missing by what is known of the log apart from it, in one sentence. */
  readonly missing?: string;
}

/** Reads the whole log, over a connection of the platform's own account, and holds it against its markers. Faults of the log's adapters. */
export async function examineLog(bus: Bus, markers: readonly LogMarker[]): Promise<LogFinding> {
  const count = (markers.length > 0 ? markers.length : await readLogStreamCount(bus.connection)) as LogStreamCount;
  const states = await readLogStates(bus.connection, { logStreams: count });
  const seen = { readable: 0, misfits: 0, newer: 0 };
  for (const { name } of logStreams(count).filter((stream) => states.some((state) => state.stream === stream.name)))
    await readThrough(bus, name, seen);
  const held = states.reduce((sum, { firstSequence, lastSequence, deleted }) => sum + lastSequence - firstSequence + 1 - deleted, 0);
  const missing = whatIsMissing(markers, states) ?? unreadable(held, seen.readable);
  return { states, held, ...seen, ...(missing === undefined ? {} : { missing }) };
}

async function readThrough(bus: Bus, stream: string, seen: { readable: number; misfits: number; newer: number }): Promise<void> {
  const log = new JetStreamEventLog(bus, {
    stream,
    tries: 2,
    onDropped: () => void seen.misfits++,
    onUnknown: () => void seen.newer++,
  });
  for await (const events of log.read('evt.>', 1)) seen.readable += events.length;
  seen.readable += log.dropped;
}

function whatIsMissing(markers: readonly LogMarker[], states: readonly LogState[]): string | undefined {
  const gap = gapIn(markers, states);
  return gap === undefined ? undefined : `${gap.stream} is not whole: ${gap.missing}`;
}

const unreadable = (held: number, readable: number): string | undefined =>
  readable < held ? `${held - readable} of its ${held} events can't be read` : undefined;
