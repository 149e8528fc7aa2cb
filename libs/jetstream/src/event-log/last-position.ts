import { type LogStreamCount, logStreams } from '@octobus/contracts';
import type { Bus } from '../connect.ts';
import { DirectGets } from '../direct-get.ts';
import { BUS_FAULTS } from '../faults.ts';
import { retrying } from '../retrying.ts';

const CODES = { unavailable: BUS_FAULTS.logUnavailable, refused: BUS_FAULTS.logRefused };
const TIMEOUT_MS = 1_000;

/**
 * Sequence of the last event under a filter in each stream of the log, 0: none; for accounts that may ask for the last message of the filter's subjects
 * and no more. Fault `log-unavailable`.
 */
export function lastPositions({ connection }: Bus, count: LogStreamCount, filter: string): Promise<readonly number[]> {
  return Promise.all(
    logStreams(count).map(async ({ name }) => {
      const gets = new DirectGets(connection, name, TIMEOUT_MS, CODES);
      return (await retrying({ tries: 2, codes: CODES }, () => gets.lastMatching(filter)))?.sequence ?? 0;
    }),
  );
}
