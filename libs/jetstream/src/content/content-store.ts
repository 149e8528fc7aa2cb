import { createHash } from 'node:crypto';
import { HEADER, STREAMS, blobSubject } from '@octobus/contracts';
import type { StoredMessage } from '@octobus/event-log';
import { Fault } from '@octobus/kernel';
import type { NatsConnection } from '@nats-io/transport-node';
import { setTimeout as pause } from 'node:timers/promises';
import { DirectGets } from '../direct-get.ts';
import { BUS_FAULTS } from '../faults.ts';
import { type ApiError, fromApiError } from '../from-nats-error.ts';
import { publishAcked } from '../publish-acked.ts';
import { Replies } from '../replies.ts';
import { retrying } from '../retrying.ts';
import { piecesOf } from './pieces.ts';

/** Bytes of one message; headers and JetStream's own count towards the 1 MB of a payload. */
export const PIECE_BYTES = 512 * 1024;

/** Content outside the log, as events name it: digest of the whole, bytes, digests of the pieces in order. */
export interface BlobRef {
  readonly digest: string;
  readonly size: number;
  readonly pieces: readonly string[];
}

const CODES = { unavailable: BUS_FAULTS.contentUnavailable, refused: BUS_FAULTS.contentRefused };
const TIMEOUT_MS = 5_000;
const LAG_TRIES = 5;
const LAG_PAUSE_MS = 50;
const DIGEST = /^[0-9a-f]{64}$/;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * Write-once content by SHA-256 (hex). Each piece says which event is to name it: without that event it is an orphan one day. Writing the same bytes
 * for the same event again changes nothing; what comes back is checked against its name, for any service may write there. Faults: `content-missing`, `content-altered`, `content-too-large`, `content-unavailable` (retryable), `content-refused`.
 */
export class ContentStore {
  private readonly connection: NatsConnection;
  private readonly gets: DirectGets;
  private readonly retry = { tries: 4, codes: CODES };

  constructor(bus: { readonly connection: NatsConnection }) {
    this.connection = bus.connection;
    this.gets = new DirectGets(bus.connection, STREAMS.content, TIMEOUT_MS, CODES);
  }

  /**
   * Stores one piece of at most `PIECE_BYTES`; resolves with its digest when it is durable. `namedBy`: subject of the event that is to name it. Bytes
   * that lie there for another event are `content-refused`: they would go with that one.
   */
  async put(bytes: Uint8Array, namedBy: string): Promise<string> {
    if (bytes.length > PIECE_BYTES) throw tooLarge(PIECE_BYTES);
    const digest = sha256(bytes);
    const stored = await retrying(this.retry, () => this.publish(digest, bytes, namedBy));
    if (!stored && (await this.read(digest)).header(HEADER.namedBy) !== namedBy) throw forAnother(digest);
    return digest;
  }

  /** Stores what comes, one piece in memory at a time. More than `maxBytes` is `content-too-large`; pieces stored by then are orphans. */
  async putStream(source: AsyncIterable<Uint8Array>, namedBy: string, maxBytes: number): Promise<BlobRef> {
    const whole = createHash('sha256');
    const pieces: string[] = [];
    let size = 0;
    for await (const piece of piecesOf(source, PIECE_BYTES)) {
      size += piece.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      whole.update(piece);
      pieces.push(await this.put(piece, namedBy));
    }
    return { digest: whole.digest('hex'), size, pieces };
  }

  async get(digest: string): Promise<Uint8Array> {
    return (await this.read(digest)).data;
  }

  private async read(digest: string): Promise<StoredMessage> {
    if (!DIGEST.test(digest)) throw missing(digest);
    const message = await this.lastOf(blobSubject(digest));
    if (message === undefined) throw missing(digest);
    if (sha256(message.data) !== digest) throw altered(digest);
    return message;
  }

  /** Whoever names content has been told that it is there: a server of a cluster that doesn't show it may be behind. */
  private async lastOf(subject: string): Promise<StoredMessage | undefined> {
    for (let tries = 1; ; tries++) {
      const message = await retrying(this.retry, () => this.gets.lastOf(subject));
      if (message !== undefined || tries === LAG_TRIES) return message;
      await pause(LAG_PAUSE_MS);
    }
  }

  /** The pieces in order, one in memory at a time; ends with `content-altered` when the whole is not what its name says. */
  async *readAll({ digest, size, pieces }: BlobRef): AsyncIterable<Uint8Array> {
    const whole = createHash('sha256');
    let read = 0;
    for (const piece of pieces) {
      const bytes = await this.get(piece);
      read += bytes.length;
      if (read > size) throw altered(digest);
      whole.update(bytes);
      yield bytes;
    }
    if (read !== size || whole.digest('hex') !== digest) throw altered(digest);
  }

  async getAll(ref: BlobRef): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for await (const part of this.readAll(ref)) parts.push(part);
    return Buffer.concat(parts);
  }

  /** False when there is something under this digest already: the stream takes one message a subject. */
  private async publish(digest: string, bytes: Uint8Array, namedBy: string): Promise<boolean> {
    const head = [[HEADER.namedBy, namedBy]] as const;
    const ack = await publishAcked(Replies.of(this.connection), blobSubject(digest), bytes, TIMEOUT_MS, head);
    if ('sequence' in ack) return true;
    if (isTaken(ack.error)) return false;
    throw fromApiError(ack.error, CODES);
  }
}

/** nats-server 2.15 answers 503, 10077 with this description to a second message of a subject. */
const isTaken = (error: ApiError): boolean => error.description?.includes('maximum messages per subject exceeded') === true;

const details = (digest: string): { readonly digest: string } => ({ digest: digest.slice(0, 64) });

const missing = (digest: string): Fault =>
  new Fault(BUS_FAULTS.contentMissing, { retryable: false, message: 'there is no content under this digest', details: details(digest) });

const altered = (digest: string): Fault =>
  new Fault(BUS_FAULTS.contentAltered, { retryable: false, message: 'the content is not what its digest says', details: details(digest) });

const forAnother = (digest: string): Fault =>
  new Fault(BUS_FAULTS.contentRefused, { retryable: false, message: 'these bytes lie there for another event', details: details(digest) });

const tooLarge = (maxBytes: number): Fault =>
  new Fault(BUS_FAULTS.contentTooLarge, { retryable: false, message: `more than ${maxBytes} bytes`, details: { maxBytes } });
