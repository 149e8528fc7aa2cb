import { readPositions, withPostgresFaults } from '@octobus/postgres';
import type { Kysely } from 'kysely';
import { READ_MODELS } from './projections.ts';
import type { ReadModelDatabase } from './tables.ts';

export type ReadModels = Kysely<ReadModelDatabase>;

/** The rows hold everything up to this place of one stream of the log, at least. */
export interface AnswerPosition {
  readonly stream: string;
  readonly sequence: number;
}

export interface Answer<T> {
  readonly items: readonly T[];
  /** One for each stream of the log; none before the projector's first start. */
  readonly positions: readonly AnswerPosition[];
}

/** How far the read models are. */
export const readModelsPositions = (db: ReadModels): Promise<readonly AnswerPosition[]> =>
  withPostgresFaults(async () => (await readPositions(db, READ_MODELS)).map(({ stream, sequence }) => ({ stream, sequence })));

/** How many events of the log the rows hold, at least: nothing is ever deleted from it. */
export const foldedEvents = async (db: ReadModels): Promise<number> =>
  (await readModelsPositions(db)).reduce((sum, { sequence }) => sum + sequence, 0);

/** Reads the positions first, so that the rows are never older than they say. */
export async function answer<T>(db: ReadModels, rows: () => Promise<readonly T[]>): Promise<Answer<T>> {
  const positions = await readModelsPositions(db);
  return { items: await withPostgresFaults(rows), positions };
}

/** 1 to `most`; what is no number is the default. */
export function boundedLimit(limit: number | undefined, most: number, otherwise: number): number {
  if (limit === undefined || !Number.isFinite(limit)) return otherwise;
  return Math.min(Math.max(Math.trunc(limit), 1), most);
}
