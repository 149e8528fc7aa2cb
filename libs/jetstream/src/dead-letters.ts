import { createHash } from 'node:crypto';
import { STREAMS, deadLetterFilter, isTenantToken } from '@octobus/contracts';
import type { StoredMessage } from '@octobus/event-log';
import { isToken } from '@octobus/kernel';
import type { Bus } from './connect.ts';
import { DEAD_LETTER_HEADER, LETTER_ATTRIBUTES, decodeHeaders, decodeValue } from './consumer/dead-letter.ts';
import { DirectGets } from './direct-get.ts';
import { BUS_FAULTS } from './faults.ts';
import { retrying } from './retrying.ts';
import { secureDelete } from './secure-delete.ts';

/** A dead letter as it lies in DLQ. What it says of itself was written by `service`, whose account may write no other's. */
export interface StoredLetter {
  /** Names it for ever: its sequence and what it is about. */
  readonly id: string;
  /** In DLQ. */
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly buriedAt: number;
  readonly service: string;
  readonly tenant: string;
  /** Aggregate and id of the event; `command` or `unknown` and the sequence in INGRESS. */
  readonly aggregate: string;
  readonly about: string;
  readonly original: {
    readonly subject: string;
    readonly stream: string;
    readonly sequence: number;
    /** RFC 3339; empty in letters of earlier releases. */
    readonly storedAt: string;
    readonly digest: string;
    /** Of the envelope, as far as a letter shows them. */
    readonly attributes: Readonly<Record<string, string>>;
    /** All of them as they were sent; undefined when they were not kept. */
    readonly headers: readonly (readonly [string, string])[] | undefined;
    /** What people have written, in the clear; undefined when it was not kept. */
    readonly payload: Uint8Array | undefined;
  };
  readonly cause: string;
  readonly deliveries: number;
}

export interface LetterPage {
  /** Oldest first. */
  readonly letters: readonly StoredLetter[];
  /** Go on after this sequence; absent on the last page. */
  readonly next?: number;
}

const CODES = { unavailable: BUS_FAULTS.deadLetterUnavailable, refused: BUS_FAULTS.deadLetterUnavailable };
const PAGE_BYTES = 4 * 1024 * 1024;
/** Looked through for one page, however few of the messages are letters. */
const MOST_ROUNDS = 10;

/** Reads DLQ; removing needs the platform's own account. Fault `dead-letter-unavailable` (retryable). */
export class DeadLetters {
  private readonly bus: Bus;
  private readonly gets: DirectGets;

  constructor(bus: Bus) {
    this.bus = bus;
    this.gets = new DirectGets(bus.connection, STREAMS.deadLetters, 2_000, CODES);
  }

  /** Letters of a tenant, or of all, behind a sequence. */
  async list({ tenant, after, limit }: { readonly tenant?: string; readonly after: number; readonly limit: number }): Promise<LetterPage> {
    const letters: StoredLetter[] = [];
    let from = after;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const { messages, remaining } = await this.page(tenant, from + 1, limit - letters.length);
      letters.push(...messages.flatMap((message) => letterOf(message) ?? []));
      from = messages.at(-1)?.sequence ?? from;
      if (remaining === 0 || messages.length === 0) return { letters };
      if (letters.length >= limit) break;
    }
    return { letters, next: from };
  }

  /** Undefined when it is not there, or no more. */
  async find(id: string): Promise<StoredLetter | undefined> {
    const sequence = sequenceOf(id);
    if (sequence === undefined) return undefined;
    const message = await this.at(sequence);
    const letter = message && letterOf(message);
    return letter?.id === id ? letter : undefined;
  }

  /** Resolves when it is gone, whoever removed it; what that means on disk: `secureDelete`. */
  remove({ sequence }: Pick<StoredLetter, 'sequence'>): Promise<void> {
    return secureDelete(this.bus.connection, STREAMS.deadLetters, sequence, CODES);
  }

  private async at(sequence: number): Promise<StoredMessage | undefined> {
    const [message] = (await this.page(undefined, sequence, 1)).messages;
    return message?.sequence === sequence ? message : undefined;
  }

  private page(tenant: string | undefined, seq: number, batch: number) {
    const request = { seq, batch, max_bytes: PAGE_BYTES, next_by_subj: tenant === undefined ? '>' : deadLetterFilter(tenant) };
    return retrying({ tries: 3, codes: CODES }, () => this.gets.many(request));
  }
}

const ID = /^([1-9][0-9]{0,15})-[0-9a-f]{8}$/;
const sequenceOf = (id: string): number | undefined => {
  const sequence = Number(ID.exec(id)?.[1]);
  return Number.isSafeInteger(sequence) ? sequence : undefined;
};

/** Undefined for a message that no service of ours would have written. */
function letterOf(message: StoredMessage): StoredLetter | undefined {
  const [head, service = '', tenant = '', aggregate = '', about = '', ...rest] = message.subject.split('.');
  const named = head === 'dlq' && rest.length === 0 && isTenantToken(tenant) && [service, aggregate, about].every(isToken);
  const value = (name: string): string => decodeValue(message.header(name) ?? '');
  const [sequence, deliveries] = [DEAD_LETTER_HEADER.sequence, DEAD_LETTER_HEADER.deliveries].map((name) => Number(value(name)));
  if (!named || !Number.isSafeInteger(sequence) || !Number.isSafeInteger(deliveries)) return undefined;
  const subject = value(DEAD_LETTER_HEADER.subject);
  return {
    id: `${message.sequence}-${fingerprint(message)}`,
    sequence: message.sequence,
    buriedAt: message.storedAt,
    service,
    tenant,
    aggregate,
    about,
    original: {
      subject,
      stream: value(DEAD_LETTER_HEADER.stream),
      sequence: sequence ?? 0,
      storedAt: value(DEAD_LETTER_HEADER.time),
      digest: value(DEAD_LETTER_HEADER.digest),
      attributes: Object.fromEntries(
        LETTER_ATTRIBUTES.flatMap((name) => (message.header(name) === undefined ? [] : [[name, value(name)]])),
      ),
      headers: decodeHeaders(message.header(DEAD_LETTER_HEADER.headers) ?? ''),
      payload: value(DEAD_LETTER_HEADER.payload) === 'kept' ? message.data : undefined,
    },
    cause: value(DEAD_LETTER_HEADER.cause),
    deliveries: deliveries ?? 0,
  };
}

/** A DLQ that was lost and made again gives out sequences again, but not these. */
const fingerprint = ({ subject, storedAt, header }: StoredMessage): string =>
  createHash('sha256')
    .update([subject, storedAt, header(DEAD_LETTER_HEADER.digest)].join('\n'))
    .digest('hex')
    .slice(0, 8);
