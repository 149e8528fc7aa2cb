import type { ReadModels } from './answer.queries.ts';

const PAGE = 500;

/** Ids of the tasks, or documents, about one data subject, by id. Goes through all rows of the tenant. */
export async function* idsOfSubject(
  db: ReadModels,
  table: 'tasks' | 'documents',
  tenant: string,
  dataSubject: string,
): AsyncGenerator<string> {
  for (let after = ''; ;) {
    const rows = await db
      .selectFrom(table)
      .select('id')
      .where('tenant', '=', tenant)
      .where('data_subject', '=', dataSubject)
      .where('id', '>', after)
      .orderBy('id')
      .limit(PAGE)
      .execute();
    for (const { id } of rows) yield id;
    const last = rows.at(-1);
    if (rows.length < PAGE || last === undefined) return;
    after = last.id;
  }
}
