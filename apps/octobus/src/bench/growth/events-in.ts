import type { Bus } from '@octobus/jetstream';
import { isFault } from '@octobus/kernel';
import { logStreamNames, streamSize } from '../stack-access.ts';

const TRIES = 6;

/** Events in the log; asked again when the server has too much to do to answer. */
export async function eventsIn(bus: Bus): Promise<number> {
  for (let n = 1; ; n++) {
    try {
      const sizes = await Promise.all((await logStreamNames(bus)).map((stream) => streamSize(bus, stream)));
      return sizes.reduce((sum, { lastSequence }) => sum + lastSequence, 0);
    } catch (error) {
      if (isFault(error) || n === TRIES) throw error;
    }
  }
}
