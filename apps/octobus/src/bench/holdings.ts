import { STREAMS } from '@octobus/contracts';
import { diskUsage } from './disk-usage.ts';
import type { Holdings } from './footprint.ts';
import type { Place } from './place.ts';
import { readModelRows } from './read-model-rows.ts';
import { type StreamSize, connectAs, databaseUrl, streamSize } from './stack-access.ts';

/** As of now, once the read models have caught up. */
export async function holdingsOf({ folder, processes }: Place): Promise<Holdings> {
  const bus = await connectAs('PLATFORM', folder);
  try {
    const sizes = await Promise.all(
      Object.values(STREAMS).map(async (name): Promise<[string, StreamSize]> => [name, await streamSize(bus, name)]),
    );
    const streams = Object.fromEntries(sizes);
    const rows = await readModelRows(databaseUrl(folder, process.env), streams[STREAMS.events]?.lastSequence ?? 0);
    return { streams, rows, disk: await diskUsage(folder), pssBytes: processes.pssBytes() };
  } finally {
    await bus.close();
  }
}
