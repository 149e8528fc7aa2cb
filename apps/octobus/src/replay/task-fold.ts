import { type RecordedEvent, UnknownTypes } from '@octobus/event-log';
import { type Task, evolve, noTask, stateOf, toTaskEvent } from '@octobus/task';

/** What came out of folding many tasks. */
export interface FoldCounts {
  readonly events: number;
  readonly tasks: number;
  readonly states: Readonly<Record<string, number>>;
  /** Events of types that this release does not know, by type. */
  readonly unknown: Readonly<Record<string, number>>;
}

/** Every task of the events that it is given, folded as `octobus replay` folds one. */
export class TaskFold {
  private readonly tasks = new Map<string, Task>();
  private readonly unknown = new UnknownTypes();
  private events = 0;

  add(events: readonly RecordedEvent[]): void {
    this.events += events.length;
    for (const event of events) {
      this.unknown.add(event);
      const { aggregate, tenant, id } = event.address;
      const fact = aggregate === 'task' ? toTaskEvent(event) : undefined;
      if (fact === undefined) continue;
      const name = `${tenant}.${id}`;
      this.tasks.set(name, evolve(this.tasks.get(name) ?? noTask, fact));
    }
  }

  get counts(): FoldCounts {
    const states: Record<string, number> = {};
    for (const task of this.tasks.values()) states[stateOf(task)] = (states[stateOf(task)] ?? 0) + 1;
    return { events: this.events, tasks: this.tasks.size, states, unknown: this.unknown.byType };
  }
}

/** Counts of parts that have no task in common. */
export const joinedCounts = (all: readonly FoldCounts[]): FoldCounts => ({
  events: sumOf(all.map(({ events }) => events)),
  tasks: sumOf(all.map(({ tasks }) => tasks)),
  states: joined(all.map(({ states }) => states)),
  unknown: joined(all.map(({ unknown }) => unknown)),
});

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0);

function joined(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const one of all) for (const [name, n] of Object.entries(one)) sums[name] = (sums[name] ?? 0) + n;
  return sums;
}
