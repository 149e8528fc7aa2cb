import { type Msg, type MsgHdrs, type NatsConnection, createInbox, errors } from '@nats-io/transport-node';
import { type HeaderBlock, headersOf } from './header-block.ts';

/** Told of each answer; true ends the request. */
export type OnReply = (message: Msg, headers: HeaderBlock) => boolean;

interface Pending {
  readonly onReply: OnReply;
  readonly timeoutMs: number;
  lateAt: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** How late a timeout may be: one timer looks after all requests of a connection. */
const SWEEP_MS = 100;

const byConnection = new WeakMap<NatsConnection, Replies>();

/**
 * Requests over one subscription. The client's own take an empty message, or one with a status of the writer's making, for the end or for
 * "no responders": a stored message could hide the ones behind it. They also make an Error a request in case it fails, which costs as much as the rest.
 */
export class Replies {
  private readonly pending = new Map<string, Pending>();
  private readonly connection: NatsConnection;
  private readonly inbox: string;
  private count = 0;
  private sweeping: NodeJS.Timeout | undefined;

  static of(connection: NatsConnection): Replies {
    const existing = byConnection.get(connection);
    if (existing !== undefined) return existing;
    const created = new Replies(connection);
    byConnection.set(connection, created);
    return created;
  }

  private constructor(connection: NatsConnection) {
    this.connection = connection;
    this.inbox = createInbox();
    connection.subscribe(`${this.inbox}.*`, { callback: (error, message) => this.dispatch(error, message) });
  }

  /** Resolves when `onReply` answers true. Rejects with TimeoutError when no answer came for so long, and with what `onReply` throws. */
  request(subject: string, body: string | Uint8Array, timeoutMs: number, onReply: OnReply, head?: Head): Promise<void> {
    const token = (++this.count).toString(36);
    return new Promise((resolve, reject) => {
      this.pending.set(token, { onReply, timeoutMs, lateAt: performance.now() + timeoutMs, resolve, reject });
      this.sweeping ??= setInterval(() => this.sweep(), SWEEP_MS);
      const reply = `${this.inbox}.${token}`;
      try {
        this.connection.publish(subject, body, head === undefined ? { reply } : { reply, headers: encodedHeaders(head) });
      } catch (error) {
        this.end(token, error as Error);
      }
    });
  }

  private dispatch(error: Error | null, message: Msg): void {
    if (error !== null) {
      byConnection.delete(this.connection);
      for (const token of this.pending.keys()) this.end(token, error);
      return;
    }
    const token = message.subject.slice(this.inbox.length + 1);
    const pending = this.pending.get(token);
    if (pending === undefined) return;
    try {
      if (pending.onReply(message, headersOf(message))) this.end(token);
      else pending.lateAt = performance.now() + pending.timeoutMs;
    } catch (failure) {
      this.end(token, failure as Error);
    }
  }

  private sweep(): void {
    const now = performance.now();
    for (const [token, { lateAt }] of this.pending) if (lateAt <= now) this.end(token, new errors.TimeoutError());
    if (this.pending.size > 0) return;
    clearInterval(this.sweeping);
    this.sweeping = undefined;
  }

  private end(token: string, error?: Error): void {
    const pending = this.pending.get(token);
    if (pending === undefined) return;
    this.pending.delete(token);
    if (error === undefined) pending.resolve();
    else pending.reject(error);
  }
}

/** Headers in the order in which they are sent. */
export type Head = readonly (readonly [name: string, value: string])[];

/** Of what the client wants of headers, a publish uses `encode` alone (`protocol.js` of nats-core 3.4). */
function encodedHeaders(head: Head): MsgHdrs {
  let text = 'NATS/1.0\r\n';
  for (const [name, value] of head) {
    if (LINE_BREAK.test(value)) throw errors.InvalidArgumentError.format('headers', `${name} holds a line break`);
    text += `${name}: ${value}\r\n`;
  }
  const bytes = Buffer.from(`${text}\r\n`);
  return { encode: () => bytes } as unknown as MsgHdrs;
}

const LINE_BREAK = /[\r\n]/;
