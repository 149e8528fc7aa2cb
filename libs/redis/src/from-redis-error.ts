import { Fault } from '@octobus/kernel';
import { VOLATILE_FAULTS } from '@octobus/volatile';

/** First words of the server's error answers that pass by themselves (Redis 7, `src/server.c`, `createSharedObjects`). */
const PASSING: ReadonlySet<string> = new Set(['LOADING', 'BUSY', 'MASTERDOWN', 'READONLY', 'CLUSTERDOWN', 'TRYAGAIN', 'OOM', 'MISCONF']);

/** Messages of Redis and its client may hold keys and addresses: the cause is kept, nothing of it is said. */
export function fromRedisError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof RangeError) return error;
  const refused = error.name === 'ReplyError' && !PASSING.has(error.message.split(' ', 1)[0] ?? '');
  return new Fault(refused ? VOLATILE_FAULTS.refused : VOLATILE_FAULTS.unavailable, {
    retryable: !refused,
    message: refused ? 'Redis refused the request' : 'Redis does not answer',
    cause: error,
  });
}
