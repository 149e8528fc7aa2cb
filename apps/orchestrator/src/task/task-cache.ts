import type { RecordedEvent } from '@octobus/event-log';
import type { Task } from '@octobus/task';

/** A task as last folded. */
export interface KnownTask {
  readonly task: Task;
  /** Sequence of the last event under the task's flow: what the next append expects. Every decision up to it has its dispatches in the log. */
  readonly flow: number;
  /** The first event of a newer release that a decision would have to know. */
  readonly unread?: RecordedEvent;
}

/** Folded tasks by prefix, least recently used thrown out. Losing one costs a load; a stale one loses its append and is loaded again. */
export class TaskCache {
  private readonly tasks = new Map<string, KnownTask>();
  private readonly capacity: number;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get(prefix: string): KnownTask | undefined {
    const known = this.tasks.get(prefix);
    if (known !== undefined) this.put(prefix, known);
    return known;
  }

  put(prefix: string, known: KnownTask): void {
    this.tasks.delete(prefix);
    this.tasks.set(prefix, known);
    if (this.tasks.size <= this.capacity) return;
    const oldest = this.tasks.keys().next();
    if (!oldest.done) this.tasks.delete(oldest.value);
  }

  /** Tasks of one tenant about one person: what is known of them holds their content. */
  forget(tenant: string, dataSubject: string): void {
    for (const [prefix, { task }] of this.tasks) {
      if (task.situation === 'open' && task.dataSubject === dataSubject && prefix.split('.')[2] === tenant) this.tasks.delete(prefix);
    }
  }

  drop(prefix: string): void {
    this.tasks.delete(prefix);
  }
}
