import { Fault, isFault } from '@octobus/kernel';
import type { Bus } from '../connect.ts';
import { BUS_FAULTS } from '../faults.ts';
import { type HostPorts, type Pulled, type Source, portsOf } from './host-ports.ts';
import { Lanes, type Waiting } from './lanes.ts';
import { DELIVERIES_EXHAUSTED, type Outcome, type RetryPolicy, type Settlement, isExhausted, settle } from './settlement.ts';

/** A message as a handler gets it. */
export interface HostedMessage {
  readonly subject: string;
  readonly sequence: number;
  /** 1 the first time. */
  readonly deliveries: number;
  /** Milliseconds since 1970. */
  readonly storedAt: number;
  /** Any case of the name. */
  readonly header: (name: string) => string | undefined;
  readonly data: Uint8Array;
  /** Aborted when the host must let go of the message before the handler is done. */
  readonly signal: AbortSignal;
}

export interface HostedDurable {
  readonly stream: string;
  readonly name: string;
  readonly weight: number;
}

export interface HostOptions {
  /** Weights are the shares of what is begun while every durable has something waiting here: with handlers slower than a pull. */
  readonly durables: readonly HostedDurable[];
  /** Handlers at work at one time. */
  readonly concurrency: number;
  /** Messages held of one durable, begun or not, 1 to 500; the concurrency. More than that only pays for handlers of under a millisecond. */
  readonly prefetch?: number;
  /** As set on the durables; everything pulled is kept alive at half of it. */
  readonly ackWaitMs: number;
  /** The delivery that is dead-lettered instead of handled; a failed try before it is the last. Infinity: nothing is ever given up on. */
  readonly maxDeliveries: number;
  /** Full jitter up to `baseMs`, doubling, at most `capMs`; 100 and 30,000. */
  readonly retry?: { readonly baseMs: number; readonly capMs: number };
  /** Messages of one key are handled one after another in ascending sequence. Without: begun in the order of arrival. */
  readonly keyOf?: (message: HostedMessage) => string | undefined;
  /** Messages of one key that wait when one begins, and that are handled together with it, at most; 0. Messages that come again are handled alone. */
  readonly together?: number;
  readonly handler: (message: HostedMessage, also: readonly HostedMessage[]) => Promise<void>;
  /** Runs when the dead letter is stored and before the message is given up. When it fails, it is called again with the next delivery. */
  readonly onDeadLetter?: (message: HostedMessage, cause: string) => Promise<void>;
  /** Told of every failed try with what becomes of the message; for the log. */
  readonly onFailure?: (message: HostedMessage, error: unknown, settlement: Settlement) => void;
  /** Told of refused or failed pulls; for the log. */
  readonly onProblem?: (durable: string, problem: string) => void;
  /** First token of its dead letters. */
  readonly service: string;
  /**
   * For a stream that forgets what was given up on: a dead letter keeps the headers of its message and, where this says so of the cause, the payload, so
   * that it can be sent again. Without: neither, the message stays where it is.
   */
  readonly keepPayload?: (cause: string) => boolean;
  /** What of a payload is kept: the same, sealed. Undefined: nothing. When it fails the message is tried again. */
  readonly sealPayload?: (message: HostedMessage) => Promise<Uint8Array | undefined>;
}

export interface ConsumerHostOptions extends HostOptions {
  readonly bus: Bus;
}

export interface HostCounts {
  readonly pulled: number;
  readonly redelivered: number;
  readonly acked: number;
  readonly naked: number;
  readonly deadLettered: number;
  readonly inFlight: number;
  readonly waiting: number;
}

interface Entry extends Waiting {
  message: Pulled;
  readonly hosted: HostedMessage;
}

const ABORT_GRACE_MS = 250;

/**
 * Runs handlers over durables. At least once: a message is acknowledged after its handler, and comes again, here or elsewhere, until then.
 * Acknowledgements are not durable: what was acknowledged may come again after a crash of the server.
 */
export class ConsumerHost {
  private readonly options: HostOptions;
  private readonly ports: HostPorts;
  private readonly policy: RetryPolicy;
  private readonly prefetch: number;
  private readonly lanes: Lanes<Entry>;
  /** Everything pulled and not settled, by durable and sequence. */
  private readonly entries = new Map<string, Entry>();
  private readonly running = new Set<Promise<void>>();
  /** Dead letters whose message could not be given up yet. */
  private readonly buried = new Set<string>();
  private readonly held: number[];
  /** Messages whose handler is at work: more than handlers, where several go together. */
  private begun = 0;
  private readonly abort = new AbortController();
  private sources: readonly Source[] = [];
  private endKeepAlive: () => void = () => undefined;
  private stopping: Promise<void> | undefined;
  private readonly tally = { pulled: 0, redelivered: 0, acked: 0, naked: 0, deadLettered: 0 };

