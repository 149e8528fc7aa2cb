import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { readModelDigest } from '@octobus/read-models';
import { generateHistory, randomNumbers } from '@octobus/read-models/testing';
import { Projector } from '../src/projector.ts';
import { Databases, STREAM } from './databases.ts';
import { PlantedLog } from './planted-log.ts';

jest.setTimeout(60_000);

const events = generateHistory({ tasks: 150, seed: 11 });
const databases = new Databases();

beforeAll(() => databases.open());
afterAll(() => databases.close());

it('two projectors that are handed the same events at the same time fold each event once', async () => {
  const db = await databases.create();
  const log = new PlantedLog().plantAll(events);
  const pair = [1, 2].map(() => new Projector({ db, log: new PlantedLog().plantAll(events), stream: STREAM, batchSize: 50 }));
  await Promise.all(pair.map((projector) => projector.start()));
  await Promise.all(pair.flatMap((projector) => events.map((event) => projector.accept(event))));
  expect(pair.reduce((sum, { progress }) => sum + progress.events, 0)).toBe(events.length);
  expect(await readModelDigest(db)).toBe(await databases.freshDigest(log));
});

it('two projectors that share the deliveries of one consumer fold each event once', async () => {
  const db = await databases.create();
  const log = new PlantedLog();
  const one = new Projector({ db, log, stream: STREAM, batchSize: 20 });
  const other = new Projector({ db, log, stream: STREAM, batchSize: 20 });
  const pair = [one, other];
  await Promise.all(pair.map((projector) => projector.start()));
  const random = randomNumbers(5);
  for (let i = 0; i < events.length; i += 60) {
    const chunk = events.slice(i, i + 60);
    log.plantAll(chunk);
    await Promise.all(chunk.map((event) => (random() < 0.5 ? one : other).accept(event)));
  }
  expect(pair.reduce((sum, { progress }) => sum + progress.events, 0)).toBe(events.length);
  expect(await readModelDigest(db)).toBe(await databases.freshDigest(log));
});
