import { setTimeout as delay } from 'node:timers/promises';
import type { Bus } from '../connect.ts';
import type { HostCounts, HostedMessage } from './consumer-host.ts';
import { PullSource } from './pull-source.ts';
import type { PulledMessage } from './pulled-message.ts';

export interface BatchHostOptions {
  readonly bus: Bus;
  readonly stream: string;
  /** Of ack policy `all`: one acknowledgement covers everything before it, so a handler must have dealt with everything before what it gets. */
  readonly durable: string;
  /** Messages in one batch at most, and a quarter of what is held. */
  readonly batch: number;
  /** As set on the durable; what is held is kept alive at half of it. */
  readonly ackWaitMs: number;
  /** Gets messages in the order of the stream; again the same ones when it fails, until it doesn't. */
  readonly handler: (messages: readonly HostedMessage[]) => Promise<void>;
  readonly onFailure?: (message: HostedMessage, error: unknown, delayMs: number) => void;
  readonly onProblem?: (durable: string, problem: string) => void;
}

/**
 * Between two batches that aren't full the host rests this many times what the last one took, within bounds: a transaction costs as much as the rows of
 * dozens of events, and who waits for rows waits no longer than this.
 */
const REST = { times: 4, leastMs: 100, mostMs: 250 } as const;
const RETRY = { baseMs: 100, capMs: 30_000 } as const;
/** Bytes that one pull may bring: memory is bounded by what is asked for. */
const PULL_BYTES = 8 * 1024 * 1024;

/**
 * Hands the messages of one durable to a handler in batches, one batch at a time. The first message after a rest is handed over at once, what comes
 * meanwhile goes together. Never gives up on a message: for handlers that remember by themselves what they have done.
 */
export class BatchHost {
  private readonly options: BatchHostOptions;
  private readonly abort = new AbortController();
  private readonly tally = { pulled: 0, redelivered: 0, acked: 0, naked: 0 };
  private waiting: PulledMessage[] = [];
  private inHand: readonly PulledMessage[] = [];
  private source: PullSource | undefined;
  private keepAlive: NodeJS.Timeout | undefined;
  private working: Promise<void> | undefined;
  private stopping: Promise<void> | undefined;

  constructor(options: BatchHostOptions) {
    this.options = options;
  }

  get counts(): HostCounts {
    return { ...this.tally, deadLettered: 0, inFlight: this.inHand.length, waiting: this.waiting.length };
  }

  start(): void {
    if (this.source !== undefined || this.stopping !== undefined) throw new Error('a batch host starts once');
    const { bus, stream, durable, batch, ackWaitMs, onProblem } = this.options;
    const most = 4 * batch;
    this.source = new PullSource({
      bus,
      stream,
      durable,
      prefetch: most,
      maxBytes: PULL_BYTES,
      room: () => most - this.waiting.length - this.inHand.length,
      onMessage: (message) => this.accept(message),
      onProblem: (problem) => onProblem?.(durable, problem),
    });
    this.keepAlive = setInterval(() => this.touch(), ackWaitMs / 2);
  }

  /** Stops pulling and lets the batch at work end; what waits comes again to the next host. */
  stop(graceMs = 10_000): Promise<void> {
    this.stopping ??= this.wind(graceMs);
    return this.stopping;
  }

  private async wind(graceMs: number): Promise<void> {
    await this.source?.close();
    const { signal } = this.abort;
    const working = this.working ?? Promise.resolve();
    const over = delay(graceMs, undefined, { signal }).catch(() => undefined);
    await Promise.race([working, over]);
    this.abort.abort();
    clearInterval(this.keepAlive);
    this.tally.naked += this.waiting.length;
    this.waiting = [];
    if (this.options.bus.connected) await this.options.bus.connection.flush().catch(() => undefined);
  }

  private accept(message: PulledMessage): void {
    this.tally.pulled++;
    if (message.info.deliveries > 1) this.tally.redelivered++;
    if (this.stopping !== undefined) return;
    this.waiting.push(message);
    this.working ??= this.work().finally(() => {
      this.working = undefined;
    });
  }

  /** Runs while something waits, and rests once more before it ends, so that the next message can't begin too early. */
  private async work(): Promise<void> {
    // What has arrived in the same turn comes along.
    await Promise.resolve();
    while (this.waiting.length > 0 && this.stopping === undefined) {
      const began = performance.now();
      await this.handle(this.waiting.splice(0, this.options.batch));
      this.source?.refill();
      if (this.waiting.length < this.options.batch) await this.rest(performance.now() - began);
    }
  }

  private async rest(tookMs: number): Promise<void> {
    const ms = Math.min(REST.mostMs, Math.max(REST.leastMs, REST.times * tookMs));
    if (this.stopping === undefined) await delay(ms);
  }

  private async handle(messages: readonly PulledMessage[]): Promise<void> {
    const hosted = messages.map((message) => this.hostedOf(message));
    this.inHand = messages;
    for (let tries = 1; ; tries++) {
      try {
        await this.options.handler(hosted);
        newest(messages).ack();
        this.tally.acked += messages.length;
        break;
      } catch (error) {
        const ms = Math.random() * Math.min(RETRY.capMs, RETRY.baseMs * 2 ** Math.min(tries, 20));
        const [first] = hosted;
        if (first !== undefined) this.options.onFailure?.(first, error, ms);
        if (!(await this.pause(ms))) break;
      }
    }
    this.inHand = [];
  }

  /** False: the host stops. */
  private async pause(ms: number): Promise<boolean> {
    if (this.stopping !== undefined) return false;
    return delay(ms, true, { signal: this.abort.signal }).catch(() => false);
  }

  private hostedOf({ subject, data, headers, info }: PulledMessage): HostedMessage {
    return { subject, data, ...info, header: (name) => headers.first(name), signal: this.abort.signal };
  }

  private touch(): void {
    if (!this.options.bus.connected) return;
    for (const message of [...this.inHand, ...this.waiting]) message.progress();
  }
}

const newest = (messages: readonly PulledMessage[]): PulledMessage =>
  messages.reduce((last, message) => (message.info.sequence > last.info.sequence ? message : last));
