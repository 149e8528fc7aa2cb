import { STREAMS } from '@octobus/contracts';
import { diskUsage } from './disk-usage.ts';
import { type Holdings, totalOf } from './footprint.ts';
import type { Place } from './place.ts';
import { readModelRows } from './read-model-rows.ts';
import { type StreamSize, connectAs, databaseUrl, logStreamNames, streamSize } from './stack-access.ts';

const OTHERS = Object.values(STREAMS).filter((name) => name !== STREAMS.events);

/** As of now, once the read models have caught up. */
export async function holdingsOf({ folder, processes }: Place): Promise<Holdings> {
  const bus = await connectAs('PLATFORM', folder);
  try {
    const log = await logStreamNames(bus);
    const sizes = await Promise.all(
      [...OTHERS, ...log].map(async (name): Promise<[string, StreamSize]> => [name, await streamSize(bus, name)]),
    );
    const streams = Object.fromEntries(sizes);
    const rows = await readModelRows(databaseUrl(folder, process.env), totalOf(streams, log).lastSequence);
    return { streams, log, rows, disk: await diskUsage(folder), pssBytes: processes.pssBytes() };
  } finally {
    await bus.close();
  }
}
