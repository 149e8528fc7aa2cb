import { toHeaders } from '@octobus/contracts';
import { InMemoryEventLog, type RecordedEvent } from '@octobus/event-log';

/** A log that a test writes message by message, with the times that its events say. */
export class PlantedLog extends InMemoryEventLog {
  readonly #time: { now: number };

  constructor() {
    const time = { now: 0 };
    super({ clock: () => time.now });
    this.#time = time;
  }

  /** Sequences must follow on those that are there. */
  plantAll(events: readonly RecordedEvent[]): this {
    for (const { subject, envelope, body, sequence, storedAt } of events) {
      this.#time.now = storedAt;
      const given = this.plant(subject, toHeaders(envelope), JSON.stringify(body.data));
      if (given !== sequence) throw new RangeError(`event ${sequence} became ${given}`);
    }
    return this;
  }

  /** Something that is no event: readers drop it, and its sequence is missing for good. */
  plantGarbage(): number {
    return this.plant('evt.00.acme.task.x.flow.end', [], 'no event');
  }
}