  constructor(options: ConsumerHostOptions);
  constructor(options: HostOptions, ports: HostPorts);
  constructor(options: HostOptions & { readonly bus?: Bus }, ports = portsOf(options.bus as Bus)) {
    this.options = options;
    this.ports = ports;
    this.prefetch = Math.min(500, Math.max(1, options.prefetch ?? options.concurrency));
    this.policy = {
      maxDeliveries: options.maxDeliveries,
      baseDelayMs: options.retry?.baseMs ?? 100,
      maxDelayMs: options.retry?.capMs ?? 30_000,
    };
    this.lanes = new Lanes(options.durables.map(({ weight }) => weight));
    this.held = options.durables.map(() => 0);
  }

  get counts(): HostCounts {
    return { ...this.tally, inFlight: this.begun, waiting: this.entries.size - this.begun };
  }

  start(): void {
    if (this.sources.length > 0 || this.stopping !== undefined) throw new Error('a consumer host starts once');
    this.endKeepAlive = this.ports.every(this.options.ackWaitMs / 2, () => this.touchAll());
    this.sources = this.options.durables.map(({ stream, name }, source) =>
      this.ports.pull({
        stream,
        durable: name,
        prefetch: this.prefetch,
        room: () => this.prefetch - (this.held[source] ?? 0),
        onMessage: (message) => this.accept(source, message),
        onProblem: (problem) => this.options.onProblem?.(name, problem),
      }),
    );
  }

  /**
   * Stops pulling, gives back what has not begun, so that it goes elsewhere at once, and waits so long for the handlers at work; then aborts
   * their signal and gives back what is still there.
   */
  stop(graceMs = 10_000): Promise<void> {
    this.stopping ??= this.wind(graceMs);
    return this.stopping;
  }

  private async wind(graceMs: number): Promise<void> {
    const closing = Promise.all(this.sources.map((source) => source.close()));
    await Promise.resolve();
    for (const entry of this.lanes.clear()) this.giveBack(entry);
    await closing;
    await this.idleWithin(graceMs);
    this.abort.abort(new Fault('stopping', { retryable: true, message: 'the service stops' }));
    await this.idleWithin(ABORT_GRACE_MS);
    this.endKeepAlive();
    for (const entry of this.entries.values()) this.giveBack(entry);
    if (this.ports.connected()) await this.ports.flush().catch(() => undefined);
  }

