import { parseEventSubject } from '@octobus/contracts';
import type { Appended, EventLog, Expectation, NewEvent, RecordedEvent } from '@octobus/event-log';

/** What is done with events on their way. */
export interface OnTheWay {
  sealed(event: NewEvent, address: RecordedEvent['address']): Promise<NewEvent>;
  opened(event: RecordedEvent): Promise<RecordedEvent>;
}

/** A log as whoever writes and reads content sees it; the log behind it holds content sealed. */
export class SealingEventLog implements EventLog {
  private readonly log: EventLog;
  private readonly onTheWay: OnTheWay;

  constructor(log: EventLog, onTheWay: OnTheWay) {
    this.log = log;
    this.onTheWay = onTheWay;
  }

  async append(event: NewEvent, expected: Expectation): Promise<Appended> {
    const address = parseEventSubject(event.subject);
    const sealed = address === undefined ? event : await this.onTheWay.sealed(event, address);
    return this.log.append(sealed, expected);
  }

  async load(filters: readonly string[], options?: { readonly atLeast?: number }): Promise<readonly RecordedEvent[]> {
    return this.opened(await this.log.load(filters, options));
  }

  async last(subject: string): Promise<RecordedEvent | undefined> {
    const event = await this.log.last(subject);
    return event && this.onTheWay.opened(event);
  }

  async *read(filter: string, from: number): AsyncIterable<readonly RecordedEvent[]> {
    for await (const events of this.log.read(filter, from)) yield this.opened(events);
  }

  lastSequence(options?: { readonly atLeast?: number }): Promise<number> {
    return this.log.lastSequence(options);
  }

  private opened(events: readonly RecordedEvent[]): Promise<readonly RecordedEvent[]> {
    return Promise.all(events.map((event) => this.onTheWay.opened(event)));
  }
}
