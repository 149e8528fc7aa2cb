import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { RecordedEvent } from '@octobus/event-log';
import { readModelDigest } from '@octobus/read-models';
import { generateHistory, randomNumbers } from '@octobus/read-models/testing';
import { Projector } from '../src/projector.ts';
import { Databases, STREAM } from './databases.ts';
import { PlantedLog } from './planted-log.ts';

jest.setTimeout(60_000);

const events = generateHistory({ tasks: 120, seed: 21 });
const databases = new Databases();

beforeAll(() => databases.open());
afterAll(() => databases.close());

const deliver = (projector: Projector, some: readonly RecordedEvent[]) => Promise.all(some.map((event) => projector.accept(event)));

it('events that come twice, late or out of order are in the rows once', async () => {
  const db = await databases.create();
  const log = new PlantedLog();
  const projector = new Projector({ db, log, stream: STREAM, batchSize: 40 });
  await projector.start();
  const random = randomNumbers(9);
  for (let i = 0; i < events.length; i += 100) {
    log.plantAll(events.slice(i, i + 100));
    const again = events.slice(Math.max(i - 50, 0), i + 100);
    const twice = [...again, ...events.slice(i, i + 100)].map((event) => [random(), event] as const);
    await deliver(
      projector,
      twice.toSorted(([a], [b]) => a - b).map(([, event]) => event),
    );
  }
  expect(projector.progress).toMatchObject({ sequence: events.length, events: events.length, skipped: 0 });
  expect(await readModelDigest(db)).toBe(await databases.freshDigest(log));
});

it('a projector that starts again and is handed everything once more changes nothing', async () => {
  const db = await databases.create();
  const log = new PlantedLog().plantAll(events);
  await new Projector({ db, log, stream: STREAM }).start();
  const before = await readModelDigest(db);
  const second = new Projector({ db, log, stream: STREAM });
  await second.start();
  await deliver(second, events);
  expect(second.progress).toMatchObject({ sequence: events.length, events: 0, transactions: 0 });
  expect(await readModelDigest(db)).toBe(before);
});

it('what arrives while a transaction runs is committed together with what else arrived', async () => {
  const db = await databases.create();
  const log = new PlantedLog();
  const projector = new Projector({ db, log, stream: STREAM });
  await projector.start();
  log.plantAll(events.slice(0, 300));
  await deliver(projector, events.slice(0, 300));
  expect(projector.progress.events).toBe(300);
  expect(projector.progress.transactions).toBeLessThanOrEqual(2);
});
