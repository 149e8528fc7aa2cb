/** What stands under a key, as it was seen. */
export interface Held {
  readonly value: string;
  /** The store's own word for this state, if it has one. */
  readonly revision: number;
}

/**
 * Small values that all replicas of a service share and that may be gone at any moment: after a restart of the store, when it is full, when their time
 * is over. Nothing may depend on them but speed and fairness; the log is the record.
 *
 * Keys are 1 to 64 of `[a-z0-9-]`, values text of at most `MOST_VALUE_CHARS` ASCII characters. A write is seen by every read that begins after it has
 * resolved, except on a cluster, where a read may be some milliseconds behind; `swap` never acts on what is behind.
 * Faults: `volatile-unavailable` (retryable): no answer within about half a second, and what was asked may have been done all the same;
 * `volatile-refused`. Both within a second: a store that is down must not hold up its users.
 */
export interface VolatileStore {
  /** Undefined: nothing stands there, or no longer. */
  get(key: string): Promise<Held | undefined>;
  /** Whatever stood there. Gone `ttlMs` later, or up to a second after that. */
  set(key: string, value: string, ttlMs: number): Promise<void>;
  /** Writes only while that stands there which the caller has seen (undefined: nothing); undefined when it doesn't. One of several at once wins. */
  swap(key: string, seen: Held | undefined, value: string, ttlMs: number): Promise<Held | undefined>;
  close(): Promise<void>;
}

export const MOST_VALUE_CHARS = 4_096;
/** The longest that anything is kept, one day. */
export const MOST_TTL_MS = 24 * 3_600_000;

const KEY = /^[a-z0-9-]{1,64}$/;

/** For adapters. Throws RangeError for what would act in a subject, or is too large. */
export function assertFits(key: string, value = ''): void {
  if (!KEY.test(key)) throw new RangeError('a key of the volatile store is 1 to 64 of a-z, 0-9 and -');
  if (value.length > MOST_VALUE_CHARS) throw new RangeError(`a value of the volatile store has at most ${MOST_VALUE_CHARS} characters`);
}
