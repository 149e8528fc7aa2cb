import type { NatsConnection } from '@nats-io/transport-node';

/** What is used of the client's `ProtocolHandler` (nats-core 3.4); absent members leave the client as it is. */
interface Protocol {
  flushPending?: () => void;
  readonly outbound?: { size(): number };
  readonly pendingLimit?: number;
}

/**
 * Sends what is published in one turn of the event loop as one write. The client writes at the end of the first microtask, so a batch of messages that is
 * handled side by side becomes nearly as many writes: a third of what a run costs here is system calls (docs/performance.md).
 */
export function coalesceWrites(connection: NatsConnection): void {
  const protocol = (connection as unknown as { readonly protocol?: Protocol }).protocol;
  const { flushPending, outbound, pendingLimit } = protocol ?? {};
  if (protocol === undefined || flushPending === undefined || outbound === undefined || pendingLimit === undefined) return;
  const flush = flushPending.bind(protocol);
  let scheduled = false;
  const later = (): void => {
    scheduled = false;
    flush();
  };
  protocol.flushPending = () => {
    if (outbound.size() >= pendingLimit) {
      flush();
    } else if (!scheduled) {
      scheduled = true;
      setImmediate(later);
    }
  };
}
