import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { logStreamIndex, logStreams } from '@octobus/contracts';
import type { RecordedEvent } from '@octobus/event-log';
import { readPositions } from '@octobus/postgres';
import { READ_MODELS, readModelDigest, readModelsPositions } from '@octobus/read-models';
import { generateHistory, randomNumbers } from '@octobus/read-models/testing';
import { Projector } from '../src/projector.ts';
import { Databases } from './databases.ts';
import { PlantedLog } from './planted-log.ts';

jest.setTimeout(60_000);

const COUNT = 4;
const streams = logStreams(COUNT).map(({ name }) => name);
const databases = new Databases();

beforeAll(() => databases.open());
afterAll(() => databases.close());

/** The history as each stream has it, with sequences of its own. */
const history: readonly (readonly RecordedEvent[])[] = (() => {
  const parts: RecordedEvent[][] = streams.map(() => []);
  for (const event of generateHistory({ tasks: 150, seed: 23 })) {
    const part = parts[logStreamIndex(event.subject, COUNT) ?? 0];
    part?.push({ ...event, sequence: part.length + 1 });
  }
  return parts;
})();

const projectorsOn = async (logs: readonly PlantedLog[]) => {
  const db = await databases.create();
  const all = streams.map((stream, i) => new Projector({ db, log: logs[i] ?? new PlantedLog(), stream, streams, batchSize: 40 }));
  await Promise.all(all.map((projector) => projector.start()));
  return { db, all };
};

it('rows folded live from several streams at once equal those folded from an empty database, and so do the positions', async () => {
  const logs = history.map(() => new PlantedLog());
  const live = await projectorsOn(logs);
  const random = randomNumbers(7);
  const left = history.map((part) => [...part]);
  while (left.some((part) => part.length > 0)) {
    const chunks = left.map((part) => part.splice(0, Math.floor(random() * 60)));
    chunks.forEach((chunk, i) => logs[i]?.plantAll(chunk));
    await Promise.all(live.all.map((projector, i) => projector.acceptAll(chunks[i] ?? [])));
  }
  const fresh = await projectorsOn(history.map((part) => new PlantedLog().plantAll(part)));
  expect(await readModelDigest(live.db)).toBe(await readModelDigest(fresh.db));
  expect(await readPositions(live.db, READ_MODELS)).toEqual(await readPositions(fresh.db, READ_MODELS));
  expect(await readModelsPositions(live.db)).toEqual(streams.map((stream, i) => ({ stream, sequence: history[i]?.length })));
});
