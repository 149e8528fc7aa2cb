import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { READ_MODELS, type ReadModelDatabase, listTasks, readModelDigest, readModelsPositions } from '@octobus/read-models';
import { generateHistory } from '@octobus/read-models/testing';
import { eventually } from '@octobus/testing';
import { type Kysely, sql } from 'kysely';
import { Projector } from '../src/projector.ts';
import { isRebuilding, rebuildReadModels } from '../src/rebuild.ts';
import { takeOver } from '../src/take-over.ts';
import { Databases, STREAM } from './databases.ts';
import { PlantedLog } from './planted-log.ts';

jest.setTimeout(60_000);

const history = generateHistory({ tasks: 250, seed: 5 });
const databases = new Databases();

beforeAll(() => databases.open());
afterAll(() => databases.close());

async function folded(events: typeof history) {
  const { db, url } = await databases.createAt();
  const log = new PlantedLog().plantAll(events);
  const projector = new Projector({ db, log, stream: STREAM, batchSize: 100 });
  await projector.start();
  return { db, url, log, projector, parts: [{ stream: STREAM, log }] };
}

const positionOf = async (db: Kysely<ReadModelDatabase>): Promise<number> => (await readModelsPositions(db))[0]?.sequence ?? 0;

/** Holds back the events of a log until it is told to go on. */
class GatedLog extends PlantedLog {
  readonly gate = Promise.withResolvers<void>();
  readonly reached = Promise.withResolvers<void>();

  override async *read(filter: string, from: number): ReturnType<PlantedLog['read']> {
    for await (const batch of super.read(filter, from)) {
      yield batch;
      this.reached.resolve();
      await this.gate.promise;
    }
  }
}

describe('a rebuild', () => {
  it('gives the rows that were there, while they are read and written, and no reading goes back', async () => {
    const { db, url, log, projector, parts } = await folded(history.slice(0, 1_500));
    const seen: number[] = [];
    let over = false;
    const reading = (async () => {
      while (!over) {
        const before = await positionOf(db);
        const { items, positions } = await listTasks(db, 'acme', { limit: 200 });
        expect(positions[0]?.sequence).toBeGreaterThanOrEqual(before);
        expect(items.length).toBeGreaterThan(20);
        seen.push(positions[0]?.sequence ?? 0);
      }
    })();
    const writing = (async () => {
      for (let i = 1_500; i < history.length; i += 25) {
        const chunk = history.slice(i, i + 25);
        log.plantAll(chunk);
        await projector.acceptAll(chunk);
      }
    })();
    const rebuilt = [await rebuildReadModels({ url, parts }), await rebuildReadModels({ url, parts })];
    await writing;
    rebuilt.push(await rebuildReadModels({ url, parts }));
    over = true;
    await reading;
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(rebuilt.at(-1)).toMatchObject({ events: history.length, sameEvents: true, version: READ_MODELS.version });
    expect(await positionOf(db)).toBe(history.length);
    expect(await readModelDigest(db)).toBe(await databases.freshDigest(new PlantedLog().plantAll(history)));
    expect((await sql`select from pg_namespace where nspname = 'octobus_build'`.execute(db)).rows).toEqual([]);
  });

  it('is not seen before it is whole: until then reads have the old rows, afterwards the new ones', async () => {
    const { db, url } = await folded(history.slice(0, 800));
    await sql`update tasks set owner = 'of old'`.execute(db);
    const owners = async (): Promise<readonly string[]> => [...new Set((await listTasks(db, 'acme')).items.map(({ owner }) => owner))];
    const log = new GatedLog().plantAll(history.slice(0, 800)) as GatedLog;
    const rebuilding = rebuildReadModels({ url, parts: [{ stream: STREAM, log }] });
    await log.reached.promise;
    await eventually(async () => isRebuilding(db));
    expect(await owners()).toEqual(['of old']);
    await expect(rebuildReadModels({ url, parts: [{ stream: STREAM, log }] })).rejects.toMatchObject({ code: 'rebuild-under-way' });
    expect(await owners()).toEqual(['of old']);
    log.gate.resolve();
    expect(await rebuilding).toMatchObject({ sameEvents: true });
    expect(await owners()).not.toContain('of old');
    expect(await isRebuilding(db)).toBe(false);
    expect(await readModelDigest(db)).toBe(await databases.freshDigest(new PlantedLog().plantAll(history.slice(0, 800))));
  });

  it('of a log that is shorter or another one is not put in the place of the rows, or said to be of other events', async () => {
    const { db, url } = await folded(history.slice(0, 400));
    const before = await readModelDigest(db);
    const shorter = new PlantedLog().plantAll(history.slice(0, 300));
    await expect(rebuildReadModels({ url, parts: [{ stream: STREAM, log: shorter }] })).rejects.toMatchObject({ code: 'log-lost-events' });
    expect([await readModelDigest(db), await positionOf(db)]).toEqual([before, 400]);
    const [first, ...rest] = history.slice(0, 400);
    const altered = new PlantedLog().plantAll([{ ...first, envelope: { ...first?.envelope, id: 'altered' } } as never, ...rest]);
    expect((await rebuildReadModels({ url, parts: [{ stream: STREAM, log: altered }] })).sameEvents).toBe(false);
  });

  it('of a new release goes on beside the rows of the old one, which are read until then with their own position', async () => {
    const { db, url } = await folded(history.slice(0, 600));
    await sql`update projection_positions set version = 'tasks@0'`.execute(db);
    await sql`update tasks set owner = 'of old'`.execute(db);
    const log = new GatedLog().plantAll(history) as GatedLog;
    const parts = [{ stream: STREAM, log }];
    const taking = Promise.all([0, 1].map(() => takeOver({ db, url, parts, logger: { info: () => undefined } as never })));
    await log.reached.promise;
    expect((await listTasks(db, 'acme')).items[0]?.owner).toBe('of old');
    expect(await positionOf(db)).toBe(600);
    log.gate.resolve();
    await taking;
    expect(await positionOf(db)).toBe(history.length);
    const projector = new Projector({ db, log, stream: STREAM });
    await projector.start();
    expect(projector.progress.events).toBe(0);
    expect(await readModelDigest(db)).toBe(await databases.freshDigest(new PlantedLog().plantAll(history)));
  });
});
