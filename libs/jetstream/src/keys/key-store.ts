import { randomBytes } from 'node:crypto';
import type { NatsConnection } from '@nats-io/transport-node';
import { PLATFORM, STREAMS, keySubject } from '@octobus/contracts';
import { DirectGets } from '../direct-get.ts';
import { BUS_FAULTS } from '../faults.ts';
import { fromApiError, isWrongLastSequence } from '../from-nats-error.ts';
import { publishAcked } from '../publish-acked.ts';
import { Replies } from '../replies.ts';
import { retrying } from '../retrying.ts';
import { secureDelete } from '../secure-delete.ts';

/** What stands for one data subject: a text of the vault's, a wrapped key or word of its end. */
export interface KeptKey {
  readonly tenant: string;
  readonly subject: string;
  readonly sequence: number;
  readonly value: string;
}

const CODES = { unavailable: BUS_FAULTS.keysUnavailable, refused: BUS_FAULTS.keysRefused };
const TIMEOUT_MS = 2_000;
const EVERY_KEY = 'key.*.*';
const BATCH = { batch: 500, max_bytes: 1024 * 1024 };

/** Keys of data subjects in their stream, by expected sequences. Faults: `keys-unavailable` (retryable), `keys-refused`. */
export class KeyStore {
  private readonly connection: NatsConnection;
  private readonly gets: DirectGets;
  private readonly retry = { tries: 4, codes: CODES };

  constructor(bus: { readonly connection: NatsConnection }) {
    this.connection = bus.connection;
    this.gets = new DirectGets(bus.connection, STREAMS.keys, TIMEOUT_MS, CODES);
  }

  async get(tenant: string, subject: string): Promise<KeptKey | undefined> {
    const message = await retrying(this.retry, () => this.gets.lastOf(keySubject(tenant, subject)));
    return message && { tenant, subject, sequence: message.sequence, value: textOf(message.data) };
  }

  /** Durable when it resolves; undefined: what stands there is not what the caller has seen (0: nothing). A lost answer may look like that, too. */
  async put(tenant: string, subject: string, value: string, expected: number): Promise<number | undefined> {
    const head = [['Nats-Expected-Last-Subject-Sequence', String(expected)]] as const;
    return retrying(this.retry, async () => {
      const ack = await publishAcked(Replies.of(this.connection), keySubject(tenant, subject), value, TIMEOUT_MS, head);
      if ('sequence' in ack) return ack.sequence;
      if (isWrongLastSequence(ack.error)) return undefined;
      throw fromApiError(ack.error, CODES);
    });
  }

  /** Deletes what stood there before a sequence, and has the server overwrite it where it can. */
  async eraseBefore(tenant: string, subject: string, sequence: number): Promise<number> {
    let erased = 0;
    for await (const kept of this.read(keySubject(tenant, subject), sequence - 1)) {
      await this.erase(kept.sequence);
      erased++;
    }
    return erased;
  }

  /** All that stands there now, older texts of a subject before newer ones; what is put meanwhile is left out. */
  async *all(): AsyncIterable<KeptKey> {
    for await (const kept of this.read(EVERY_KEY, await this.lastSequence())) if (kept.subject !== FILLER.subject) yield kept;
  }

  /**
   * Has the server write its files anew without what was deleted, which in an encrypted store is only marked. It does so every two minutes, with blocks
   * that are not the last one and more than half empty (`shouldCompactSync`, 2.15.1; an encrypted block has 2 MB): so the last block is filled up with
   * what is deleted again. Whoever wants all blocks to be rewritten puts what they hold once more before.
   */
  async churn(): Promise<void> {
    const { tenant, subject } = FILLER;
    for (let i = 0; i < FILLERS; i++) {
      const filler = randomBytes(FILLER_BYTES).toString('latin1');
      const last = (await this.get(tenant, subject))?.sequence ?? 0;
      const sequence = await this.put(tenant, subject, filler, last);
      if (sequence !== undefined) await this.eraseBefore(tenant, subject, sequence + 1);
    }
  }

  /** By `>` the server finds nothing when the last message of the stream was deleted (2.15.1). */
  private async lastSequence(): Promise<number> {
    return (await retrying(this.retry, () => this.gets.lastUnder(EVERY_KEY)))?.sequence ?? 0;
  }

  private async *read(filter: string, last: number): AsyncIterable<KeptKey> {
    for (let seq = 1, more = last > 0; more;) {
      const { messages, remaining } = await retrying(this.retry, () => this.gets.many({ ...BATCH, seq, next_by_subj: filter }));
      for (const { subject: at, sequence, data } of messages) {
        if (sequence > last) return;
        seq = sequence + 1;
        const [, tenant = '', subject = ''] = at.split('.');
        yield { tenant, subject, sequence, value: textOf(data) };
      }
      more = remaining > 0 && messages.length > 0;
    }
  }

  private erase(sequence: number): Promise<void> {
    return secureDelete(this.connection, STREAMS.keys, sequence, CODES);
  }
}

/** Not a tenant's and no data subject's. */
const FILLER = { tenant: PLATFORM, subject: 'filler' } as const;
const FILLER_BYTES = 512 * 1024;
const FILLERS = 6;

const utf8 = new TextDecoder();
const textOf = (data: Uint8Array): string => utf8.decode(data);
