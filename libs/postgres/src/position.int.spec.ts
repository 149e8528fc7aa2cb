import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type PostgresFixture, startPostgres } from '@octobus/testing';
import type { Kysely } from 'kysely';
import { connectPostgres } from './connect-postgres.ts';
import { inTransaction } from './in-transaction.ts';
import { migrate } from './migrate.ts';
import {
  POSITION_MIGRATIONS,
  type Position,
  type PositionTables,
  advance,
  openPositions,
  readPosition,
  readPositions,
} from './position.ts';

jest.setTimeout(60_000);

let server: PostgresFixture;
let db: Kysely<PositionTables>;
const first = { projection: 'tasks', version: '1' };
const second = { projection: 'tasks', version: '2' };
const at = (sequence: number): Position => ({ stream: 'EVENTS', sequence, runningHash: sequence === 0 ? '' : `hash of ${sequence}` });
const open = (key: typeof first) => inTransaction(db, (trx) => openPositions(trx, key, ['EVENTS']));
const move = (key: typeof first, from: number, to: number) => inTransaction(db, (trx) => advance(trx, key, at(from), at(to)));

beforeAll(async () => {
  server = await startPostgres();
  db = connectPostgres<PositionTables>(server.url);
});

afterAll(async () => {
  await db.destroy();
  await server.stop();
});

describe('the schema', () => {
  it('is brought up to date once by processes that start together', async () => {
    const ran = await Promise.all([1, 2, 3].map(() => migrate(db, POSITION_MIGRATIONS)));
    expect(ran.flat()).toEqual(Object.keys(POSITION_MIGRATIONS));
  });

  it('of a newer release is left alone', async () => {
    await expect(migrate(db, {})).rejects.toMatchObject({ code: 'postgres-rejected', retryable: false });
  });
});

describe('the position of a projection', () => {
  it('starts at 0, once, even when two processes open it together', async () => {
    expect((await Promise.all([open(first), open(first)])).filter(Boolean)).toHaveLength(1);
    expect(await readPosition(db, first, 'EVENTS')).toEqual(at(0));
  });

  it('is moved by one of several that read the same place', async () => {
    expect((await Promise.all([move(first, 0, 5), move(first, 0, 7), move(first, 0, 9)])).filter(Boolean)).toHaveLength(1);
    expect([5, 7, 9]).toContain((await readPosition(db, first, 'EVENTS'))?.sequence);
  });

  it('stays where it was when the transaction fails', async () => {
    const before = await readPosition(db, first, 'EVENTS');
    const failing = inTransaction(db, async (trx) => {
      await advance(trx, first, before ?? at(0), at(100));
      throw new Error('afterwards');
    });
    await expect(failing).rejects.toThrow('afterwards');
    expect(await readPosition(db, first, 'EVENTS')).toEqual(before);
  });

  it('is not moved by somebody who read another history up to the same sequence', async () => {
    const before = (await readPosition(db, first, 'EVENTS')) ?? at(0);
    const other = { ...before, runningHash: 'hash of another log' };
    expect(await inTransaction(db, (trx) => advance(trx, first, other, at(101)))).toBe(false);
  });

  it('is taken away from an older version when a newer one is opened', async () => {
    const before = (await readPosition(db, first, 'EVENTS')) ?? at(0);
    expect(await open(second)).toBe(true);
    expect(await inTransaction(db, (trx) => advance(trx, first, before, at(102)))).toBe(false);
    expect(await readPosition(db, first, 'EVENTS')).toBeUndefined();
    expect(await readPosition(db, second, 'EVENTS')).toEqual(at(0));
  });
});

describe('the positions of a log in several streams', () => {
  const third = { projection: 'tasks', version: '3' };

  it('are opened together and moved one by one', async () => {
    expect(await inTransaction(db, (trx) => openPositions(trx, third, ['EVENTS', 'EVENTS1']))).toBe(true);
    expect(await move(third, 0, 5)).toBe(true);
    expect((await readPositions(db, third)).map(({ stream, sequence }) => [stream, sequence])).toEqual([
      ['EVENTS', 5],
      ['EVENTS1', 0],
    ]);
    expect(await inTransaction(db, (trx) => openPositions(trx, third, ['EVENTS', 'EVENTS1']))).toBe(false);
  });
});

describe('a lost server', () => {
  it('is a retryable fault', async () => {
    const nobody = connectPostgres<PositionTables>('postgres://nobody@127.0.0.1:1/none');
    await expect(inTransaction(nobody, (trx) => readPosition(trx, first, 'EVENTS'))).rejects.toMatchObject({
      code: 'postgres-unavailable',
      retryable: true,
    });
    await nobody.destroy();
  });
});
