import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectPostgres } from '@octobus/postgres';
import type { ReadModelDatabase, ReadModels } from '@octobus/read-models';
import { freePort, startPostgresProcess } from '@octobus/stack';

/** Works with an empty database of a Postgres of its own, set up as that of a stack; nothing of it is left. */
export async function withEmptyDatabase<T>(signal: AbortSignal, work: (db: ReadModels) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'octobus-bench-postgres-'));
  try {
    const postgres = await startPostgresProcess({
      dataDir: join(folder, 'postgres'),
      port: await freePort(),
      logFile: join(folder, 'postgres.log'),
      signal,
    });
    try {
      const db = connectPostgres<ReadModelDatabase>(postgres.url, { max: 2, applicationName: 'octobus-bench' });
      try {
        return await work(db);
      } finally {
        await db.destroy();
      }
    } finally {
      await postgres.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
