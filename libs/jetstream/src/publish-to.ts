import { Fault } from '@octobus/kernel';
import type { Bus } from './connect.ts';
import { BUS_FAULTS } from './faults.ts';
import { fromApiError } from './from-nats-error.ts';
import { publishAcked } from './publish-acked.ts';
import { type Head, Replies } from './replies.ts';
import { retrying } from './retrying.ts';

const CODES = { unavailable: BUS_FAULTS.logUnavailable, refused: BUS_FAULTS.logRefused };
/** "maximum messages per subject exceeded" (nats-server errors.json). */
const SUBJECT_FULL = 10077;

/** Publishes to a stream and resolves when it is durable there. Faults: `log-unavailable`, `log-refused`, `ingress-full` when the subject holds all it may. */
export function publishTo(bus: Bus, subject: string, head: Head, payload: Uint8Array): Promise<number> {
  return retrying({ tries: 3, codes: CODES }, async () => {
    const ack = await publishAcked(Replies.of(bus.connection), subject, payload, 2_000, head);
    if ('sequence' in ack) return ack.sequence;
    if (ack.error.err_code === SUBJECT_FULL)
      throw new Fault('ingress-full', { retryable: true, message: 'too many commands of this kind are waiting' });
    throw fromApiError(ack.error, CODES);
  });
}
