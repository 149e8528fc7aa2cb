import type { NatsConnection } from '@nats-io/transport-node';

/** What is used of the client's `ProtocolHandler` (nats-core 3.4); absent members leave the client as it is. */
interface Protocol {
  flushPending?: () => void;
  readonly outbound?: { size(): number };
  readonly pendingLimit?: number;
}

/**
 * Sends what is published in one turn of the event loop as two writes at most: the first message at once, so that a lone one waits for nothing, the rest
 * together at the end of the turn. The client itself writes at the end of the first microtask, so that a batch of messages handled side by side becomes
 * nearly as many writes (docs/performance.md).
 */
export function coalesceWrites(connection: NatsConnection): void {
  const protocol = (connection as unknown as { readonly protocol?: Protocol }).protocol;
  const { flushPending, outbound, pendingLimit } = protocol ?? {};
  if (protocol === undefined || flushPending === undefined || outbound === undefined || pendingLimit === undefined) return;
  const flush = flushPending.bind(protocol);
  let written = false;
  const endTurn = (): void => {
    written = false;
    flush();
  };
  protocol.flushPending = () => {
    if (written && outbound.size() < pendingLimit) return;
    flush();
    if (!written) setImmediate(endTurn);
    written = true;
  };
}
