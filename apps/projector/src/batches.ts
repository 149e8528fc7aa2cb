import { setImmediate as nextTurn } from 'node:timers/promises';

/** The events from a sequence on without a gap, each once; `events` ascend and may repeat. Empty when that sequence is not the first. */
export function contiguousRun<T extends { readonly sequence: number }>(events: readonly T[], from: number): readonly T[] {
  const run: T[] = [];
  for (const event of events) {
    const next = from + run.length;
    if (event.sequence > next) break;
    if (event.sequence === next) run.push(event);
  }
  return run;
}

/**
 * Turns each item of small batches into another and joins them to batches of at least `size`, the last one excepted. Others have their turn between two
 * small batches: answers of Postgres to the batch before, above all.
 */
export async function* gathered<T, U>(
  batches: AsyncIterable<readonly T[]>,
  size: number,
  turn: (item: T) => U,
): AsyncGenerator<readonly U[]> {
  let held: U[] = [];
  for await (const batch of batches) {
    for (const item of batch) held.push(turn(item));
    await nextTurn();
    if (held.length < size) continue;
    yield held;
    held = [];
  }
  if (held.length > 0) yield held;
}

/** Asks for the next batch while the consumer is at work with the last one. */
export async function* readAhead<T>(batches: AsyncIterable<T>): AsyncGenerator<T> {
  const source = batches[Symbol.asyncIterator]();
  const ask = () => {
    const asked = source.next();
    asked.catch(() => undefined);
    return asked;
  };
  try {
    for (let asked = ask(); ;) {
      const answer = await asked;
      if (answer.done === true) return;
      asked = ask();
      yield answer.value;
    }
  } finally {
    await source.return?.();
  }
}
