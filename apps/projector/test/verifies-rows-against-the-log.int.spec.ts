import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { taskPrefix } from '@octobus/contracts';
import { READ_MODELS, type ReadModelDatabase, type RowDifference } from '@octobus/read-models';
import { generateHistory } from '@octobus/read-models/testing';
import { type Kysely, sql } from 'kysely';
import { Projector } from '../src/projector.ts';
import { type Verification, verifyReadModels } from '../src/verify.ts';
import { Databases, STREAM } from './databases.ts';
import { PlantedLog } from './planted-log.ts';

jest.setTimeout(60_000);

const history = generateHistory({ tasks: 120, seed: 11 });
const databases = new Databases();

beforeAll(() => databases.open());
afterAll(() => databases.close());

async function folded(log: PlantedLog): Promise<{ readonly db: Kysely<ReadModelDatabase>; readonly url: string }> {
  const { db, url } = await databases.createAt();
  await new Projector({ db, log, stream: STREAM, batchSize: 100 }).start();
  return { db, url };
}

async function verify(
  url: string,
  log: PlantedLog,
  more: { readonly atOnce?: number; readonly ignored?: readonly { readonly sequence: number; readonly subject: string }[] } = {},
): Promise<{ readonly verification: Verification; readonly found: readonly RowDifference[] }> {
  const found: RowDifference[] = [];
  const verification = await verifyReadModels({
    url,
    open: (onIgnored) => {
      for (const message of more.ignored ?? []) onIgnored({ stream: STREAM, ...message });
      return [{ stream: STREAM, log }];
    },
    onDifference: (difference) => found.push(difference),
    ...(more.atOnce === undefined ? {} : { atOnce: more.atOnce }),
  });
  return { verification, found };
}

