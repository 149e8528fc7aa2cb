import { type LogPart, type LogPositions, positionsOf } from '@octobus/event-log';
import { type Instant, isFault } from '@octobus/kernel';
import { RequestFault } from '../problems/problem.ts';

/** As `positionsOf`, its refusals shown to the caller. */
export const startOf = (parts: readonly LogPart[], from: string | undefined, now: Instant): Promise<LogPositions> =>
  shown(() => positionsOf(parts, from, now));

/** What a position is refused for is the caller's own doing, and told. */
export async function shown<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isFault(error) && error.code.startsWith('position-') ? new RequestFault(error.code, error.message) : error;
  }
}
