import { type EventLog, type RecordedEvent, matchesFilter } from '@octobus/event-log';
import { logStreamOf } from '@octobus/contracts';
import { type Bus, LiveFeed, logParts, readLogStreamCount, wholeLog } from '@octobus/jetstream';

/** What became of the log, held against what was heard of it while it was written. */
export interface LogFindings {
  readonly events: number;
  /** Heard, and not in the log at that sequence any more. */
  readonly lost: number;
  /** Subjects with more than one event: each has one of its own. */
  readonly twice: number;
  /** Ends of each task. */
  readonly ends: ReadonlyMap<string, readonly string[]>;
  /** Outcomes of steps, of each task. */
  readonly outcomes: ReadonlyMap<string, number>;
}

export interface LogWitness {
  /** Reads the whole log. Over a connection that may. */
  compare(): Promise<LogFindings>;
  close(): void;
}

/** Hears every event of a tenant as it is stored. */
export async function witnessLog(bus: Bus, tenant: string, admin: Bus): Promise<LogWitness> {
  const count = await readLogStreamCount(admin.connection);
  const placeOf = ({ subject, sequence }: RecordedEvent): string => `${logStreamOf(subject, count)} ${sequence}`;
  const heard = new Map<string, string>();
  const feed = new LiveFeed(bus, {
    filter: `evt.*.${tenant}.>`,
    onEvent: (event) => void heard.set(placeOf(event), event.envelope.id),
    onGap: () => undefined,
  });
  await feed.established();
  return { compare: () => compare(wholeLog(logParts(admin, count)), heard, placeOf), close: () => feed.close() };
}

const OUTCOME = 'evt.*.*.task.*.arm.*.*.*.done';

async function compare(log: EventLog, heard: ReadonlyMap<string, string>, placeOf: (event: RecordedEvent) => string): Promise<LogFindings> {
  const seen = new Set<string>();
  const subjects = new Set<string>();
  const ends = new Map<string, string[]>();
  const outcomes = new Map<string, number>();
  let events = 0;
  const take = (event: RecordedEvent): void => {
    const { id, facet } = event.address;
    events++;
    subjects.add(event.subject);
    if (heard.get(placeOf(event)) === event.envelope.id) seen.add(placeOf(event));
    if (facet.join('.') === 'flow.end') ends.set(id, [...(ends.get(id) ?? []), event.body.type]);
    if (matchesFilter(OUTCOME, event.subject)) outcomes.set(id, (outcomes.get(id) ?? 0) + 1);
  };
  for await (const batch of log.read('evt.>', 1)) batch.forEach(take);
  return { events, lost: heard.size - seen.size, twice: events - subjects.size, ends, outcomes };
}
