import type { NatsConnection } from '@nats-io/transport-node';
import { STREAMS } from '@octobus/contracts';
import { Fault } from '@octobus/kernel';
import { type ApiError, fromApiError, fromNatsError } from '../from-nats-error.ts';
import { PROVISIONING_FAULTS } from './faults.ts';

/** How much the log holds: nothing is ever deleted, so the last sequence is the number of events. Bytes as the server counts them, unencrypted. */
export interface LogSize {
  readonly events: number;
  readonly bytes: number;
}

interface Answer {
  readonly state?: { readonly last_seq: number; readonly bytes: number };
  readonly error?: ApiError;
}

const CODES = { unavailable: PROVISIONING_FAULTS.unavailable, refused: PROVISIONING_FAULTS.refused };
const WITHIN_MS = 2_000;

/** One request without a look at subjects: the same cost at any size. Faults `provisioning-unavailable`, `provisioning-refused`. */
export async function readLogSize(connection: NatsConnection): Promise<LogSize> {
  let answer: Answer;
  try {
    answer = (await connection.request(`$JS.API.STREAM.INFO.${STREAMS.events}`, '', { timeout: WITHIN_MS })).json<Answer>();
  } catch (error) {
    throw fromNatsError(error, CODES);
  }
  if (answer.state !== undefined) return { events: answer.state.last_seq, bytes: answer.state.bytes };
  if (answer.error !== undefined) throw fromApiError(answer.error, CODES);
  throw new Fault(PROVISIONING_FAULTS.unavailable, { retryable: true, message: 'the size of the log could not be read' });
}
