import { Fault, isFault } from '@octobus/kernel';
import { errors } from '@nats-io/transport-node';

/** What foreign errors become in one area: codes of the faults to make. */
export interface FaultCodes {
  /** Retryable: nobody answered, or not in time. */
  readonly unavailable: string;
  /** Not retryable: the server said no. */
  readonly refused: string;
}

/** The error of a JetStream answer. Codes from 500 on are conditions of the server that pass. */
export interface ApiError {
  readonly code: number;
  readonly err_code?: number;
  readonly description?: string;
}

/** "wrong last sequence" (nats-server 2.15: 10071; 10164 when the server doesn't know the sequence yet). */
export const isWrongLastSequence = (error: ApiError): boolean => error.err_code === 10071 || error.err_code === 10164;

/** Turns what the client throws into a fault; faults and defects of our own come back as they are. */
export function fromNatsError(error: unknown, codes: FaultCodes): unknown {
  if (!(error instanceof Error) || isFault(error)) return error;
  if (isRefusal(error)) return new Fault(codes.refused, { retryable: false, message: 'NATS refused the request', cause: error });
  if (isAbsence(error)) return new Fault(codes.unavailable, { retryable: true, message: 'NATS did not answer in time', cause: error });
  return error;
}

/** Turns an error answer of JetStream into a fault. */
export function fromApiError(error: ApiError, codes: FaultCodes): Fault {
  const passes = error.code >= 500;
  return new Fault(passes ? codes.unavailable : codes.refused, {
    retryable: passes,
    message: passes ? 'JetStream can not do it now' : 'JetStream refused the request',
    details: { status: error.code, error: error.err_code ?? 0, description: (error.description ?? '').slice(0, 200) },
  });
}

const isRefusal = (error: Error): boolean =>
  error instanceof errors.InvalidArgumentError ||
  error instanceof errors.InvalidSubjectError ||
  error instanceof errors.PermissionViolationError ||
  error.cause instanceof errors.PermissionViolationError;

const isAbsence = (error: Error): boolean =>
  error instanceof errors.TimeoutError ||
  error instanceof errors.NoRespondersError ||
  error instanceof errors.RequestError ||
  error instanceof errors.ClosedConnectionError ||
  error instanceof errors.DrainingConnectionError ||
  error instanceof errors.ConnectionError;
