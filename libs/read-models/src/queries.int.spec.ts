import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { EVENT_PLACES, type EventBody, type EventType, aggregatePrefix, fitsSubject } from '@octobus/contracts';
import { instantOf } from '@octobus/kernel';
import { connectPostgres, inTransaction, migrate } from '@octobus/postgres';
import { type PostgresFixture, startPostgres } from '@octobus/testing';
import fc from 'fast-check';
import { type ReadModels, readModelsPositions } from './answer.queries.ts';
import { applyChanges } from './apply-changes.ts';
import { parseCursor } from './cursor.ts';
import { listDocuments } from './documents.queries.ts';
import { findApiKey, findTenant, listApiKeys } from './identity.queries.ts';
import { READ_MODEL_MIGRATIONS } from './migrations.ts';
import { openReadModels } from './open-read-models.ts';
import type { FoldableEvent } from './projection.ts';
import { foldEvent } from './projections.ts';
import { readModelDigest } from './read-model-digest.ts';
import type { ReadModelDatabase, TaskRow } from './tables.ts';
import { findTask, listTasks, taskSteps, taskTimeline } from './tasks.queries.ts';
import { rowsIn, rowsOf } from './testing/folded-rows.ts';
import { generateHistory, idOf, recorded } from './testing/generated-history.ts';
import { taskUsage, usageByHour } from './usage.queries.ts';

jest.setTimeout(60_000);

const events = generateHistory({ tasks: 120, tenants: ['acme', 'globex'], seed: 3 });
const expected = rowsOf(events);
const ofAcme = rowsIn(expected, 'tasks').filter((row) => row.tenant === 'acme');
let server: PostgresFixture;
let db: ReadModels;

const apply = (some: readonly FoldableEvent[]) => inTransaction(db, (trx) => applyChanges(trx, some.map(foldEvent)));

beforeAll(async () => {
  server = await startPostgres();
  db = connectPostgres<ReadModelDatabase>(server.url);
});

afterAll(async () => {
  await db.destroy();
  await server.stop();
});

async function pages(limit: number, state?: TaskRow['state']): Promise<TaskRow[][]> {
  const all: TaskRow[][] = [];
  for (let next: string | undefined = ''; next !== undefined;) {
    const page = await listTasks(db, 'acme', { limit, state, after: parseCursor(next) });
    all.push([...page.items]);
    next = page.next;
  }
  return all;
}

describe('before the projector has started', () => {
  it('a query is answered by a retryable fault', async () => {
    await expect(listTasks(db, 'acme')).rejects.toMatchObject({ code: 'postgres-not-migrated', retryable: true });
  });

  it('there is no position once the tables are there', async () => {
    await migrate(db, READ_MODEL_MIGRATIONS);
    expect(await readModelsPositions(db)).toEqual([]);
  });
});

describe('the queries', () => {
  beforeAll(async () => {
    await openReadModels(db, ['EVENTS', 'EVENTS1']);
    for (let i = 0; i < events.length; i += 500) await apply(events.slice(i, i + 500));
  });

  it('give back exactly the rows that the folds made', async () => {
    const [page] = await pages(200);
    const byId = (rows: readonly TaskRow[]) => rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    expect(byId(page ?? [])).toEqual(byId(ofAcme));
  });

  it('list tasks newest first, every task once, in pages', async () => {
    const all = (await pages(7)).flat();
    expect(all.map((row) => row.id).toSorted()).toEqual(ofAcme.map((row) => row.id).toSorted());
    expect(all.map((row) => row.created_at)).toEqual(
      all
        .map((row) => row.created_at)
        .toSorted()
        .toReversed(),
    );
  });

  it('list the tasks of one state', async () => {
    const completed = ofAcme.filter((row) => row.state === 'completed');
    expect(
      (await pages(5, 'completed'))
        .flat()
        .map((row) => row.id)
        .toSorted(),
    ).toEqual(completed.map((row) => row.id).toSorted());
    expect((await listTasks(db, 'acme', { state: 'received' })).items).toEqual([]);
  });

  it('never cross tenants', async () => {
    const [mine] = ofAcme;
    expect((await findTask(db, 'acme', mine?.id ?? '')).items).toHaveLength(1);
    for (const query of [findTask, taskSteps, taskTimeline, taskUsage])
      expect((await query(db, 'globex', mine?.id ?? '')).items).toEqual([]);
    expect((await listTasks(db, 'nobody')).items).toEqual([]);
    expect((await listDocuments(db, 'nobody')).items).toEqual([]);
    expect((await listDocuments(db, 'acme')).items).toMatchObject([{ tenant: 'acme', state: 'indexed' }]);
  });

  it('tell what happened to a task in order, and from a sequence on', async () => {
    const id = ofAcme.find((row) => row.state === 'completed')?.id ?? '';
    const whole = (await taskTimeline(db, 'acme', id)).items;
    expect(whole.map((row) => row.sequence)).toEqual(events.filter((event) => event.address.id === id).map((event) => event.sequence));
    expect(whole.at(0)).toMatchObject({ type: 'task.accepted.v1', note: 'masked email', actor: 'key:first' });
    const rest = await taskTimeline(db, 'acme', id, { afterSequence: whole[2]?.sequence, limit: 2 });
    expect(rest.items).toEqual(whole.slice(3, 5));
    expect((await taskSteps(db, 'acme', id)).items.map((row) => row.step)).toEqual(expect.arrayContaining(['plan', 's1', 's5']));
  });

  it('sum up usage by hour and model, each call once', async () => {
    const ids = new Set(ofAcme.map((row) => row.id));
    const outcomes = rowsIn(expected, 'usage').filter((row) => row.source === 'outcome' && ids.has(row.task));
    const { items, positions } = await usageByHour(db, 'acme', instantOf(0), instantOf(Date.UTC(2030, 0)));
    expect(items).toEqual([
      {
        hour: '2026-01-05T08:00:00.000Z',
        model: 'offline',
        calls: outcomes.length,
        input_tokens: outcomes.length * 900,
        output_tokens: outcomes.length * 120,
        cost_micro_usd: outcomes.reduce((sum, row) => sum + row.cost_micro_usd, 0),
      },
    ]);
    expect(positions).toEqual([
      { stream: 'EVENTS', sequence: 0 },
      { stream: 'EVENTS1', sequence: 0 },
    ]);
    expect((await usageByHour(db, 'acme', instantOf(0), instantOf(1))).items).toEqual([]);
  });

  it('find a key by its id and the digest of its secret, and list keys without it', async () => {
    const key = rowsIn(expected, 'api_keys').find((row) => row.tenant === 'acme' && row.key_id === 'first');
    expect((await findApiKey(db, 'first', key?.secret_digest ?? '')).items).toEqual([key]);
    expect((await findApiKey(db, 'first', 'ab'.repeat(32))).items).toEqual([]);
    const { items } = await listApiKeys(db, 'acme');
    expect(items.map((row) => [row.key_id, row.revoked_at !== null])).toEqual([
      ['first', false],
      ['second', true],
    ]);
    expect(JSON.stringify(items)).not.toContain(key?.secret_digest);
    expect(await findTenant(db, 'acme')).toMatchObject({ name: 'acme' });
  });

  it('tell two contents apart by their digest, for one tenant or all', async () => {
    const [before, acme] = [await readModelDigest(db), await readModelDigest(db, 'acme')];
    const stranger = recorded(
      aggregatePrefix({ tenant: 'globex', aggregate: 'task', id: idOf('one more') }),
      { facet: 'request.submit.x', body: { type: 'task.rejected.v1', data: { code: 'x' } } },
      events.length + 1,
    );
    await apply([stranger]);
    expect(await readModelDigest(db)).not.toBe(before);
    expect(await readModelDigest(db, 'acme')).toBe(acme);
  });
});

