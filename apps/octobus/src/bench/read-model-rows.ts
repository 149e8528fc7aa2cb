import { connectPostgres } from '@octobus/postgres';
import { type ReadModelDatabase, TABLE_NAMES, type TableName, foldedEvents } from '@octobus/read-models';
import { Fault } from '@octobus/kernel';
import { until } from '@octobus/stack';

export type RowCounts = Readonly<Record<TableName, number>>;

const CAUGHT_UP_WITHIN_MS = 60_000;

/** Rows by table once so many events of the log are folded. Fault `took-too-long` when the read models don't get there. */
export async function readModelRows(url: string, events: number): Promise<RowCounts> {
  const db = connectPostgres<ReadModelDatabase>(url, { max: 1, applicationName: 'octobus-bench' });
  try {
    const reached = await until(async () => ((await foldedEvents(db)) >= events ? true : undefined), {
      withinMs: CAUGHT_UP_WITHIN_MS,
      pauseMs: 50,
    });
    if (reached !== true) throw behind();
    const counts: Partial<Record<TableName, number>> = {};
    for (const table of TABLE_NAMES) {
      const { n } = await db
        .selectFrom(table)
        .select((from) => from.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow();
      counts[table] = n;
    }
    return counts as RowCounts;
  } finally {
    await db.destroy();
  }
}

const behind = (): Fault =>
  new Fault('took-too-long', { retryable: true, message: `the read models had not caught up after ${CAUGHT_UP_WITHIN_MS / 1000} s` });
