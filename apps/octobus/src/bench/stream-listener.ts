import { connect } from 'node:net';
import { Fault } from '@octobus/kernel';
import { EventStreamReader, type StreamEvent } from './event-stream-reader.ts';

/** What one client of an event stream has heard. */
export interface Heard {
  /** When the response began, milliseconds since 1970. */
  readonly openedAt: number;
  /** Sequences in the order they came, and when each did. */
  readonly sequences: readonly number[];
  readonly times: readonly number[];
  /** State that the last message tells; undefined when the stream broke off. */
  readonly end: string | undefined;
}

export interface Listener {
  /** Resolves when the response has begun. Fault `not-running` when it is refused. */
  readonly opened: Promise<void>;
  /** Resolves when the stream has ended. */
  readonly heard: Promise<Heard>;
  close(): void;
}

/** Milliseconds since 1970, to the microsecond. */
export const preciseNow = (): number => performance.timeOrigin + performance.now();

/** A client of one event stream on a connection of its own, with as little work an event as can be. */
export function listen(url: URL, apiKey: string): Listener {
  const opened = Promise.withResolvers<void>();
  const heard = Promise.withResolvers<Heard>();
  const reader = new EventStreamReader();
  const sequences: number[] = [];
  const times: number[] = [];
  let openedAt = 0;
  let end: string | undefined;
  const take = ({ sequence, event, data }: StreamEvent, at: number): void => {
    if (event === 'done') end = (JSON.parse(data) as { readonly state?: string }).state;
    if (sequence === undefined) return;
    sequences.push(sequence);
    times.push(at);
  };
  const socket = connect({ host: url.hostname, port: Number(url.port || 80), noDelay: true });
  socket.setEncoding('latin1');
  socket.write(
    `GET ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\nauthorization: Bearer ${apiKey}\r\naccept: text/event-stream\r\nconnection: close\r\n\r\n`,
  );
  socket.on('data', (text: string) => {
    const at = preciseNow();
    try {
      for (const event of reader.take(text)) take(event, at);
    } catch (error) {
      socket.destroy();
      opened.reject(refused(error));
    }
    if (openedAt !== 0 || !reader.open) return;
    openedAt = at;
    opened.resolve();
  });
  socket.on('error', (error) => opened.reject(refused(error)));
  socket.on('close', () => {
    opened.reject(refused(undefined));
    heard.resolve({ openedAt, sequences, times, end });
  });
  return { opened: opened.promise, heard: heard.promise, close: () => void socket.destroy() };
}

const refused = (cause: unknown): Fault =>
  new Fault('not-running', {
    retryable: true,
    message: cause instanceof Error ? cause.message : 'an event stream broke off before it began',
    cause,
  });
