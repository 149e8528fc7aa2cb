import { type NatsConnection, connect, errors } from '@nats-io/transport-node';
import { Fault } from '@octobus/kernel';
import { coalesceWrites } from './coalesced-writes.ts';
import { BUS_FAULTS } from './faults.ts';

export interface BusOptions {
  /** `nats://user:password@host:port`; several servers by commas, the user of the first. */
  readonly url: string;
  /** Shown in the server's connection list. */
  readonly name: string;
  /** False: fail when the server isn't there. Otherwise the first connection is tried for ever, too. */
  readonly wait?: boolean;
}

export type BusEvent =
  | { readonly type: 'disconnected' }
  | { readonly type: 'reconnected' }
  | { readonly type: 'error'; readonly error: Error }
  | { readonly type: 'closed' };

/** One connection to NATS. It reconnects for ever; what was published meanwhile is lost, so whoever needs an answer repeats. */
export class Bus {
  readonly connection: NatsConnection;
  readonly name: string;
  /** Settles when the connection is gone for good, with the error if it was one. */
  readonly closed: Promise<Error | undefined>;
  private readonly listeners = new Set<(event: BusEvent) => void>();
  private up = true;

  constructor(connection: NatsConnection, name: string) {
    this.connection = connection;
    this.name = name;
    this.closed = connection.closed().then((error) => (error instanceof Error ? error : undefined));
    void this.watch();
  }

  /** False while it reconnects and after it has closed. */
  get connected(): boolean {
    return this.up;
  }

  /** Answers a function that ends the listening. */
  on(listener: (event: BusEvent) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Ends subscriptions, sends what is buffered, closes. */
  async drain(): Promise<void> {
    const { connection } = this;
    if (connection.isClosed()) return;
    if (this.up && !connection.isDraining()) await connection.drain().catch(() => connection.close());
    else if (!connection.isDraining()) await connection.close();
    await this.closed;
  }

  /** At once; what is buffered is lost. */
  async close(): Promise<void> {
    await this.connection.close();
  }

  private async watch(): Promise<void> {
    for await (const status of this.connection.status()) {
      if (status.type === 'disconnect') this.tell({ type: 'disconnected' });
      else if (status.type === 'reconnect') this.tell({ type: 'reconnected' });
      else if (status.type === 'error') this.tell({ type: 'error', error: status.error });
      else if (status.type === 'close') this.tell({ type: 'closed' });
    }
  }

  private tell(event: BusEvent): void {
    if (event.type === 'disconnected' || event.type === 'closed') this.up = false;
    if (event.type === 'reconnected') this.up = true;
    for (const listener of this.listeners) listener(event);
  }
}

/** Faults: `bus-address-invalid`; `bus-denied` (wrong user or password); `bus-unavailable` when it may not wait. */
export async function connectBus(options: BusOptions): Promise<Bus> {
  const { servers, user, pass } = parseAddress(options.url);
  try {
    const connection = await connect({
      servers,
      ...(user === '' ? {} : { user, pass }),
      name: options.name,
      waitOnFirstConnect: options.wait ?? true,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 100,
      reconnectJitter: 200,
      timeout: 5_000,
      pingInterval: 10_000,
      maxPingOut: 2,
      noAsyncTraces: true,
    });
    coalesceWrites(connection);
    return new Bus(connection, options.name);
  } catch (error) {
    throw refusal(error);
  }
}

function refusal(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const denied = error instanceof errors.AuthorizationError || error.cause instanceof errors.AuthorizationError;
  return denied
    ? new Fault(BUS_FAULTS.denied, { retryable: false, message: 'NATS does not accept this user and password', cause: error })
    : new Fault(BUS_FAULTS.unavailable, { retryable: true, message: 'NATS can not be reached', cause: error });
}

function parseAddress(url: string): { servers: string[]; user: string; pass: string } {
  const parsed = url.split(',').map((text) => (URL.canParse(text.trim()) ? new URL(text.trim()) : undefined));
  const [first] = parsed;
  if (first === undefined || parsed.some((server) => server === undefined || server.hostname === '')) {
    const message = 'the address of NATS must look like nats://user:password@host:port';
    throw new Fault(BUS_FAULTS.addressInvalid, { retryable: false, message });
  }
  const servers = parsed.flatMap((server) => (server === undefined ? [] : `${server.hostname}:${server.port || '4222'}`));
  return { servers, user: decodeURIComponent(first.username), pass: decodeURIComponent(first.password) };
}
