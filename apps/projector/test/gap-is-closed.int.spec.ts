import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { RecordedEvent } from '@octobus/event-log';
import { readModelDigest } from '@octobus/read-models';
import { generateHistory } from '@octobus/read-models/testing';
import { Projector } from '../src/projector.ts';
import { Databases, STREAM } from './databases.ts';
import { PlantedLog } from './planted-log.ts';

jest.setTimeout(60_000);

const events = generateHistory({ tasks: 60, seed: 31 });
const last = events.length;
const eventAt = (sequence: number): RecordedEvent => {
  const event = events[sequence - 1];
  if (event === undefined) throw new RangeError(`no event ${sequence}`);
  return event;
};
const databases = new Databases();

beforeAll(() => databases.open());
afterAll(() => databases.close());

async function started(log: PlantedLog) {
  const db = await databases.create();
  const projector = new Projector({ db, log, stream: STREAM, batchSize: 25 });
  await projector.start();
  return { db, projector };
}

it('events that were never delivered are read from the log', async () => {
  const log = new PlantedLog();
  const { db, projector } = await started(log);
  log.plantAll(events);
  await Promise.all(events.filter(({ sequence }) => sequence % 13 === 0).map((event) => projector.accept(event)));
  await projector.accept(eventAt(last));
  expect(projector.progress).toMatchObject({ sequence: last, events: last, skipped: 0 });
  expect(await readModelDigest(db)).toBe(await databases.freshDigest(log));
});

it('what is missing at the start is read from the log', async () => {
  const log = new PlantedLog().plantAll(events.slice(0, 100));
  const { db, projector } = await started(log);
  expect(projector.progress).toMatchObject({ sequence: 100, events: 100 });
  log.plantAll(events.slice(100));
  await projector.catchUp();
  expect(projector.progress).toMatchObject({ sequence: last });
  expect(await readModelDigest(db)).toBe(await databases.freshDigest(log));
});

it('a sequence that holds no event is passed and counted', async () => {
  const log = new PlantedLog().plantAll(events.slice(0, 10));
  const { projector } = await started(log);
  log.plantGarbage();
  log.plantGarbage();
  const moved = [11, 12].map((sequence) => ({ ...eventAt(sequence), sequence: sequence + 2 }));
  log.plantAll(moved);
  await Promise.all(moved.map((event) => projector.accept(event)));
  expect(projector.progress).toMatchObject({ sequence: 14, events: 12, skipped: 2 });
});

it('a start on a log that ends with something unreadable succeeds', async () => {
  const log = new PlantedLog().plantAll(events.slice(0, 10));
  log.plantGarbage();
  const { projector } = await started(log);
  expect(projector.progress).toMatchObject({ sequence: 10, events: 10 });
});

it('while the log does not show the missing events yet, nothing is skipped and the caller may try again', async () => {
  const log = new PlantedLog().plantAll(events.slice(0, 10));
  const { projector } = await started(log);
  await expect(projector.accept(eventAt(13))).rejects.toMatchObject({ code: 'log-behind', retryable: true });
  expect(projector.progress.sequence).toBe(10);
  log.plantAll(events.slice(10, 13));
  await projector.accept(eventAt(13));
  expect(projector.progress).toMatchObject({ sequence: 13, skipped: 0 });
});

it('a log that ends before the position is refused', async () => {
  const { db } = await started(new PlantedLog().plantAll(events));
  const shorter = new Projector({ db, log: new PlantedLog().plantAll(events.slice(0, 50)), stream: STREAM });
  await expect(shorter.start()).rejects.toMatchObject({ code: 'log-lost-events', retryable: false, details: { position: last, end: 50 } });
});
