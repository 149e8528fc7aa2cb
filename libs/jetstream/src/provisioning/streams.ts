import {
  type LogStream,
  type LogStreamCount,
  STREAMS,
  type SubjectTransform,
  TIMER_SUBJECTS,
  VOLATILE_BUCKETS,
  type VolatileBucket,
  firedTransforms,
  logStreams,
  volatileSubject,
} from '@octobus/contracts';

/** What a stream takes from another one: messages under a filter as they are, or each under the subject that a transform makes. */
export type StreamSourceSetting =
  | { readonly name: string; readonly filter_subject: string }
  | { readonly name: string; readonly subject_transforms: readonly SubjectTransform[] };

/** What we set of a stream, in the server's own words; times in nanoseconds, -1 (0 for ages) is no limit. Whatever isn't here stays as the operator set it. */
export interface StreamSettings {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly storage: 'file' | 'memory';
  readonly retention: 'limits' | 'interest' | 'workqueue';
  readonly discard: 'old' | 'new';
  readonly discard_new_per_subject: boolean;
  readonly max_msgs: number;
  readonly max_msgs_per_subject: number;
  readonly max_bytes: number;
  readonly max_age: number;
  readonly max_msg_size: number;
  readonly max_consumers: number;
  readonly num_replicas: number;
  readonly duplicate_window: number;
  readonly deny_delete: boolean;
  readonly deny_purge: boolean;
  readonly sealed: boolean;
  readonly allow_direct: boolean;
  readonly allow_rollup_hdrs: boolean;
  readonly allow_msg_ttl: boolean;
  readonly allow_msg_schedules: boolean;
  readonly allow_msg_counter: boolean;
  readonly allow_atomic: boolean;
  readonly sources: readonly StreamSourceSetting[];
  readonly republish: { readonly src: string; readonly dest: string } | null;
}

const DAY = 24 * 3600 * 1e9;

const PLAIN: Omit<StreamSettings, 'name' | 'subjects'> = {
  storage: 'file',
  retention: 'limits',
  discard: 'old',
  discard_new_per_subject: false,
  max_msgs: -1,
  max_msgs_per_subject: -1,
  max_bytes: -1,
  max_age: 0,
  max_msg_size: -1,
  max_consumers: -1,
  num_replicas: 1,
  duplicate_window: 120e9,
  deny_delete: false,
  deny_purge: false,
  sealed: false,
  allow_direct: true,
  allow_rollup_hdrs: false,
  allow_msg_ttl: false,
  allow_msg_schedules: false,
  allow_msg_counter: false,
  allow_atomic: false,
  sources: [],
  republish: null,
};

/**
 * A stream with a source has no dedupe by message id; a window of 0 alone becomes two minutes (nats-server 2.15, `accounts-hold`).
 * Dedupe is shared by all writers: one could make another's message vanish as a "duplicate".
 */
const WITHOUT_DEDUPE = { duplicate_window: 0, sources: [{ name: STREAMS.deadLetters, filter_subject: 'never.matches' }] };

/** The log takes fired timers as events. A source with a transform can't be given a subject by whoever sets a timer, and it turns dedupe off as well. */
const withTimers = (subjects: readonly string[]) => ({
  duplicate_window: 0,
  sources: [{ name: STREAMS.timers, subject_transforms: firedTransforms(subjects) }],
});

/** Commands of one tenant and verb that may wait for screening; further ones are refused, so no tenant can fill the stream for others. */
export const INGRESS_PER_SUBJECT = 1000;

/** One stream of the log. */
const logStream = ({ name, subjects }: LogStream): StreamSettings => ({
  ...PLAIN,
  ...withTimers(subjects),
  name,
  subjects,
  discard: 'new',
  deny_delete: true,
  republish: { src: '>', dest: 'pub.>' },
});

/** Keys that a bucket holds; beyond, the oldest is let go of: nobody can fill it for others. */
const VOLATILE_KEYS = 100_000;

/** In memory: a file would cost an fsync a write. A restart of the server loses stream and all; it is made anew as a lost stream is. */
const volatileBucket = (bucket: VolatileBucket): StreamSettings => ({
  ...PLAIN,
  name: VOLATILE_BUCKETS[bucket],
  subjects: [volatileSubject(bucket, '*')],
  storage: 'memory',
  max_msgs: VOLATILE_KEYS,
  max_msgs_per_subject: 1,
  max_msg_size: 8 * 1024,
  max_age: DAY,
  allow_msg_ttl: true,
});

/** Every stream but the log's, in the order in which they must be created (the source of a stream before it). */
const OTHERS: readonly StreamSettings[] = [
  { ...PLAIN, name: STREAMS.deadLetters, subjects: ['dlq.>'], max_msgs: 100_000, max_age: 30 * DAY },
  {
    ...PLAIN,
    name: STREAMS.content,
    subjects: ['blob.*.*'],
    max_msgs_per_subject: 1,
    discard: 'new',
    discard_new_per_subject: true,
    deny_delete: true,
  },
  {
    // A key that is wrapped anew stands beside the old one for a moment, until that is deleted: the limit of one would drop it unerased.
    ...PLAIN,
    name: STREAMS.keys,
    subjects: ['key.*.*'],
    max_msgs_per_subject: 2,
  },
  {
    ...PLAIN,
    ...WITHOUT_DEDUPE,
    name: STREAMS.ingress,
    subjects: ['ingress.*.*'],
    retention: 'workqueue',
    max_msgs_per_subject: INGRESS_PER_SUBJECT,
    discard: 'new',
    discard_new_per_subject: true,
  },
  {
    ...PLAIN,
    name: STREAMS.timers,
    subjects: TIMER_SUBJECTS,
    max_msgs_per_subject: 1,
    allow_rollup_hdrs: true,
    allow_msg_schedules: true,
    allow_msg_ttl: true,
  },
  volatileBucket('limits'),
  volatileBucket('cache'),
];

/** Every stream of the bus with a log spread over so many, in the order in which they must be created. */
export const streamSettings = (count: LogStreamCount): readonly StreamSettings[] =>
  deepFreeze([...OTHERS, ...logStreams(count).map(logStream)]);

/** With the log in one stream. */
export const STREAM_SETTINGS: readonly StreamSettings[] = streamSettings(1);

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
