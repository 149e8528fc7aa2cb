import type { NatsConnection } from '@nats-io/transport-node';
import { Fault } from '@octobus/kernel';
import { type ApiError, type FaultCodes, fromApiError } from './from-nats-error.ts';
import { retrying } from './retrying.ts';

interface Deleted {
  readonly success?: boolean;
  readonly error?: ApiError;
}

const TIMEOUT_MS = 2_000;
const TRIES = 4;

/**
 * Deletes one message and has the server overwrite it where it can: `no_erase` is absent. In an encrypted store it only marks the message
 * (`removeMsg`, 2.15.1: "in encrypted mode negate secure rewrite"), which is gone for good when its block is written anew. Deleting it again changes nothing.
 */
export const secureDelete = (connection: NatsConnection, stream: string, sequence: number, codes: FaultCodes): Promise<void> =>
  retrying({ tries: TRIES, codes }, async () => {
    const subject = `$JS.API.STREAM.MSG.DELETE.${stream}`;
    const answer = (await connection.request(subject, JSON.stringify({ seq: sequence }), { timeout: TIMEOUT_MS })).json<Deleted>();
    if (answer.success === true || isGone(answer.error)) return;
    throw answer.error === undefined
      ? new Fault(codes.unavailable, { retryable: true, message: 'the answer to a deletion can not be read' })
      : fromApiError(answer.error, codes);
  });

/** Somebody else has deleted it: 10043 "sequence not found", or 10057 with the store's own words (nats-server 2.15). */
const isGone = (error: ApiError | undefined): boolean =>
  error?.err_code === 10043 || (error?.err_code === 10057 && error.description?.includes('no message found') === true);
