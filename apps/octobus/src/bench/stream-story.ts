import type { Heard } from './stream-listener.ts';

/** What all clients of one stream have heard, held against the task's events. */
export interface Hearing {
  readonly clients: number;
  readonly events: number;
  /** Clients that heard every event once, in order, and the end. */
  readonly whole: number;
  /** Deliveries of events that were appended while their client listened. */
  readonly live: number;
  /** From the append of an event (the log's time, whole milliseconds, so up to 1 ms too long) to each client having it. */
  readonly latencies: readonly number[];
  /** From the first client having an event to the last one. */
  readonly spreads: readonly number[];
}

/** `appendedAt`: when the log stored each event, milliseconds since 1970, by sequence, ascending. */
export function hearingOf(appendedAt: ReadonlyMap<number, number>, heard: readonly Heard[]): Hearing {
  const sequences = [...appendedAt.keys()];
  const latencies: number[] = [];
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  for (const one of heard) {
    for (const [i, sequence] of one.sequences.entries()) {
      const at = one.times[i] ?? 0;
      const appended = appendedAt.get(sequence);
      if (appended === undefined || appended < one.openedAt) continue;
      latencies.push(at - appended);
      first.set(sequence, Math.min(first.get(sequence) ?? at, at));
      last.set(sequence, Math.max(last.get(sequence) ?? at, at));
    }
  }
  const isWhole = ({ sequences: got, end }: Heard): boolean =>
    end !== undefined && got.length === sequences.length && got.every((sequence, i) => sequence === sequences[i]);
  return {
    clients: heard.length,
    events: sequences.length,
    whole: heard.filter(isWhole).length,
    live: latencies.length,
    latencies,
    spreads: [...last].map(([sequence, at]) => at - (first.get(sequence) ?? at)),
  };
}
