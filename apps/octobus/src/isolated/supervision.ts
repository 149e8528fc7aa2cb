import { until } from '@octobus/stack';
import type { StackEvent } from '../dev/events.ts';

export interface ReadyService {
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const PAUSE_MS = 20;

/** Hears what the supervisor of a stack does with the processes of its services. */
export class Supervision {
  private readonly ready = new Map<string, ReadyService>();

  take(event: StackEvent): void {
    if (event.kind === 'child' && event.event.kind === 'ready') this.ready.set(event.event.name, { pid: event.event.pid, at: Date.now() });
  }

  /** The process of a service that was ready last. */
  readyOf = (service: string): ReadyService | undefined => this.ready.get(service);

  /** The process that came after another one; undefined when none does within the time. */
  async successorOf(service: string, pid: number, withinMs: number): Promise<ReadyService | undefined> {
    const successor = (): ReadyService | undefined => {
      const ready = this.ready.get(service);
      return ready === undefined || ready.pid === pid ? undefined : ready;
    };
    return until(successor, { withinMs, pauseMs: PAUSE_MS });
  }
}
