import { ConsumedEventLog } from '@octobus/jetstream';
import { connectAs } from '../bench/stack-access.ts';
import { type Share, wantedBy } from './shares.ts';
import { type FoldCounts, TaskFold, joinedCounts } from './task-fold.ts';

export interface FoldedShare extends FoldCounts {
  /** Messages that are no events: how many, and the first of them. */
  readonly ignored: number;
  readonly firstIgnored: readonly { readonly stream: string; readonly sequence: number; readonly subject: string }[];
}

const EVERYTHING = 'evt.>';
const MOST_NAMED = 20;

/** Reads some streams of the stack in this state folder, or shares of them, and folds their tasks. */
export async function foldShares(folder: string, shares: readonly Share[]): Promise<FoldedShare> {
  const bus = await connectAs('PLATFORM', folder);
  let ignored = 0;
  const firstIgnored: FoldedShare['firstIgnored'][number][] = [];
  try {
    const counts: FoldCounts[] = [];
    for (const share of shares) {
      const { stream } = share;
      const onDropped = ({ sequence, subject }: { readonly sequence: number; readonly subject: string }): void => {
        if (++ignored <= MOST_NAMED) firstIgnored.push({ stream, sequence, subject });
      };
      const fold = new TaskFold();
      const log = new ConsumedEventLog(bus, { stream, onDropped });
      for await (const batch of log.read(EVERYTHING, 1, wantedBy(share))) fold.add(batch);
      counts.push(fold.counts);
    }
    return { ...joinedCounts(counts), ignored, firstIgnored };
  } finally {
    await bus.close();
  }
}
