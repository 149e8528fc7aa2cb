import { LOG_FAULTS, type StoredMessage, matchesFilter } from '@octobus/event-log';
import { Fault } from '@octobus/kernel';
import type { DirectAnswer, DirectGets } from '../direct-get.ts';

/**
 * The last message of every subject under the filters, in ascending sequence: all of them as one server had them at one moment, so that what is
 * decided from them may expect the last sequence among them. On a cluster any server may answer, and one may be behind the acknowledgements
 * (nats-server 2.15 knows no `min_last_seq`); an answer that does not prove to hold `atLeast` is refused.
 * Undefined: more subjects than one answer may hold. Fault `log-unavailable` (retryable): the server that answered was behind.
 */
export async function lastOfSubjects(
  gets: Pick<DirectGets, 'many' | 'lastUnder'>,
  filters: readonly string[],
  atLeast: number,
): Promise<readonly StoredMessage[] | undefined> {
  const answer = await gets.many({ multi_last: filters });
  if (!isWhole(answer)) return undefined;
  if (answer.upTo >= atLeast) return answer.messages;
  if (answer.messages.length > 0) throw behind(atLeast);
  return nothingButProven(gets, filters, atLeast);
}

/** An answer without messages doesn't say how far its server is: one message that must be there is asked for along with the rest. */
async function nothingButProven(
  gets: Pick<DirectGets, 'many' | 'lastUnder'>,
  filters: readonly string[],
  atLeast: number,
): Promise<readonly StoredMessage[] | undefined> {
  const witness = await gets.lastUnder('>');
  if (witness === undefined || witness.sequence < atLeast) throw behind(atLeast);
  const answer = await gets.many({ multi_last: [...filters, witness.subject] });
  if (!isWhole(answer)) return undefined;
  if (answer.upTo < atLeast) throw behind(atLeast);
  return answer.messages.filter(({ subject }) => filters.some((filter) => matchesFilter(filter, subject)));
}

const isWhole = ({ tooMany, remaining }: DirectAnswer): boolean => !tooMany && remaining === 0;

/** Whoever asks again is answered by another server, or by the same one later. */
export const behind = (sequence: number): Fault =>
  new Fault(LOG_FAULTS.unavailable, { retryable: true, message: `the log does not show sequence ${sequence} yet` });
