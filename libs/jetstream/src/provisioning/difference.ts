import { STREAMS } from '@octobus/contracts';
import type { DurableSettings } from './durables.ts';
import type { StreamSettings } from './streams.ts';

/** What has to be done so that something is as wanted. `refuse` names every field whose change would lose data (safe changes beside it are not listed). */
export type Difference =
  | { readonly kind: 'none' }
  | { readonly kind: 'create' }
  | { readonly kind: 'update'; readonly fields: readonly string[] }
  | { readonly kind: 'refuse'; readonly fields: readonly string[] };

/** True when going from `actual` to `wanted` may lose data, or is something the server can't do in place. Only asked when they differ. */
type Risk<T> = (wanted: T, actual: T) => boolean;
type Risks<S> = { readonly [Field in keyof S]: Risk<S[Field]> };

const never = (): boolean => false;
const always = (): boolean => true;
const turnedOn = (wanted: boolean): boolean => wanted;
const turnedOff = (wanted: boolean): boolean => !wanted;
const unlimited = (n: number): number => (n <= 0 ? Number.POSITIVE_INFINITY : n);
const smaller = (wanted: number, actual: number): boolean => unlimited(wanted) < unlimited(actual);
const narrower = (wanted: readonly string[], actual: readonly string[]): boolean => actual.some((subject) => !wanted.includes(subject));

/** Counters, TTL and schedules can't be turned off again by the server and let a publisher remove messages: never changed in place. */
const STREAM_RISKS: Risks<StreamSettings> = {
  name: always,
  subjects: narrower,
  storage: always,
  retention: always,
  discard: (wanted) => wanted === 'old',
  discard_new_per_subject: turnedOff,
  max_msgs: smaller,
  max_msgs_per_subject: smaller,
  max_bytes: smaller,
  max_age: smaller,
  max_msg_size: smaller,
  max_consumers: always,
  num_replicas: smaller,
  duplicate_window: never,
  deny_delete: turnedOff,
  deny_purge: turnedOff,
  sealed: always,
  allow_direct: never,
  allow_rollup_hdrs: turnedOn,
  allow_msg_ttl: always,
  allow_msg_schedules: always,
  allow_msg_counter: always,
  allow_atomic: never,
  sources: never,
  republish: never,
};

/** A durable's position is what may get lost: it lives and dies with these. */
const DURABLE_RISKS: Risks<DurableSettings> = {
  stream: always,
  name: always,
  filter_subjects: never,
  ack_policy: always,
  deliver_policy: always,
  replay_policy: always,
  ack_wait: never,
  max_ack_pending: never,
  max_deliver: never,
  headers_only: never,
};

function compare<S extends object>(risks: Risks<S>, wanted: S, actual: S | undefined): Difference {
  if (actual === undefined) return { kind: 'create' };
  const fields = (Object.keys(risks) as (keyof S & string)[]).filter((field) => !same(wanted[field], actual[field]));
  const risky = fields.filter((field) => risks[field](wanted[field], actual[field]));
  if (risky.length > 0) return { kind: 'refuse', fields: risky };
  return fields.length > 0 ? { kind: 'update', fields } : { kind: 'none' };
}

/** Lists of subjects are sets; everything else is compared as it stands. */
function same(a: unknown, b: unknown): boolean {
  const text = (value: unknown) => JSON.stringify(isStrings(value) ? [...new Set(value)].toSorted() : value);
  return text(a) === text(b);
}

const isStrings = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every((item) => typeof item === 'string');

/** Dead letters are let go of, oldest first, anyway: a limit of theirs may be set in place. */
const LETTER_RISKS: Risks<StreamSettings> = { ...STREAM_RISKS, max_bytes: never };

export const streamDifference = (wanted: StreamSettings, actual: StreamSettings | undefined): Difference =>
  compare(wanted.name === STREAMS.deadLetters ? LETTER_RISKS : STREAM_RISKS, wanted, actual);

export const durableDifference = (wanted: DurableSettings, actual: DurableSettings | undefined): Difference =>
  compare(DURABLE_RISKS, wanted, actual);