describe('an arm that claims to have spent more than there is', () => {
  const id = idOf('costly');
  const usage = Array.from({ length: 2000 }, () => ({
    model: 'm',
    costMicroUsd: String(Number.MAX_SAFE_INTEGER),
    inputTokens: 4_294_967_295,
  }));
  const facts: readonly (readonly [string, EventBody])[] = [
    ['request.submit.c', { type: 'task.accepted.v1', data: {} }],
    ['flow.step.noop.b.s1.1', { type: 'task.steps-scheduled.v1', data: { steps: [{ step: 's1', attempt: 1, arm: 'noop' }] } }],
    ['arm.noop.s1.1.done', { type: 'task.step-done.v1', data: { usage } }],
  ];

  it('is written down up to the largest number that can be', async () => {
    const prefix = aggregatePrefix({ tenant: 'costly', aggregate: 'task', id });
    const claimed = facts.map(([place, body], i) => recorded(prefix, { facet: place, body }, 900_000 + i));
    for (const event of claimed) await apply([event]);
    expect((await findTask(db, 'costly', id)).items).toMatchObject([{ steps_done: 1, spent_micro_usd: Number.MAX_SAFE_INTEGER }]);
    const { items } = await usageByHour(db, 'costly', instantOf(0), instantOf(Date.UTC(2030, 0)));
    expect(items).toMatchObject([{ calls: 2000, cost_micro_usd: Number.MAX_SAFE_INTEGER }]);
  });
});

describe('events with any body', () => {
  const types = Object.keys(EVENT_PLACES) as EventType[];
  let sequence = 1_000_000;

  function placed(type: EventType, data: unknown): FoldableEvent {
    const [aggregate = '', ...rest] = EVENT_PLACES[type].split('.');
    const place = rest.map((token) => (token === '*' ? '7' : token === '>' ? 'steps.1' : token)).join('.');
    const address = { tenant: 'acme', aggregate: aggregate as 'task', id: aggregate === 'identity' ? 'acme' : idOf('hostile') };
    const event = recorded(aggregatePrefix(address), { facet: place, body: { type, data } as EventBody }, (sequence += 1));
    expect(fitsSubject(type, event.address)).toBe(true);
    return event;
  }

  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constant('\ud800 \u0000 lone'),
    fc.double(),
    fc.maxSafeInteger(),
    fc.constant('9223372036854775807'),
    fc.boolean(),
    fc.constant(null),
    fc.array(
      fc.oneof(
        fc.string(),
        fc.constant(null),
        fc.record({ step: fc.anything(), arm: fc.anything(), attempt: fc.double(), costMicroUsd: fc.anything() }),
      ),
    ),
    fc.dictionary(fc.string(), fc.anything()),
  );
  const fields = [
    'owner',
    'code',
    'steps',
    'plan',
    'usage',
    'note',
    'deadline',
    'expiresAt',
    'scopes',
    'size',
    'chunks',
    'failure',
    'screening',
  ];
  const body = fc.record(Object.fromEntries(fields.map((field) => [field, hostile])), { requiredKeys: [] });

  it('are folded without an error and stored without a refusal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom(...types), fc.oneof(body, hostile)), { minLength: 5, maxLength: 30 }), (some) =>
        apply(some.map(([type, data]) => placed(type, data))),
      ),
      { numRuns: 60 },
    );
  });
});
