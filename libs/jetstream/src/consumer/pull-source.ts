import { type Msg, type Subscription, createInbox, nanos } from '@nats-io/transport-node';
import type { Bus } from '../connect.ts';
import { type HeaderBlock, headersOf } from '../header-block.ts';
import { PulledMessage, deliveryInfoOf } from './pulled-message.ts';

export interface PullSourceOptions {
  readonly bus: Bus;
  readonly stream: string;
  readonly durable: string;
  /** Messages that may be held beyond those already asked for. */
  readonly room: () => number;
  /** Messages that may be held at all. */
  readonly prefetch: number;
  /** Bytes that one request may bring; without: no more than its messages. */
  readonly maxBytes?: number;
  readonly onMessage: (message: PulledMessage) => void;
  /** Once, until the server answers as it should again. */
  readonly onProblem: (problem: string) => void;
}

/**
 * How long a pull stands, and how often the server says that it still does; twice missed, it is asked again. In a cluster the server that keeps the durable
 * may be lost while the connection stays. A server that stands alone takes the connection with it, so there the pull may be quiet: at every heartbeat
 * and expiry of an idle durable the server looks through all subjects of the log, 0.2 us each (nats-server 2.15, `checkSkipFirstBlockMulti`).
 */
const CLUSTERED = { expiresMs: 30_000, heartbeatMs: 2_500 };
const ALONE = { expiresMs: 300_000, heartbeatMs: 30_000 };
const AGAIN_MS = 250;

/**
 * Pulls from one durable, never more than there is room for. The client's `consume` refills on arrival, whatever has become of the messages, and
 * what lies in its iterator can't be kept alive; so the requests are ours. They are made again after a reconnect, a refusal or silence.
 */
export class PullSource {
  private readonly options: PullSourceOptions;
  private readonly subject: string;
  private readonly pace: typeof ALONE;
  private readonly watch: NodeJS.Timeout;
  private readonly unlisten: () => void;
  private inbox = '';
  private subscription: Subscription | undefined;
  private asked = 0;
  private heardAt = 0;
  private again: NodeJS.Timeout | undefined;
  private closing = false;
  private told = false;

  constructor(options: PullSourceOptions) {
    this.options = options;
    this.subject = `$JS.API.CONSUMER.MSG.NEXT.${options.stream}.${options.durable}`;
    this.pace = options.bus.connection.info?.cluster === undefined ? ALONE : CLUSTERED;
    this.watch = setInterval(() => this.checkSilence(), this.pace.heartbeatMs);
    this.unlisten = options.bus.on((event) => {
      if (event.type === 'reconnected') this.restart();
    });
    this.restart();
  }

  /** Asks for as much as there is room for, in portions worth a request. */
  refill(): void {
    if (this.closing || this.again !== undefined || !this.options.bus.connected) return;
    const wanted = this.options.room() - this.asked;
    if (wanted <= 0 || (this.asked > 0 && wanted < this.options.prefetch / 4)) return;
    this.asked += wanted;
    if (this.asked === wanted) this.heardAt = Date.now();
    const { maxBytes } = this.options;
    const { expiresMs, heartbeatMs } = this.pace;
    const limit = maxBytes === undefined ? {} : { max_bytes: maxBytes };
    this.send({ batch: wanted, ...limit, expires: nanos(expiresMs), idle_heartbeat: nanos(heartbeatMs) });
  }

  /** Ends pulling. What the server had already sent still arrives before this resolves. */
  async close(): Promise<void> {
    this.closing = true;
    this.unlisten();
    clearInterval(this.watch);
    clearTimeout(this.again);
    const subscription = this.subscription;
    if (subscription === undefined || subscription.isClosed()) return;
    if (this.options.bus.connected) await subscription.drain().catch(() => undefined);
    else subscription.unsubscribe();
  }

  /** Under a new inbox: what was asked under the old one is answered to nobody. */
  private restart(): void {
    if (this.closing) return;
    this.subscription?.unsubscribe();
    this.inbox = createInbox();
    this.asked = 0;
    this.subscription = this.options.bus.connection.subscribe(this.inbox, { callback: (error, message) => this.receive(error, message) });
    this.refill();
  }

  private send(request: Readonly<Record<string, number>>): void {
    try {
      this.options.bus.connection.publish(this.subject, JSON.stringify(request), { reply: this.inbox });
    } catch (error) {
      this.retryLater(`pull failed: ${String(error)}`);
    }
  }

  private receive(error: Error | null, message: Msg): void {
    if (error !== null) {
      this.retryLater(`pull subscription failed: ${error.message}`);
      return;
    }
    this.heardAt = Date.now();
    const headers = headersOf(message);
    if (message.subject === this.inbox) {
      this.hear(headers);
      return;
    }
    const reply = message.reply ?? '';
    const info = deliveryInfoOf(reply);
    if (info === undefined) return;
    this.told = false;
    if (this.asked > 0) this.asked--;
    this.options.onMessage(new PulledMessage(this.options.bus.connection, message, reply, headers, info));
    this.refill();
  }

  /** A status about one of our requests: the subject is the inbox, which no stored message has. */
  private hear(headers: HeaderBlock): void {
    if (headers.status === 100) this.told = false;
    if (headers.status === 100) return;
    const unanswered = headers.last('Nats-Pending-Messages');
    this.asked = unanswered === undefined ? 0 : Math.max(0, this.asked - Number(unanswered));
    if (headers.status === 408 || headers.status === 404 || isOver(headers)) this.refill();
    else this.retryLater(`${headers.status} ${headers.description}`);
  }

  private retryLater(problem: string): void {
    if (this.closing || this.again !== undefined) return;
    if (!this.told) this.options.onProblem(problem);
    this.told = true;
    this.again = setTimeout(() => {
      this.again = undefined;
      this.restart();
    }, AGAIN_MS);
  }

  private checkSilence(): void {
    if (this.asked === 0 || !this.options.bus.connected || this.again !== undefined) return;
    if (Date.now() - this.heardAt > 2 * this.pace.heartbeatMs + 500) this.restart();
  }
}

/** A request with `max_bytes` ends so when its messages have come, or the next one would be too much (nats-server 2.15, `consumer.go`). */
export const isOver = ({ status, description }: HeaderBlock): boolean =>
  status === 409 && (description.includes('Batch Completed') || description.includes('Exceeds MaxBytes'));
