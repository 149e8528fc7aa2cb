import type { Bus } from '../connect.ts';
import { type DeadLetter, buryMessage } from './dead-letter.ts';
import { PullSource, type PullSourceOptions } from './pull-source.ts';
import type { PulledMessage } from './pulled-message.ts';

/** One delivery of one message, as a host uses it. */
export interface Pulled extends Pick<PulledMessage, 'subject' | 'data' | 'info' | 'ack' | 'nak' | 'term' | 'progress'> {
  /** `any`: whatever the case of the name. */
  readonly headers: { readonly any: (name: string) => string | undefined; readonly entries: () => readonly (readonly [string, string])[] };
}

/** What a host pulls from; see `PullSource`. */
export interface Source {
  refill(): void;
  close(): Promise<void>;
}

export interface SourceOptions extends Omit<PullSourceOptions, 'bus' | 'onMessage'> {
  readonly onMessage: (message: Pulled) => void;
}

/** The world of a host: the bus, or a simulation of one. */
export interface HostPorts {
  pull(options: SourceOptions): Source;
  /** See `buryMessage`. */
  bury(letter: DeadLetter): Promise<void>;
  /** Whether an answer to a message has anywhere to go. */
  connected(): boolean;
  /** Resolves when everything answered is sent. */
  flush(): Promise<void>;
  /** Runs again and again; answers a function that ends it. */
  every(ms: number, act: () => void): () => void;
  /** In [0, 1). */
  random(): number;
}

export const portsOf = (bus: Bus): HostPorts => ({
  pull: (options) => new PullSource({ ...options, bus }),
  bury: (letter) => buryMessage(bus.connection, letter),
  connected: () => bus.connected,
  flush: () => bus.connection.flush(),
  every: (ms, act) => {
    const timer = setInterval(act, ms);
    return () => clearInterval(timer);
  },
  random: Math.random,
});
