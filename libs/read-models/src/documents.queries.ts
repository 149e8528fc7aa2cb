import { type ReadModels, answer, boundedLimit } from './answer.queries.ts';
import type { DocumentRow } from './tables.ts';
import { type ListOptions, type Page, pageOf } from './tasks.queries.ts';

/** Documents of a tenant, newest first. Names are content: they come from the log. */
export async function listDocuments(db: ReadModels, tenant: string, options: ListOptions = {}): Promise<Page<DocumentRow>> {
  const limit = boundedLimit(options.limit, 200, 50);
  const { after } = options;
  let query = db.selectFrom('documents').selectAll().where('tenant', '=', tenant);
  if (after !== undefined) {
    query = query.where(({ eb, refTuple, tuple }) => eb(refTuple('created_at', 'id'), '<', tuple(after.createdAt, after.id)));
  }
  const newest = query
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
  return pageOf(await answer(db, () => newest.execute()), limit);
}