describe('reading the log again', () => {
  it('finds the rows as they are, whether it takes one reading or several', async () => {
    const log = new PlantedLog().plantAll(history);
    const { db, url } = await folded(log);
    const { verification, found } = await verify(url, log);
    expect(found).toEqual([]);
    expect(verification).toMatchObject({ equal: true, differences: 0, ignored: 0, firstIgnored: [], unknown: {} });
    expect(verification.streams).toEqual([
      { stream: STREAM, sequence: history.length, events: history.length, missing: 0, sameEvents: true },
    ]);
    for (const { table, rows, folded: own, stored } of verification.tables) {
      expect([table, own]).toEqual([table, stored]);
      const counted = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}`.execute(db);
      expect([table, rows]).toEqual([table, counted.rows[0]?.n]);
    }
    const divided = await verify(url, log, { atOnce: Math.ceil(history.length / 5) });
    expect(divided.found).toEqual([]);
    expect({ ...divided.verification, seconds: 0 }).toEqual({ ...verification, seconds: 0 });
  });

  it('compares as of the position of the rows, whatever the log has got since', async () => {
    const log = new PlantedLog().plantAll(history.slice(0, 700));
    const { url } = await folded(log);
    log.plantAll(history.slice(700));
    const { verification } = await verify(url, log);
    expect([verification.equal, verification.streams[0]?.sequence, verification.streams[0]?.events]).toEqual([true, 700, 700]);
  });

  it.each<[string, string, Partial<RowDifference>]>([
    [
      'a changed value',
      `update tasks set spent_micro_usd = spent_micro_usd + 1 where id = (select min(id) from tasks)`,
      { table: 'tasks', kind: 'different', columns: ['spent_micro_usd'] },
    ],
    [
      'a changed line of the timeline',
      `update timeline set actor = 'nobody' where sequence = (select max(sequence) from timeline)`,
      { table: 'timeline', kind: 'different' },
    ],
    [
      'a lost row',
      `delete from task_steps where first_sequence = (select max(first_sequence) from task_steps) `,
      { table: 'task_steps', kind: 'missing' },
    ],
    ['a lost key', `delete from api_keys where key_id = (select min(key_id) from api_keys)`, { table: 'api_keys', kind: 'missing' }],
    ['a row of nobody', `insert into tenants values ('nobody', now(), 1)`, { table: 'tenants', kind: 'extra', key: 'nobody' }],
    [
      'a doubled cost',
      `insert into usage select tenant, task, step, attempt, source, 77, model, price_version, input_tokens, output_tokens, cost_micro_usd, at from usage limit 1`,
      { table: 'usage', kind: 'extra' },
    ],
    [
      'a document in another state',
      `update documents set state = 'refused', chunks = 0 where state = 'indexed'`,
      { table: 'documents', kind: 'different', columns: ['state', 'chunks'] },
    ],
  ])('names %s', async (_what, change, difference) => {
    const log = new PlantedLog().plantAll(history);
    const { db, url } = await folded(log);
    const changed = await sql.raw(change).execute(db);
    expect(Number(changed.numAffectedRows)).toBeGreaterThan(0);
    for (const atOnce of [1_000_000, 400]) {
      const { verification, found } = await verify(url, log, { atOnce });
      expect([verification.equal, found.length]).toEqual([false, Number(changed.numAffectedRows)]);
      for (const one of found)
        expect(one).toMatchObject({
          ...difference,
          ...(difference.columns && { columns: expect.arrayContaining([...difference.columns]) }),
        });
      const unequal = verification.tables.filter((table) => table.folded !== table.stored).map(({ table }) => table);
      expect(unequal).toEqual([difference.table]);
    }
  });

  it('counts events of a newer release and messages that are no events, and takes neither for a difference', async () => {
    const log = new PlantedLog().plantAll(history.slice(0, 100));
    const id = 'stranger';
    const headers = (type: string, correlation = id): [string, string][] => [
      ['ce-id', 'x'],
      ['ce-type', type],
      ['octo-correlation', correlation],
    ];
    log.plant(`${taskPrefix('acme', id)}.flow.admired`, headers('task.step-admired.v9'), '{}');
    const subject = `${taskPrefix('acme', id)}.flow.steps.1`;
    const sequence = log.plant(subject, headers('task.steps-scheduled.v1', 'another'), '{}');
    log.plant(`${taskPrefix('acme', id)}.flow.adored`, headers('task.step-admired.v9'), '{}');
    const { url } = await folded(log);
    const { verification } = await verify(url, log, { ignored: [{ sequence, subject }] });
    expect(verification).toMatchObject({
      equal: true,
      unknown: { 'task.step-admired.v9': 2 },
      ignored: 1,
      firstIgnored: [{ stream: STREAM, sequence, subject }],
    });
    expect(verification.streams[0]).toMatchObject({ missing: 0, events: 102 });
  });

  it('names some of the messages that are no events, and counts all of them', async () => {
    const log = new PlantedLog().plantAll(history.slice(0, 60));
    const ignored = Array.from({ length: 100 }, () => ({ sequence: log.plantGarbage(), subject: 'evt.x' }));
    log.plantAll(history.slice(60, 70).map((event) => ({ ...event, sequence: event.sequence + 100 })));
    const { url } = await folded(log);
    const later = Array.from({ length: 5 }, () => ({ sequence: log.plantGarbage(), subject: 'evt.x' }));
    for (const atOnce of [1_000_000, 20]) {
      const { verification } = await verify(url, log, { ignored: [...ignored, ...later], atOnce });
      expect(verification).toMatchObject({ equal: true, ignored: 100, streams: [{ events: 70, missing: 0 }] });
      expect(verification.firstIgnored.map(({ sequence }) => sequence)).toEqual(ignored.slice(0, 20).map(({ sequence }) => sequence));
    }
  });

  it('notices a log that was changed where no row shows it, and one with a hole', async () => {
    const log = new PlantedLog().plantAll(history);
    const { url } = await folded(log);
    const altered = history.map((event, i) => (i === 50 ? { ...event, envelope: { ...event.envelope, id: 'another' } } : event));
    const changed = await verify(url, new PlantedLog().plantAll(altered));
    expect(changed.found).toEqual([]);
    expect(changed.verification).toMatchObject({ equal: false, streams: [{ sameEvents: false, missing: 0 }] });
    const holed = new PlantedLog().plantAll(history.slice(0, 60));
    holed.plantGarbage();
    holed.plantAll(history.slice(61));
    expect((await verify(url, holed)).verification).toMatchObject({ equal: false, streams: [{ sameEvents: false, missing: 1 }] });
  });

  it('is refused for rows of another version', async () => {
    const log = new PlantedLog().plantAll(history.slice(0, 50));
    const { db, url } = await folded(log);
    await sql`update projection_positions set version = ${`${READ_MODELS.version}0`}`.execute(db);
    await expect(verify(url, log)).rejects.toMatchObject({ code: 'projection-superseded' });
  });
});
