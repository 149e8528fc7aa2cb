import { headers } from '@nats-io/transport-node';
import { Fault } from '@octobus/kernel';
import type { Bus } from './connect.ts';
import { BUS_FAULTS } from './faults.ts';
import { type ApiError, fromApiError } from './from-nats-error.ts';
import { retrying } from './retrying.ts';

const CODES = { unavailable: BUS_FAULTS.logUnavailable, refused: BUS_FAULTS.logRefused };
/** "maximum messages per subject exceeded" (nats-server errors.json). */
const SUBJECT_FULL = 10077;

/** Publishes to a stream and resolves when it is durable there. Faults: `log-unavailable`, `log-refused`, `ingress-full` when the subject holds all it may. */
export async function publishTo(
  bus: Bus,
  subject: string,
  head: readonly (readonly [string, string])[],
  payload: Uint8Array,
): Promise<number> {
  const sent = headers();
  for (const [name, value] of head) sent.set(name, value);
  return retrying({ tries: 3, codes: CODES }, async () => {
    const answer = await bus.connection.request(subject, payload, { headers: sent, timeout: 2_000 });
    const ack = answer.json<{ readonly seq?: number; readonly error?: ApiError }>();
    if (ack.error?.err_code === SUBJECT_FULL)
      throw new Fault('ingress-full', { retryable: true, message: 'too many commands of this kind are waiting' });
    if (ack.error !== undefined) throw fromApiError(ack.error, CODES);
    return ack.seq ?? 0;
  });
}
