import { STREAMS } from '@octobus/contracts';
import type { Bus } from '@octobus/jetstream';
import { isFault } from '@octobus/kernel';
import { streamSize } from '../stack-access.ts';

const TRIES = 6;

/** Events in the log; asked again when the server has too much to do to answer. */
export async function eventsIn(bus: Bus): Promise<number> {
  for (let n = 1; ; n++) {
    try {
      return (await streamSize(bus, STREAMS.events)).lastSequence;
    } catch (error) {
      if (isFault(error) || n === TRIES) throw error;
    }
  }
}
