import { readPosition, withPostgresFaults } from '@octobus/postgres';
import type { Kysely } from 'kysely';
import { READ_MODELS } from './projections.ts';
import type { ReadModelDatabase } from './tables.ts';

export type ReadModels = Kysely<ReadModelDatabase>;

/** The rows hold everything up to this place of the log, at least. */
export interface AnswerPosition {
  readonly stream: string;
  readonly sequence: number;
}

export interface Answer<T> {
  readonly items: readonly T[];
  readonly position: AnswerPosition;
}

/** How far the read models are; sequence 0 and an empty stream before the projector's first start. */
export function readModelsPosition(db: ReadModels): Promise<AnswerPosition> {
  return withPostgresFaults(async () => {
    const position = await readPosition(db, READ_MODELS);
    return { stream: position?.stream ?? '', sequence: position?.sequence ?? 0 };
  });
}

/** Reads the position first, so that the rows are never older than it says. */
export async function answer<T>(db: ReadModels, rows: () => Promise<readonly T[]>): Promise<Answer<T>> {
  const position = await readModelsPosition(db);
  return { items: await withPostgresFaults(rows), position };
}

/** 1 to `most`; what is no number is the default. */
export function boundedLimit(limit: number | undefined, most: number, otherwise: number): number {
  if (limit === undefined || !Number.isFinite(limit)) return otherwise;
  return Math.min(Math.max(Math.trunc(limit), 1), most);
}
