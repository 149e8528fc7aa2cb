import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type CallOrigin, type EventBody, aggregatePrefix, taskPrefix } from '@octobus/contracts';
import { instantOf } from '@octobus/kernel';
import { connectPostgres, inTransaction, migrate } from '@octobus/postgres';
import { type PostgresFixture, startPostgres } from '@octobus/testing';
import type { ReadModels } from './answer.queries.ts';
import { applyChanges } from './apply-changes.ts';
import { type AuditSearch, searchAudit } from './audit.queries.ts';
import { parseCursor } from './cursor.ts';
import { READ_MODEL_MIGRATIONS } from './migrations.ts';
import { openReadModels } from './open-read-models.ts';
import type { FoldableEvent } from './projection.ts';
import { foldEvent } from './projections.ts';
import type { AuditRow, ReadModelDatabase } from './tables.ts';
import { rowsIn, rowsOf } from './testing/folded-rows.ts';
import { idOf, recorded } from './testing/generated-history.ts';

jest.setTimeout(60_000);

const TASK = idOf('task');
let sequence = 0;
function event(prefix: string, facet: string, body: EventBody, actor = 'key:k1', origin?: CallOrigin): FoldableEvent {
  const made = recorded(prefix, { facet, body }, ++sequence);
  return { ...made, envelope: { ...made.envelope, actor, ...(origin === undefined ? {} : { origin }) } };
}
const about = (aggregate: 'identity' | 'letter' | 'audit', id: string, tenant = 'acme') => aggregatePrefix({ tenant, aggregate, id });
const counted = (instance: string, code = 'unauthenticated', tenant = '_'): FoldableEvent =>
  event(
    about('audit', idOf('count').replaceAll('-', ''), tenant),
    `flow.counted.${instance}`,
    { type: 'audit.refusals-counted.v1', data: { code, source: 'address:3c9f', minute: '2026-01-05T08:00:00Z', count: 12 } },
    'gateway',
    'rest',
  );

const HISTORY: readonly FoldableEvent[] = [
  event(taskPrefix('acme', TASK), `request.submit.${TASK}`, { type: 'task.accepted.v1', data: { owner: 'key:k1' } }, 'key:k1', 'cli'),
  event(taskPrefix('acme', TASK), 'flow.end', { type: 'task.completed.v1', data: {} }, 'orchestrator'),
  event(taskPrefix('acme', TASK), `request.cancel.${TASK}`, {
    type: 'task.cancel-requested.v1',
    data: { commandId: 'c', reason: 'private words' },
  }),
  event(
    about('audit', 'c-2'),
    'request.cancel.c-2',
    { type: 'audit.call-repeated.v1', data: { commandId: 'c-2', aggregate: 'task', target: TASK } },
    'key:k2',
    'rest',
  ),
  event(
    taskPrefix('globex', TASK),
    `request.submit.${TASK}`,
    { type: 'task.rejected.v1', data: { code: 'injection-suspected' } },
    'nats:globex',
    'nats',
  ),
  event(about('identity', 'acme'), 'request.create-key.c-5', {
    type: 'identity.key-requested.v1',
    data: { commandId: 'c-5', keyId: 'k8' },
  }),
  event(about('identity', 'acme'), 'request.open-session.c-6', {
    type: 'identity.session-requested.v1',
    data: { commandId: 'c-6', keyId: 'k7' },
  }),
  event(about('identity', 'acme'), 'request.revoke-key.c-3', {
    type: 'identity.key-revocation-requested.v1',
    data: { commandId: 'c-3', keyId: 'k9' },
  }),
  event(
    about('letter', '41-9ac03f77'),
    'request.redrive.c-4',
    { type: 'letter.redrive-requested.v1', data: { commandId: 'c-4' } },
    'key:k2',
    'cli',
  ),
  event(
    about('audit', 'd-1'),
    'flow.denied',
    { type: 'audit.denied.v1', data: { commandId: 'd-1', code: 'forbidden', action: 'POST /v1/tenants' } },
    'key:k2',
    'rest',
  ),
  event(
    about('audit', 'c-9'),
    'request.open-replay.c-9',
    { type: 'audit.replay-open-requested.v1', data: { commandId: 'c-9', durable: 't-acme-replay-1', from: '12' } },
    'nats:acme',
    'nats',
  ),
  event(
    about('audit', 'c-10'),
    'request.close-replay.c-10',
    { type: 'audit.replay-close-requested.v1', data: { commandId: 'c-10', durable: 't-acme-replay-1' } },
    'key:k2',
    'cli',
  ),
  event(about('audit', 'b-1'), 'flow.blocked', {
    type: 'audit.blocked.v1',
    data: { commandId: TASK, aggregate: 'task', target: TASK, code: 'injection-suspected', screening: { verdict: 'block' } },
  }),
  counted('one'),
  counted('two'),
  counted('one', 'rate-limited', 'acme'),
];

