import type { NatsConnection } from '@nats-io/transport-node';
import { LOG_STREAM_COUNTS, type LogStreamCount, STREAMS, logStreams } from '@octobus/contracts';
import { Fault } from '@octobus/kernel';
import { type ApiError, fromApiError, fromNatsError } from '../from-nats-error.ts';
import { PROVISIONING_FAULTS } from './faults.ts';

/** How much a stream of the log holds: nothing is ever deleted, so the last sequence is the number of events. Bytes as the server counts them, unencrypted. */
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

/** Of each stream in the order of `logStreams`. One request a stream without a look at subjects: the same cost at any size. Faults `provisioning-unavailable`, `provisioning-refused`. */
export const readLogSizes = (connection: NatsConnection, count: LogStreamCount): Promise<readonly LogSize[]> =>
  Promise.all(logStreams(count).map(({ name }) => readSize(connection, name)));

async function readSize(connection: NatsConnection, stream: string): Promise<LogSize> {
  let answer: Answer;
  try {
    answer = (await connection.request(`$JS.API.STREAM.INFO.${stream}`, '', { timeout: WITHIN_MS })).json<Answer>();
  } catch (error) {
    throw fromNatsError(error, CODES);
  }
  if (answer.state !== undefined) return { events: answer.state.last_seq, bytes: answer.state.bytes };
  if (answer.error !== undefined) throw fromApiError(answer.error, CODES);
  throw new Fault(PROVISIONING_FAULTS.unavailable, { retryable: true, message: 'the size of the log could not be read' });
}

/** How many streams the log of this server is spread over; for the platform's own account. Faults as of `readLogSizes`. */
export async function readLogStreamCount(connection: NatsConnection): Promise<LogStreamCount> {
  try {
    const request = JSON.stringify({ subject: 'evt.>' });
    const answer = (await connection.request('$JS.API.STREAM.NAMES', request, { timeout: WITHIN_MS })).json<{
      streams?: readonly string[] | null;
    }>();
    const found = (answer.streams ?? []).filter((name) => name.startsWith(STREAMS.events)).length;
    return LOG_STREAM_COUNTS.find((count) => count >= found) ?? 1;
  } catch (error) {
    throw fromNatsError(error, CODES);
  }
}
