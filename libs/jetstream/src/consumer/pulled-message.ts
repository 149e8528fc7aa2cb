import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type { HeaderBlock } from '../header-block.ts';

/** What the server says about one delivery, from the subject that acknowledges it. */
export interface DeliveryInfo {
  readonly deliveries: number;
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly storedAt: number;
}

/**
 * Both forms of nats-server 2.15: `$JS.ACK.<stream>.<durable>.<deliveries>.<sequence>.<n>.<nanoseconds>.<pending>`, and with domain and account
 * hash before the stream and more behind. Undefined for a message that no consumer delivered.
 */
export function deliveryInfoOf(reply: string): DeliveryInfo | undefined {
  if (!reply.startsWith('$JS.ACK.')) return undefined;
  const tokens = reply.split('.');
  if (tokens.length !== 9 && tokens.length < 11) return undefined;
  const at = tokens.length === 9 ? 4 : 6;
  const deliveries = Number(tokens[at]);
  const sequence = Number(tokens[at + 1]);
  const storedAt = Math.floor(Number(tokens[at + 3]) / 1e6);
  const whole = Number.isSafeInteger(deliveries) && Number.isSafeInteger(sequence) && Number.isSafeInteger(storedAt);
  return whole ? { deliveries, sequence, storedAt } : undefined;
}

const ACK = '+ACK';
const PROGRESS = '+WPI';
const NAK = '-NAK';
const TERM = '+TERM';

/** One delivery of one message. Its answers are sent and not waited for: a lost one is a redelivery, which every handler survives. */
export class PulledMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: HeaderBlock;
  readonly info: DeliveryInfo;
  private readonly reply: string;
  private readonly connection: NatsConnection;

  constructor(connection: NatsConnection, message: Msg, reply: string, headers: HeaderBlock, info: DeliveryInfo) {
    this.connection = connection;
    this.subject = message.subject;
    this.data = message.data;
    this.reply = reply;
    this.headers = headers;
    this.info = info;
  }

  ack(): void {
    this.answer(ACK);
  }

  /** To be delivered again, after the delay or at once. */
  nak(delayMs = 0): void {
    this.answer(delayMs < 1 ? NAK : `${NAK} {"delay":${Math.round(delayMs * 1e6)}}`);
  }

  /** Not to be delivered again. */
  term(reason: string): void {
    this.answer(`${TERM} ${reason}`);
  }

  /** Still at it: the ack wait starts again. */
  progress(): void {
    this.answer(PROGRESS);
  }

  private answer(text: string): void {
    if (!this.connection.isClosed()) this.connection.publish(this.reply, text);
  }
}