  private async idleWithin(ms: number): Promise<void> {
    if (this.running.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([Promise.all(this.running), over]);
    clearTimeout(timer);
  }

  private accept(source: number, message: Pulled): void {
    const { sequence, deliveries } = message.info;
    this.tally.pulled++;
    if (deliveries > 1) this.tally.redelivered++;
    const known = this.entries.get(entryId(source, sequence));
    if (known !== undefined) known.message = message;
    else if (this.stopping !== undefined) this.nak(message);
    else this.enter(source, message);
  }

  private enter(source: number, message: Pulled): void {
    const hosted = this.hostedOf(message);
    const entry: Entry = { source, sequence: hosted.sequence, key: this.keyOf(hosted), message, hosted };
    this.entries.set(entryId(source, entry.sequence), entry);
    this.held[source] = (this.held[source] ?? 0) + 1;
    this.lanes.add(entry);
    this.beginWhatMay();
  }

  /** A message whose key can't be told goes to the handler like any other: it is for the handler to refuse it. */
  private keyOf(hosted: HostedMessage): string | undefined {
    try {
      return this.options.keyOf?.(hosted);
    } catch {
      return undefined;
    }
  }

  private hostedOf({ subject, data, headers, info }: Pulled): HostedMessage {
    return { subject, data, ...info, header: (name) => headers.any(name), signal: this.abort.signal };
  }

  private beginWhatMay(): void {
    while (this.running.size < this.options.concurrency && this.stopping === undefined) {
      const entry = this.lanes.next();
      if (entry === undefined) return;
      const also = this.company(entry);
      this.begun += 1 + also.length;
      const run: Promise<void> = this.run(entry, also).then(() => this.finish(entry, also, run));
      this.running.add(run);
    }
  }

  private company(entry: Entry): readonly Entry[] {
    const { together = 0 } = this.options;
    if (together === 0 || entry.hosted.deliveries > 1) return ALONE;
    return this.lanes.takeBehind(entry, together, ({ hosted }) => hosted.deliveries === 1);
  }

  private finish(entry: Entry, also: readonly Entry[], run: Promise<void>): void {
    this.running.delete(run);
    this.begun -= 1 + also.length;
    this.forget(entry);
    for (const other of also) this.forget(other);
    this.lanes.done(entry);
    this.beginWhatMay();
    this.sources[entry.source]?.refill();
  }

  /** Never rejects. */
  private async run(entry: Entry, also: readonly Entry[]): Promise<void> {
    const { hosted } = entry;
    if (isExhausted(hosted.deliveries, this.policy)) {
      await this.apply(entry, { do: 'dead-letter', code: DELIVERIES_EXHAUSTED });
      return;
    }
    try {
      await this.options.handler(
        hosted,
        also.map((other) => other.hosted),
      );
      this.settleBy(entry, { do: 'ack' });
      for (const other of also) this.settleBy(other, { do: 'ack' });
    } catch (error) {
      const settlement = also.length > 0 ? AGAIN : settle(this.outcomeOf(error), hosted.deliveries, this.policy, this.ports.random());
      this.options.onFailure?.(hosted, error, settlement);
      for (const other of also) this.settleBy(other, settlement);
      await this.apply(entry, settlement);
    }
  }

  private outcomeOf(error: unknown): Outcome {
    if (this.abort.signal.aborted) return { kind: 'withdrawn' };
    return isFault(error) ? { kind: 'fault', code: error.code, retryable: error.retryable } : { kind: 'defect' };
  }

  private async apply(entry: Entry, settlement: Settlement): Promise<void> {
    if (settlement.do !== 'dead-letter') {
      this.settleBy(entry, settlement);
      return;
    }
    try {
      await this.bury(entry, settlement.code);
      this.settleBy(entry, settlement);
    } catch (error) {
      const retry = settle(
        { kind: 'fault', code: BUS_FAULTS.deadLetterUnavailable, retryable: true },
        1,
        { ...this.policy, maxDeliveries: Infinity },
        1,
      );
      this.options.onFailure?.(entry.hosted, error, retry);
      this.settleBy(entry, retry);
    }
  }

  /** Stored once by this process, however often the rest must be tried. */
  private async bury({ source, message, hosted }: Entry, cause: string): Promise<void> {
    const id = entryId(source, hosted.sequence);
    const { service, keepPayload, sealPayload } = this.options;
    if (!this.buried.has(id)) {
      const stream = this.streamOf(source);
      const wanted = keepPayload?.(cause) === true;
      const as = wanted && sealPayload !== undefined ? await sealPayload(hosted) : undefined;
      const payload = wanted && (sealPayload === undefined || as !== undefined);
      const keep = keepPayload && { headers: message.headers.entries(), payload, ...(as === undefined ? {} : { as }) };
      await this.ports.bury({ ...hosted, cause, service, stream, ...(keep === undefined ? {} : { keep }) });
    }
    this.buried.add(id);
    await this.options.onDeadLetter?.(hosted, cause);
    this.buried.delete(id);
  }

  private streamOf = (source: number): string => this.options.durables[source]?.stream ?? '';

  /** Nothing, when the message was given back meanwhile. */
  private settleBy(entry: Entry, settlement: Settlement): void {
    if (this.entries.get(entryId(entry.source, entry.sequence)) !== entry) return;
    if (settlement.do === 'nak') {
      this.nak(entry.message, settlement.delayMs);
    } else if (settlement.do === 'ack') {
      this.tally.acked++;
      entry.message.ack();
    } else {
      this.tally.deadLettered++;
      entry.message.term(settlement.code);
    }
  }

  private giveBack(entry: Entry): void {
    this.nak(entry.message);
    this.forget(entry);
  }

  private nak(message: Pulled, delayMs = 0): void {
    this.tally.naked++;
    message.nak(delayMs);
  }

  private forget(entry: Entry): void {
    if (this.entries.delete(entryId(entry.source, entry.sequence))) this.held[entry.source] = (this.held[entry.source] ?? 1) - 1;
  }

  private touchAll(): void {
    if (!this.ports.connected()) return;
    for (const { message } of this.entries.values()) message.progress();
  }
}

const ALONE: readonly Entry[] = [];
/** What failed together comes again one by one: which one is to blame shows then. */
const AGAIN: Settlement = { do: 'nak', delayMs: 0 };

const entryId = (source: number, sequence: number): string => `${source}:${sequence}`;
