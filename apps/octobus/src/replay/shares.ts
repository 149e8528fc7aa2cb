/** What one thread folds of one stream: those of its shards whose number in the stream is `index` modulo `of`. */
export interface Share {
  readonly stream: string;
  /** Streams that the log is spread over. */
  readonly streams: number;
  readonly index: number;
  readonly of: number;
}

/**
 * Divides a log among threads. With several streams a thread has whole ones. One stream is read by each thread as a whole, because a filter costs
 * nats-server more than skipping costs here, and one processor is left to nats-server.
 */
export function sharesOf(streams: readonly string[], processors: number): readonly (readonly Share[])[] {
  const whole = (stream: string): Share => ({ stream, streams: streams.length, index: 0, of: 1 });
  if (streams.length > 1) {
    const threads = Math.min(streams.length, Math.max(1, processors));
    return Array.from({ length: threads }, (_, thread) => streams.filter((_name, i) => i % threads === thread).map(whole));
  }
  const threads = Math.max(1, processors - 1);
  return Array.from({ length: threads }, (_, index) => streams.map((stream) => ({ ...whole(stream), index, of: threads })));
}

/** Undefined: every event of the stream. */
export function wantedBy({ streams, index, of }: Share): ((subject: string) => boolean) | undefined {
  if (of === 1) return undefined;
  return (subject) => Math.floor(Number.parseInt(subject.slice(4, 6), 16) / streams) % of === index;
}
