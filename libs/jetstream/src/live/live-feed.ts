import { liveSubject } from '@octobus/contracts';
import { type RecordedEvent, type StoredMessage, toRecordedEvent } from '@octobus/event-log';
import type { Msg } from '@nats-io/transport-node';
import type { Bus } from '../connect.ts';
import { headersOf } from '../header-block.ts';

export interface LiveFeedOptions {
  /** Filter of event subjects, e.g. `evt.*.acme.task.>`. */
  readonly filter: string;
  readonly onEvent: (event: RecordedEvent) => void;
  /** Events may have been missed: load from the log what is behind the last one seen. `refused`: the feed has ended, this account may not hear it. */
  /** Told of what `onEvent` throws: a defect. */
  readonly onDefect?: (error: unknown, event: RecordedEvent) => void;
  readonly onGap: (reason: 'reconnected' | 'refused') => void;
}

/**
 * What the log republishes, as it is stored: at most once, nothing from before, no consumer on the server. A subscriber that is too slow is cut off
 * by the server, which shows as a reconnect.
 */
export class LiveFeed {
  /** Messages heard that are no events. */
  dropped = 0;
  private readonly options: LiveFeedOptions;
  private readonly ready: Promise<void>;
  private readonly end: () => void;

  constructor(bus: Bus, options: LiveFeedOptions) {
    this.options = options;
    const callback = (error: Error | null, message: Msg): void => (error === null ? this.receive(message) : options.onGap('refused'));
    const subscription = bus.connection.subscribe(liveSubject(options.filter), { callback });
    const unlisten = bus.on((event) => {
      if (event.type === 'reconnected' && !subscription.isClosed()) options.onGap('reconnected');
    });
    this.end = () => {
      unlisten();
      subscription.unsubscribe();
    };
    this.ready = bus.connection.flush().catch(() => undefined);
  }

  /** Resolves when the server has the subscription: what is loaded from then on leaves no gap to what is heard. */
  established(): Promise<void> {
    return this.ready;
  }

  close(): void {
    this.end();
  }

  /** What a listener throws must not reach the client library: it would stop reading the connection. */
  private tell(event: RecordedEvent): void {
    try {
      this.options.onEvent(event);
    } catch (error) {
      this.options.onDefect?.(error, event);
    }
  }

  private receive(message: Msg): void {
    const event = toRecordedEvent(republished(message));
    if (event === undefined) this.dropped++;
    else this.tell(event);
  }
}

/** The server's own lines come last; the writer may have sent the same names. */
function republished(message: Msg): StoredMessage {
  const headers = headersOf(message);
  return {
    subject: message.subject.slice(liveSubject('').length),
    sequence: Number(headers.last('Nats-Sequence')),
    storedAt: Date.parse(headers.last('Nats-Time-Stamp') ?? ''),
    header: (name) => headers.first(name),
    data: message.data,
  };
}
