import { Fault, isFault } from '@octobus/kernel';
import { POSTGRES_FAULTS, type PostgresFaultCode } from './faults.ts';

interface Kind {
  readonly code: PostgresFaultCode;
  readonly retryable: boolean;
  readonly message: string;
}

const UNAVAILABLE: Kind = { code: POSTGRES_FAULTS.unavailable, retryable: true, message: 'Postgres can not be reached or is not ready' };
const CONTENDED: Kind = { code: POSTGRES_FAULTS.contended, retryable: true, message: 'another transaction was in the way' };
const NOT_MIGRATED: Kind = { code: POSTGRES_FAULTS.notMigrated, retryable: true, message: 'a table of the read models is missing' };
const DENIED: Kind = { code: POSTGRES_FAULTS.denied, retryable: false, message: 'Postgres refused the user or the database' };
const REJECTED: Kind = { code: POSTGRES_FAULTS.rejected, retryable: false, message: 'Postgres rejected the statement' };

/** SQLSTATE, longest prefix first (PostgreSQL 18, appendix A). */
const BY_STATE: readonly (readonly [prefix: string, kind: Kind])[] = [
  ['57014', UNAVAILABLE],
  ['42P01', NOT_MIGRATED],
  ['42703', NOT_MIGRATED],
  ['40001', CONTENDED],
  ['40P01', CONTENDED],
  ['55P03', CONTENDED],
  ['08', UNAVAILABLE],
  ['53', UNAVAILABLE],
  ['57P', UNAVAILABLE],
  ['58', UNAVAILABLE],
  ['28', DENIED],
  ['3D', DENIED],
];

const SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** Errors of pg 8 that carry no code. */
const LOST = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Query read timeout',
  'Client has encountered a connection error',
  'Client was closed and is not queryable',
];

/** Turns what `pg` throws into a fault; faults and defects of our own come back as they are. */
export function fromPostgresError(error: unknown): unknown {
  if (isFault(error) || typeof error !== 'object' || error === null) return error;
  const state = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const kind = kindOf(state, 'message' in error ? String(error.message) : '');
  if (kind === undefined) return error;
  return new Fault(kind.code, {
    retryable: kind.retryable,
    message: kind.message,
    cause: error,
    ...(state === '' ? {} : { details: { state } }),
  });
}

function kindOf(state: string, message: string): Kind | undefined {
  if (SYSTEM_CODES.has(state)) return UNAVAILABLE;
  const known = BY_STATE.find(([prefix]) => state.startsWith(prefix));
  if (known !== undefined) return known[1];
  if (/^[0-9A-Z]{5}$/.test(state)) return REJECTED;
  return LOST.some((start) => message.startsWith(start)) ? UNAVAILABLE : undefined;
}

/** Runs one piece of work against Postgres and throws faults. */
export async function withPostgresFaults<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fromPostgresError(error);
  }
}
