import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { readPosition } from '@octobus/postgres';
import { READ_MODELS, readModelDigest } from '@octobus/read-models';
import { generateHistory } from '@octobus/read-models/testing';
import { Projector } from '../src/projector.ts';
import { Databases, STREAM } from './databases.ts';
import { PlantedLog } from './planted-log.ts';

jest.setTimeout(60_000);

const events = generateHistory({ tasks: 150, seed: 51 });
const databases = new Databases();

beforeAll(() => databases.open());
afterAll(() => databases.close());

async function foldedLive() {
  const db = await databases.create();
  const log = new PlantedLog();
  const projector = new Projector({ db, log, stream: STREAM, batchSize: 7 });
  await projector.start();
  for (let i = 0; i < events.length; i += 11) {
    const chunk = events.slice(i, i + 11);
    log.plantAll(chunk);
    await Promise.all(chunk.map((event) => projector.accept(event)));
  }
  return { db, log, projector };
}

it('the rows folded from an empty database equal those folded live, and so does the running hash', async () => {
  const live = await foldedLive();
  const db = await databases.create();
  await new Projector({ db, log: live.log, stream: STREAM }).start();
  expect(await readModelDigest(db)).toBe(await readModelDigest(live.db));
  expect(await readPosition(db, READ_MODELS, STREAM)).toEqual(await readPosition(live.db, READ_MODELS, STREAM));
  expect(await readModelDigest(db, 'acme')).not.toBe(await readModelDigest(db, 'globex'));
});

it('rows of another version are emptied and folded again, and the projector of that version stops', async () => {
  const { db, log, projector } = await foldedLive();
  const before = await readModelDigest(db);
  await db.updateTable('tasks').set({ owner: 'as another version had it' }).execute();
  await db.updateTable('projection_positions').set({ version: 'tasks@0' }).execute();
  const next = new Projector({ db, log, stream: STREAM });
  await next.start();
  expect(next.progress).toMatchObject({ sequence: events.length, events: events.length });
  expect(await readModelDigest(db)).toBe(before);
  await db.updateTable('projection_positions').set({ version: 'tasks@99' }).execute();
  await expect(projector.catchUp()).rejects.toMatchObject({ code: 'projection-superseded', retryable: false });
});
