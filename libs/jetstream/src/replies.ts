import { type Msg, type NatsConnection, createInbox, errors } from '@nats-io/transport-node';
import { type HeaderBlock, headersOf } from './header-block.ts';

/** Told of each answer; true ends the request. */
export type OnReply = (message: Msg, headers: HeaderBlock) => boolean;

interface Pending {
  readonly onReply: OnReply;
  readonly timer: NodeJS.Timeout;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const byConnection = new WeakMap<NatsConnection, Replies>();

/**
 * Requests with several answers over one subscription. The client's own take an empty message, or one with a status of the writer's making,
 * for the end or for "no responders": a stored message could hide the ones behind it.
 */
export class Replies {
  private readonly pending = new Map<string, Pending>();
  private readonly connection: NatsConnection;
  private readonly inbox: string;
  private count = 0;

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
  request(subject: string, body: string, timeoutMs: number, onReply: OnReply): Promise<void> {
    const token = (++this.count).toString(36);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.end(token, new errors.TimeoutError()), timeoutMs);
      this.pending.set(token, { onReply, timer, resolve, reject });
      try {
        this.connection.publish(subject, body, { reply: `${this.inbox}.${token}` });
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
    pending.timer.refresh();
    try {
      if (pending.onReply(message, headersOf(message))) this.end(token);
    } catch (failure) {
      this.end(token, failure as Error);
    }
  }

  private end(token: string, error?: Error): void {
    const pending = this.pending.get(token);
    if (pending === undefined) return;
    this.pending.delete(token);
    clearTimeout(pending.timer);
    if (error === undefined) pending.resolve();
    else pending.reject(error);
  }
}
