import { STREAMS } from './subjects.ts';

/** One of the streams that the log is spread over. */
export interface LogStream {
  readonly name: string;
  readonly subjects: readonly string[];
}

/** How many streams a log can be spread over; each takes as many shards as the others. */
export const LOG_STREAM_COUNTS = [1, 2, 4, 8] as const;
export type LogStreamCount = (typeof LOG_STREAM_COUNTS)[number];

const SHARDS = 64;

export const isLogStreamCount = (count: number): count is LogStreamCount => (LOG_STREAM_COUNTS as readonly number[]).includes(count);

/** `EVENTS`, `EVENTS1`, ... A shard lives in the stream of its number modulo the count, for ever. Architecture decision 0009. */
export const logStreams = (count: LogStreamCount): readonly LogStream[] => LAYOUTS[count];

const layout = (count: number): readonly LogStream[] =>
  Array.from({ length: count }, (_, index) => ({
    name: index === 0 ? STREAMS.events : `${STREAMS.events}${index}`,
    subjects: subjectsOf(index, count),
  }));

const subjectsOf = (index: number, count: number): readonly string[] =>
  count === 1 ? ['evt.>'] : Array.from({ length: SHARDS / count }, (_, i) => `evt.${hex(index + i * count)}.>`);

const hex = (shard: number): string => shard.toString(16).padStart(2, '0');

const LAYOUTS: Readonly<Record<LogStreamCount, readonly LogStream[]>> = { 1: layout(1), 2: layout(2), 4: layout(4), 8: layout(8) };

/** The place of its stream among `logStreams` for an event's subject or a filter; undefined where the filter's shard is a wildcard. */
export function logStreamIndex(subject: string, count: number): number | undefined {
  if (count === 1) return 0;
  const shard = SHARD_OF.exec(subject)?.[1];
  return shard === undefined ? undefined : Number.parseInt(shard, 16) % count;
}

const SHARD_OF = /^evt\.([0-9a-f]{2})\./;

/** The stream that an event of this subject is in. */
export const logStreamOf = (subject: string, count: LogStreamCount): string =>
  logStreams(count)[logStreamIndex(subject, count) ?? 0]?.name ?? STREAMS.events;
