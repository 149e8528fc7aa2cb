import { type ReadModels, answer, boundedLimit } from './answer.queries.ts';
import type { AuditKind, AuditRow } from './tables.ts';
import { type ListOptions, type Page, pageOf } from './tasks.queries.ts';

export interface AuditSearch extends ListOptions {
  /** Undefined: of all tenants. */
  readonly tenant?: string | undefined;
  readonly actor?: string | undefined;
  readonly kind?: AuditKind | undefined;
  /** A verb, or method and route of a denial. */
  readonly action?: string | undefined;
  /** RFC 3339: entries from this moment on. */
  readonly from?: string | undefined;
  /** RFC 3339: entries before this moment. */
  readonly to?: string | undefined;
}

/** Entries of the audit, newest first. */
export async function searchAudit(db: ReadModels, search: AuditSearch): Promise<Page<AuditRow>> {
  const limit = boundedLimit(search.limit, 200, 50);
  const { tenant, actor, kind, action, from, to, after } = search;
  let query = db.selectFrom('audit').selectAll();
  if (tenant !== undefined) query = query.where('tenant', '=', tenant);
  if (actor !== undefined) query = query.where('actor', '=', actor);
  if (kind !== undefined) query = query.where('kind', '=', kind);
  if (action !== undefined) query = query.where('action', '=', action);
  if (from !== undefined) query = query.where('created_at', '>=', from);
  if (to !== undefined) query = query.where('created_at', '<', to);
  if (after !== undefined) {
    query = query.where(({ eb, refTuple, tuple }) => eb(refTuple('created_at', 'id'), '<', tuple(after.createdAt, after.id)));
  }
  const newest = query
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
  return pageOf(await answer(db, () => newest.execute()), limit);
}
