import { connectPostgres } from '@octobus/postgres';
import { type ReadModelDatabase, readModelsPosition } from '@octobus/read-models';

/** Last sequence that the read models have folded; 0 when there are none yet. */
export async function witnessedSequence(url: string): Promise<number> {
  const db = connectPostgres<ReadModelDatabase>(url, { max: 1 });
  try {
    return (await readModelsPosition(db)).sequence;
  } catch {
    return 0;
  } finally {
    await db.destroy();
  }
}
