import { type Answer, type ReadModels, answer, boundedLimit } from './answer.queries.ts';
import { type Cursor, formatCursor } from './cursor.ts';
import type { TaskRow, TaskState, TaskStepRow, TimelineRow } from './tables.ts';

export interface Page<T> extends Answer<T> {
  /** Cursor of the next page; absent on the last one. */
  readonly next?: string;
}

export interface ListOptions {
  /** 1 to 200; default 50. */
  readonly limit?: number | undefined;
  readonly after?: Cursor | undefined;
}

/** Cuts one row too many off the answer and points behind what is left. */
export function pageOf<T extends { id: string; created_at: string }>(all: Answer<T>, limit: number): Page<T> {
  const items = all.items.slice(0, limit);
  const last = items.at(-1);
  if (all.items.length <= limit || last === undefined) return { ...all, items };
  return { ...all, items, next: formatCursor({ createdAt: last.created_at, id: last.id }) };
}

/** Tasks of a tenant, newest first. */
export async function listTasks(
  db: ReadModels,
  tenant: string,
  options: ListOptions & { readonly state?: TaskState | undefined } = {},
): Promise<Page<TaskRow>> {
  const limit = boundedLimit(options.limit, 200, 50);
  const { after, state } = options;
  let query = db.selectFrom('tasks').selectAll().where('tenant', '=', tenant);
  if (state !== undefined) query = query.where('state', '=', state);
  if (after !== undefined) {
    query = query.where(({ eb, refTuple, tuple }) => eb(refTuple('created_at', 'id'), '<', tuple(after.createdAt, after.id)));
  }
  const newest = query
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
  return pageOf(await answer(db, () => newest.execute()), limit);
}

/** One task as the read models know it; the log knows better. */
export const findTask = (db: ReadModels, tenant: string, task: string): Promise<Answer<TaskRow>> =>
  answer(db, () => db.selectFrom('tasks').selectAll().where('tenant', '=', tenant).where('id', '=', task).execute());

/** All attempts of all steps, in the order in which they were scheduled. */
export const taskSteps = (db: ReadModels, tenant: string, task: string): Promise<Answer<TaskStepRow>> =>
  answer(db, () =>
    db
      .selectFrom('task_steps')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('task', '=', task)
      .orderBy('first_sequence')
      .orderBy('step')
      .orderBy('attempt')
      .execute(),
  );

/** What happened to a task after a sequence (default: from its start), oldest first; at most 1,000 rows, go on from the last one's sequence. */
export const taskTimeline = (
  db: ReadModels,
  tenant: string,
  task: string,
  options: { readonly afterSequence?: number | undefined; readonly limit?: number | undefined } = {},
): Promise<Answer<TimelineRow>> =>
  answer(db, () =>
    db
      .selectFrom('timeline')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('task', '=', task)
      .where('sequence', '>', options.afterSequence ?? 0)
      .orderBy('sequence')
      .limit(boundedLimit(options.limit, 1000, 1000))
      .execute(),
  );