describe('the audit', () => {
  const rows = rowsIn(rowsOf(HISTORY), 'audit');

  it('has one row for every call and every refusal, and none for what followed', () => {
    expect(
      rows.map(({ tenant, kind, action, actor, origin, aggregate, target, code, source, count }) => [
        tenant,
        kind,
        action,
        actor,
        origin,
        aggregate,
        target,
        code,
        source,
        count,
      ]),
    ).toEqual([
      ['acme', 'request', 'submit', 'key:k1', 'cli', 'task', TASK, null, null, 1],
      ['acme', 'request', 'cancel', 'key:k1', null, 'task', TASK, null, null, 1],
      ['acme', 'request', 'cancel', 'key:k2', 'rest', 'task', TASK, null, null, 1],
      ['globex', 'request', 'submit', 'nats:globex', 'nats', 'task', TASK, 'injection-suspected', null, 1],
      ['acme', 'request', 'create-key', 'key:k1', null, 'identity', 'k8', null, null, 1],
      ['acme', 'request', 'open-session', 'key:k1', null, 'identity', 'k7', null, null, 1],
      ['acme', 'request', 'revoke-key', 'key:k1', null, 'identity', 'k9', null, null, 1],
      ['acme', 'request', 'redrive', 'key:k2', 'cli', 'letter', '41-9ac03f77', null, null, 1],
      ['acme', 'denied', 'POST /v1/tenants', 'key:k2', 'rest', '', null, 'forbidden', null, 1],
      ['acme', 'request', 'open-replay', 'nats:acme', 'nats', '', 't-acme-replay-1', null, null, 1],
      ['acme', 'request', 'close-replay', 'key:k2', 'cli', '', 't-acme-replay-1', null, null, 1],
      ['acme', 'blocked', 'screen', 'key:k1', null, 'task', TASK, 'injection-suspected', null, 1],
      ['_', 'unauthenticated', '', 'gateway', 'rest', '', null, 'unauthenticated', 'address:3c9f', 12],
      ['_', 'unauthenticated', '', 'gateway', 'rest', '', null, 'unauthenticated', 'address:3c9f', 12],
      ['acme', 'rate-limited', '', 'gateway', 'rest', '', null, 'rate-limited', 'address:3c9f', 12],
    ]);
  });

  it('holds no word of a person', () => {
    expect(JSON.stringify(rows)).not.toContain('private words');
  });

  describe('in Postgres', () => {
    let server: PostgresFixture;
    let db: ReadModels;
    beforeAll(async () => {
      server = await startPostgres();
      db = connectPostgres<ReadModelDatabase>(server.url);
      await migrate(db, READ_MODEL_MIGRATIONS);
      await openReadModels(db, ['EVENTS']);
      await inTransaction(db, (trx) => applyChanges(trx, HISTORY.map(foldEvent)));
    });
    afterAll(async () => {
      await db.destroy();
      await server.stop();
    });

    const found = async (search: AuditSearch): Promise<readonly AuditRow[]> => (await searchAudit(db, search)).items;
    const newest = (keep: (row: AuditRow) => boolean): readonly AuditRow[] => rows.filter(keep).toReversed();

    it('is searched by tenant, actor, kind and action, newest first, each entry once', async () => {
      expect(await found({})).toEqual(newest(() => true));
      expect(await found({ tenant: 'acme' })).toEqual(newest(({ tenant }) => tenant === 'acme'));
      expect(await found({ tenant: 'acme', actor: 'key:k2' })).toEqual(
        newest(({ tenant, actor }) => tenant === 'acme' && actor === 'key:k2'),
      );
      expect(await found({ kind: 'unauthenticated' })).toEqual(newest(({ kind }) => kind === 'unauthenticated'));
      expect(await found({ tenant: 'acme', action: 'cancel' })).toEqual(newest(({ action }) => action === 'cancel'));
      expect(await found({ tenant: 'initech' })).toEqual([]);
    });

    it('is searched from a moment on and up to another', async () => {
      const [from, to] = [rows[1]?.created_at, rows[4]?.created_at];
      expect(await found({ from, to })).toEqual(newest((row) => row.created_at >= (from ?? '') && row.created_at < (to ?? '')));
      expect(await found({ from: new Date(instantOf(Date.UTC(2030, 0))).toISOString() })).toEqual([]);
    });

    it('is read page by page without a row twice or missing', async () => {
      const all: AuditRow[] = [];
      for (let next: string | undefined = ''; next !== undefined;) {
        const page: Awaited<ReturnType<typeof searchAudit>> = await searchAudit(db, { limit: 3, after: parseCursor(next) });
        all.push(...page.items);
        next = page.next;
      }
      expect(all).toEqual(newest(() => true));
    });
  });
});
