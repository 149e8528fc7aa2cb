import type { Appended, EventLog, Expectation, NewEvent, RecordedEvent } from '@octobus/event-log';

/** What is done with events on their way. At once, wherever there is nothing to wait for: most events need no key, and most keys are held. */
export interface OnTheWay {
  sealed(event: NewEvent): NewEvent | Promise<NewEvent>;
  opened(event: RecordedEvent): RecordedEvent | Promise<RecordedEvent>;
}

/** A log as whoever writes and reads content sees it; the log behind it holds content sealed. */
export class SealingEventLog implements EventLog {
  private readonly log: EventLog;
  private readonly onTheWay: OnTheWay;

  constructor(log: EventLog, onTheWay: OnTheWay) {
    this.log = log;
    this.onTheWay = onTheWay;
  }

  /** Rejects, as every other failure of an append does, when the key can't be had. */
  async append(event: NewEvent, expected: Expectation): Promise<Appended> {
    const sealed = this.onTheWay.sealed(event);
    return this.log.append(sealed instanceof Promise ? await sealed : sealed, expected);
  }

  async load(filters: readonly string[], options?: { readonly atLeast?: number }): Promise<readonly RecordedEvent[]> {
    return openEach(await this.log.load(filters, options), this.onTheWay.opened);
  }

  async last(subject: string): Promise<RecordedEvent | undefined> {
    const event = await this.log.last(subject);
    return event && this.onTheWay.opened(event);
  }

  async *read(filter: string, from: number): AsyncIterable<readonly RecordedEvent[]> {
    for await (const events of this.log.read(filter, from)) yield await openEach(events, this.onTheWay.opened);
  }

  lastSequence(options?: { readonly atLeast?: number }): Promise<number> {
    return this.log.lastSequence(options);
  }
}

/** One after another; waits only where a key has to be asked for. */
export async function openEach(events: readonly RecordedEvent[], open: OnTheWay['opened']): Promise<readonly RecordedEvent[]> {
  const opened: RecordedEvent[] = [];
  for (const event of events) {
    const one = open(event);
    opened.push(one instanceof Promise ? await one : one);
  }
  return opened;
}
