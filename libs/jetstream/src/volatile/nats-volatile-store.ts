import { VOLATILE_BUCKETS, type VolatileBucket, volatileSubject } from '@octobus/contracts';
import { type Held, VOLATILE_FAULTS, type VolatileStore, assertFits } from '@octobus/volatile';
import type { NatsConnection } from '@nats-io/transport-node';
import { DirectGets } from '../direct-get.ts';
import { fromApiError, fromNatsError, isWrongLastSequence } from '../from-nats-error.ts';
import { publishAcked } from '../publish-acked.ts';
import { type Head, Replies } from '../replies.ts';

const CODES = VOLATILE_FAULTS;
const ANSWER_WITHIN_MS = 500;
const utf8 = new TextDecoder();

/** Values in a key-value bucket that its server keeps in memory (`$KV.<bucket>.<key>`, one message a key, a time to live each). */
export class NatsVolatileStore implements VolatileStore {
  private readonly bus: { readonly connection: NatsConnection };
  private readonly gets: DirectGets;
  private readonly bucket: VolatileBucket;

  constructor(bus: { readonly connection: NatsConnection }, bucket: VolatileBucket) {
    this.bus = bus;
    this.bucket = bucket;
    this.gets = new DirectGets(bus.connection, VOLATILE_BUCKETS[bucket], ANSWER_WITHIN_MS, CODES);
  }

  async get(key: string): Promise<Held | undefined> {
    assertFits(key);
    try {
      const message = await this.gets.lastOf(volatileSubject(this.bucket, key));
      return message && { value: utf8.decode(message.data), revision: message.sequence };
    } catch (error) {
      throw fromNatsError(error, CODES);
    }
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    await this.write(key, value, [timeToLive(ttlMs)]);
  }

  swap(key: string, seen: Held | undefined, value: string, ttlMs: number): Promise<Held | undefined> {
    return this.write(key, value, [timeToLive(ttlMs), ['Nats-Expected-Last-Subject-Sequence', String(seen?.revision ?? 0)]]);
  }

  /** The connection is its owner's. */
  async close(): Promise<void> {}

  private async write(key: string, value: string, head: Head): Promise<Held | undefined> {
    assertFits(key, value);
    try {
      const subject = volatileSubject(this.bucket, key);
      const ack = await publishAcked(Replies.of(this.bus.connection), subject, value, ANSWER_WITHIN_MS, head);
      if ('sequence' in ack) return { value, revision: ack.sequence };
      if (isWrongLastSequence(ack.error)) return undefined;
      throw fromApiError(ack.error, CODES);
    } catch (error) {
      throw fromNatsError(error, CODES);
    }
  }
}

/** Whole seconds, at least one (nats-server 2.15, ADR-43). */
const timeToLive = (ttlMs: number): readonly [string, string] => ['Nats-TTL', `${Math.max(1, Math.ceil(ttlMs / 1000))}s`];
