import { type Position, openVersions, readPositions, withPostgresFaults } from '@octobus/postgres';
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

/** How far the read models are: those of this release, or while they are being built the rows of the release before. */
export const readModelsPositions = (db: ReadModels): Promise<readonly AnswerPosition[]> =>
  withPostgresFaults(async () => (await livePositions(db)).map(({ stream, sequence }) => ({ stream, sequence })));

async function livePositions(db: ReadModels): Promise<readonly Position[]> {
  const own = await readPositions(db, READ_MODELS);
  if (own.length > 0) return own;
  const [other] = await openVersions(db, READ_MODELS.projection);
  return other === undefined ? [] : readPositions(db, { ...READ_MODELS, version: other });
}

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
