import type { HostPorts, Pulled, Source, SourceOptions } from '@octobus/jetstream';
import type { Chance } from './chance.ts';
import type { Delivered, PullRequest } from './durable.ts';
import type { Process } from './process.ts';
import type { Server } from './server.ts';

/** A letter in the simulated DLQ. */
export interface Buried {
  readonly service: string;
  readonly subject: string;
  readonly sequence: number;
  readonly cause: string;
}

export interface HostWorld {
  readonly process: Process;
  readonly server: Server;
  readonly chance: Chance;
  readonly bury: (letter: Buried) => void;
  readonly tell: (line: () => string) => void;
  /** Subject and headers of a message by its sequence. */
  readonly messageAt: (sequence: number) => Message;
  /** True: messages are acknowledged before they are handled. For the test of the tests. */
  readonly acksFirst?: boolean;
}

export interface Message {
  readonly subject: string;
  readonly storedAt: number;
  readonly data: Uint8Array;
  readonly header: (name: string) => string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** Twice a heartbeat and a little: a pull that nobody serves is made again. */
const SILENCE_MS = 5_500;

/** The world of a real `ConsumerHost` in a simulation. */
export const hostPorts = (world: HostWorld): HostPorts => ({
  pull: (options) => new Puller(world, options),
  bury: async (letter) => world.bury(letter),
  connected: () => !world.process.cutOff,
  flush: () => Promise.resolve(),
  every: (ms, act) => world.process.every(ms, act),
  random: world.chance.next,
});

/** Asks a durable for as much as there is room for, as `PullSource` does, and again when the connection or the server was lost. */
export class Puller implements Source {
  private readonly world: HostWorld;
  private readonly options: Pick<SourceOptions, 'durable' | 'prefetch' | 'room' | 'onMessage'>;
  private inbox: object = {};
  private asked = 0;
  private closed = false;

  constructor(world: HostWorld, options: Pick<SourceOptions, 'durable' | 'prefetch' | 'room' | 'onMessage'>) {
    this.world = world;
    this.options = options;
    const { process } = world;
    process.onReconnect(() => this.restart());
    process.every(SILENCE_MS, () => this.checkSilence());
    process.after(0, () => this.refill());
  }

  refill(): void {
    const { prefetch, room } = this.options;
    const wanted = room() - this.asked;
    if (this.closed || wanted <= 0 || (this.asked > 0 && wanted < prefetch / 4)) return;
    this.asked += wanted;
    const { process } = this.world;
    const request: PullRequest = { process, inbox: this.inbox, left: wanted, deliver: (messages) => this.bring(request, messages) };
    process.send('pull', () => {
      if (this.world.server.isUp && process.alive && request.inbox === this.inbox) this.durable.request({ ...request });
    });
  }

  close(): Promise<void> {
    this.closed = true;
    this.leave();
    return Promise.resolve();
  }

  private get durable() {
    return this.world.server.durable(this.options.durable);
  }

  private bring({ inbox }: PullRequest, messages: readonly Delivered[]): void {
    this.world.process.hear('delivery', () => {
      if (inbox === this.inbox) for (const message of messages) this.take(message);
    });
  }

  private take({ sequence, deliveries }: Delivered): void {
    if (this.asked > 0) this.asked--;
    const message = this.pulled(sequence, deliveries);
    this.world.tell(
      () => `${this.world.process.name} gets ${this.options.durable} ${sequence}${deliveries > 1 ? `, delivery ${deliveries}` : ''}`,
    );
    if (this.world.acksFirst === true) message.ack();
    this.options.onMessage(message);
    this.refill();
  }

  private pulled(sequence: number, deliveries: number): Pulled {
    const { subject, data, storedAt, header, headers } = this.world.messageAt(sequence);
    const { acksFirst = false } = this.world;
    let answered = false;
    const answer = (act: () => void): void => {
      if (answered && acksFirst) return;
      answered = true;
      this.world.process.send('ack', () => (this.world.server.isUp ? act() : undefined));
    };
    return {
      subject,
      data,
      headers: { any: header, entries: () => Object.entries(headers) },
      info: { deliveries, sequence, storedAt },
      ack: () => answer(() => this.durable.ack(sequence)),
      nak: (delayMs?: number) => answer(() => this.durable.nak(sequence, delayMs ?? 0)),
      term: () => answer(() => this.durable.ack(sequence)),
      progress: () => this.world.process.send('ack', () => (this.world.server.isUp ? this.durable.progress(sequence) : undefined)),
    };
  }

  private restart(): void {
    this.leave();
    this.refill();
  }

  /** What was asked for is answered to nobody. */
  private leave(): void {
    const old = this.inbox;
    this.inbox = {};
    this.asked = 0;
    if (this.world.server.isUp) this.durable.forget((request) => request.inbox === old);
  }

  private checkSilence(): void {
    if (this.asked > 0 && this.world.server.isUp && !this.world.process.cutOff && !this.durable.serves(this.inbox)) this.restart();
  }
}
