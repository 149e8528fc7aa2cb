import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { RecordedEvent } from '@octobus/event-log';
import { isFault } from '@octobus/kernel';
import { inTransaction } from '@octobus/postgres';
import { READ_MODELS, readModelDigest } from '@octobus/read-models';
import { generateHistory } from '@octobus/read-models/testing';
import { eventually } from '@octobus/testing';
import { Projector } from '../src/projector.ts';
import { Databases, STREAM } from './databases.ts';
import { PlantedLog } from './planted-log.ts';

jest.setTimeout(60_000);

const events = generateHistory({ tasks: 80, seed: 41 });
const many = generateHistory({ tasks: 400, seed: 42 });
const half = Math.floor(events.length / 2);
const databases = new Databases();

beforeAll(() => databases.open());
afterAll(() => databases.close());

it('events that can not be stored while Postgres is down are refused for a later try, and stored after its return', async () => {
  const db = await databases.create();
  const log = new PlantedLog();
  const projector = new Projector({ db, log, stream: STREAM, batchSize: 30 });
  await projector.start();
  log.plantAll(many);
  databases.server.kill9();
  const refused = await deliverUntilRefused(projector, many);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.every(({ reason }) => isFault(reason) && reason.retryable)).toBe(true);
  await eventually(() => redeliver(projector, many), 30_000);
  expect(projector.progress.sequence).toBe(many.length);
  expect(await readModelDigest(db)).toBe(await databases.freshDigest(log));
});

/** Backends outlive their server by a moment, so a few more transactions may succeed. */
async function deliverUntilRefused(projector: Projector, some: readonly RecordedEvent[]): Promise<PromiseRejectedResult[]> {
  for (let i = 0; i < some.length; i += 10) {
    const answers = await Promise.allSettled(some.slice(i, i + 10).map((event) => projector.accept(event)));
    const refused = answers.filter((answer) => answer.status === 'rejected');
    if (refused.length > 0) return refused;
  }
  return [];
}

async function redeliver(projector: Projector, some: readonly RecordedEvent[]): Promise<boolean> {
  await Promise.all(some.map((event) => projector.accept(event)));
  return true;
}

it.each(['the next event', 'a look at the position'])('commits that Postgres has taken back are folded again with %s', async (occasion) => {
  const db = await eventually(() => databases.create());
  const log = new PlantedLog().plantAll(events.slice(0, half));
  const projector = new Projector({ db, log, stream: STREAM });
  await projector.start();
  await inTransaction(db, async (trx) => {
    for (const table of ['tasks', 'task_steps', 'timeline', 'usage', 'documents', 'api_keys', 'tenants'] as const)
      await trx.deleteFrom(table).execute();
    await trx
      .updateTable('projection_positions')
      .set({ sequence: 0, running_hash: '' })
      .where('projection', '=', READ_MODELS.projection)
      .execute();
  });
  const next = events.slice(half, half + 1);
  if (occasion === 'the next event') log.plantAll(next);
  await (occasion === 'the next event' ? redeliver(projector, next) : projector.catchUp());
  expect(await readModelDigest(db)).toBe(await databases.freshDigest(log));
});
