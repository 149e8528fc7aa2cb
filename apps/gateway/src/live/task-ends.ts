import { type AggregateAddress, facet, taskPrefix } from '@octobus/contracts';
import type { EventLog, RecordedEvent } from '@octobus/event-log';

/** Live filter of what `TaskEnds` has to hear, beside the rejections among the requests. */
export const TASK_ENDS_FILTER = `evt.*.*.task.*.${facet.end}`;

export interface AwaitedEnd {
  /** Sequence of the event that ended the task. Faults of the log. */
  readonly ended: Promise<number>;
  /** Looks the end up: for a task that may have ended before anybody waited. */
  lookUp(): Promise<void>;
  stop(): void;
}

interface Waiting {
  readonly endSubject: string;
  readonly end: PromiseWithResolvers<number>;
}

/**
 * Tells those who wait that a task has ended: one subscription for all tasks and nothing to read, where following one task costs a subscription and
 * two readings of it. Whoever begins to wait before the task is submitted misses nothing.
 */
export class TaskEnds {
  private readonly waiting = new Map<string, Set<Waiting>>();
  private readonly log: Pick<EventLog, 'last'>;

  constructor(log: Pick<EventLog, 'last'>) {
    this.log = log;
  }

  /** For the live feeds of `TASK_ENDS_FILTER` and of requests. */
  seen({ address, sequence, body }: RecordedEvent): void {
    if (address.facet.join('.') !== facet.end && body.type !== 'task.rejected.v1') return;
    for (const { end } of this.waiting.get(nameOf(address)) ?? []) end.resolve(sequence);
  }

  /** The feed may have missed something: all that is waited for is looked up. */
  missed(): void {
    for (const those of this.waiting.values()) for (const one of those) void this.lookUp(one);
  }

  wait(tenant: string, task: string): AwaitedEnd {
    const name = nameOf({ tenant, id: task });
    const one: Waiting = { endSubject: `${taskPrefix(tenant, task)}.${facet.end}`, end: Promise.withResolvers() };
    one.end.promise.catch(() => undefined);
    const those = this.waiting.get(name) ?? new Set();
    this.waiting.set(name, those.add(one));
    return {
      ended: one.end.promise,
      lookUp: () => this.lookUp(one),
      stop: () => {
        those.delete(one);
        if (those.size === 0 && this.waiting.get(name) === those) this.waiting.delete(name);
      },
    };
  }

  get tasks(): number {
    return this.waiting.size;
  }

  private async lookUp({ endSubject, end }: Waiting): Promise<void> {
    try {
      const event = await this.log.last(endSubject);
      if (event !== undefined) end.resolve(event.sequence);
    } catch (error) {
      end.reject(error);
    }
  }
}

const nameOf = ({ tenant, id }: Pick<AggregateAddress, 'tenant' | 'id'>): string => `${tenant}.${id}`;
