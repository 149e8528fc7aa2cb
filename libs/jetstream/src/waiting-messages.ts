import type { NatsConnection } from '@nats-io/transport-node';
import type { StoredMessage } from '@octobus/event-log';
import { DirectGets } from './direct-get.ts';
import { BUS_FAULTS } from './faults.ts';
import { retrying } from './retrying.ts';
import { secureDelete } from './secure-delete.ts';

const CODES = { unavailable: BUS_FAULTS.waitingUnavailable, refused: BUS_FAULTS.waitingRefused };
const TIMEOUT_MS = 5_000;
const BATCH = { batch: 200, max_bytes: 4 * 1024 * 1024 };

/** Messages that wait in a stream beside the log: commands to be screened, dead letters. Faults: `waiting-unavailable` (retryable), `waiting-refused`. */
export class WaitingMessages {
  private readonly connection: NatsConnection;
  private readonly gets: DirectGets;
  private readonly stream: string;
  private readonly retry = { tries: 4, codes: CODES };

  constructor(bus: { readonly connection: NatsConnection }, stream: string) {
    this.connection = bus.connection;
    this.stream = stream;
    this.gets = new DirectGets(bus.connection, stream, TIMEOUT_MS, CODES);
  }

  /** What waits under a filter when it is asked, oldest first. */
  async *under(filter: string): AsyncIterable<StoredMessage> {
    const last = (await retrying(this.retry, () => this.gets.lastUnder(filter)))?.sequence ?? 0;
    for (let seq = 1, more = last > 0; more;) {
      const { messages, remaining } = await retrying(this.retry, () => this.gets.many({ ...BATCH, seq, next_by_subj: filter }));
      for (const message of messages) {
        if (message.sequence > last) return;
        seq = message.sequence + 1;
        yield message;
      }
      more = remaining > 0 && messages.length > 0;
    }
  }

  /** Deletes it for good; one that was taken meanwhile is gone already. */
  erase(sequence: number): Promise<void> {
    return secureDelete(this.connection, this.stream, sequence, CODES);
  }
}
