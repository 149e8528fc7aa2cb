import type { LogPart } from '@octobus/event-log';
import { type Task, evolve, noTask, stateOf, toTaskEvent } from '@octobus/task';

export interface FoldedLog {
  readonly events: number;
  readonly seconds: number;
  readonly tasks: number;
  readonly states: Readonly<Record<string, number>>;
  /** Events of types that this release does not know, by type. */
  readonly unknown: Readonly<Record<string, number>>;
}

const EVERYTHING = 'evt.>';

/** Reads every event and folds every task, as `octobus replay` folds one. */
export async function foldAll(parts: readonly Pick<LogPart, 'log'>[]): Promise<FoldedLog> {
  const began = performance.now();
  const unknown: Record<string, number> = {};
  const states: Record<string, number> = {};
  let [events, count] = [0, 0];
  for (const { log } of parts) {
    const tasks = new Map<string, Task>();
    for await (const batch of log.read(EVERYTHING, 1)) {
      events += batch.length;
      for (const event of batch) {
        const { aggregate, tenant, id } = event.address;
        if (event.body.type === 'unknown') unknown[event.envelope.type] = (unknown[event.envelope.type] ?? 0) + 1;
        const fact = aggregate === 'task' ? toTaskEvent(event) : undefined;
        if (fact === undefined) continue;
        const name = `${tenant}.${id}`;
        tasks.set(name, evolve(tasks.get(name) ?? noTask, fact));
      }
    }
    count += tasks.size;
    for (const task of tasks.values()) states[stateOf(task)] = (states[stateOf(task)] ?? 0) + 1;
  }
  return { events, seconds: (performance.now() - began) / 1000, tasks: count, states, unknown };
}
