import { setTimeout as delay } from 'node:timers/promises';
import type { LogPart } from '@octobus/event-log';
import { Fault, isFault } from '@octobus/kernel';
import {
  POSTGRES_FAULTS,
  type Position,
  connectPostgres,
  inTransaction,
  migrate,
  readPositions,
  withPostgresFaults,
} from '@octobus/postgres';
import {
  BUILD_SCHEMA,
  READ_MODELS,
  READ_MODEL_MIGRATIONS,
  type ReadModelDatabase,
  beginBuild,
  dropBuild,
  foldedEvents,
  holdPositions,
  openReadModels,
  switchToBuild,
} from '@octobus/read-models';
import { type Kysely, sql } from 'kysely';
import { PROJECTOR_FAULTS } from './faults.ts';
import { Projector } from './projector.ts';

export interface RebuildOptions {
  /** Of the database that holds the read models. */
  readonly url: string;
  readonly parts: readonly LogPart[];
  /** Told now and then how many events are folded. */
  readonly onProgress?: (events: number) => void;
}

export interface Rebuilt {
  readonly version: string;
  readonly events: number;
  readonly seconds: number;
  /** How long nobody could move the position. */
  readonly heldMs: number;
  /**
   * Whether the events that were read are those that the rows before were folded from, by the running hash of each stream; undefined where the rows
   * before were at another place or of another version.
   */
  readonly sameEvents: boolean | undefined;
}

type Db = Kysely<ReadModelDatabase>;

const LOCK = sql`hashtextextended('rebuild read-models', 0)`;

const SWITCH_TRIES = 60;
const SWITCH_PAUSE_MS = 1_000;
const PROGRESS_MS = 1_000;

/**
 * Folds the whole log into tables of their own while the live ones are read and written, and puts them in their place in one transaction. What fails
 * leaves the live ones as they are. Faults: `rebuild-under-way`; those of the projector, log and Postgres.
 */
export async function rebuildReadModels(options: RebuildOptions): Promise<Rebuilt> {
  const db = connectPostgres<ReadModelDatabase>(options.url, { applicationName: 'octobus-rebuild', max: 3 });
  const most = options.parts.length + 1;
  const build = connectPostgres<ReadModelDatabase>(options.url, { applicationName: 'octobus-rebuild', schema: BUILD_SCHEMA, max: most });
  try {
    await migrate(db, READ_MODEL_MIGRATIONS);
    return await alone(db, () => rebuild(db, build, options));
  } finally {
    await build.destroy();
    await db.destroy();
  }
}

/** True while a rebuild is under way. */
export const isRebuilding = (db: Db): Promise<boolean> =>
  withPostgresFaults(async () => {
    const { rows } = await sql`
      select from pg_locks where locktype = 'advisory' and granted and (classid::bigint << 32 | objid::bigint) = ${LOCK}
        and database = (select oid from pg_database where datname = current_database())
    `.execute(db);
    return rows.length > 0;
  });

async function alone<T>(db: Db, work: () => Promise<T>): Promise<T> {
  const done = await tryAlone(db, async () => ({ value: await work() }));
  if (done !== undefined) return done.value;
  throw new Fault(PROJECTOR_FAULTS.rebuildUnderWay, { retryable: true, message: 'the read models are being rebuilt already' });
}

/** The lock belongs to one connection, so it is free when its process is gone. Undefined: somebody else has it. */
const tryAlone = <T>(db: Db, work: () => Promise<T>): Promise<T | undefined> =>
  db.connection().execute(async (one) => {
    const { rows } = await sql<{ taken: boolean }>`select pg_try_advisory_lock(${LOCK}) as taken`.execute(one);
    if (rows[0]?.taken !== true) return undefined;
    try {
      return await work();
    } finally {
      await sql`select pg_advisory_unlock(${LOCK})`.execute(one);
    }
  });

async function rebuild(db: Db, build: Db, { parts, onProgress }: RebuildOptions): Promise<Rebuilt> {
  const began = performance.now();
  const streams = parts.map(({ stream }) => stream);
  await beginBuild(db, build);
  const told = setInterval(() => void foldedEvents(build).then(onProgress, () => undefined), PROGRESS_MS);
  try {
    await openReadModels(build, streams);
    const projectors = parts.map((part) => new Projector({ db: build, ...part, streams }));
    const catchUp = async (): Promise<void> => void (await Promise.all(projectors.map((projector) => projector.catchUp())));
    await catchUp();
    const switched = await switchOver(db, build, catchUp);
    const events = projectors.reduce((sum, { progress }) => sum + progress.events, 0);
    return { version: READ_MODELS.version, events, seconds: (performance.now() - began) / 1000, ...switched };
  } catch (error) {
    await dropBuild(db).catch(() => undefined);
    throw error;
  } finally {
    clearInterval(told);
  }
}

type Switched = Pick<Rebuilt, 'heldMs' | 'sameEvents'>;

/** Catches up a last time while nobody can move the live position, so that no answer goes back. */
async function switchOver(db: Db, build: Db, catchUp: () => Promise<void>): Promise<Switched> {
  for (let tries = 1; ; tries++) {
    try {
      return await inTransaction(db, async (trx) => {
        await holdPositions(trx);
        const began = performance.now();
        const live = await readPositions(trx, READ_MODELS);
        await catchUp();
        const built = await readPositions(build, READ_MODELS);
        assertNotBehind(live, built);
        await switchToBuild(trx);
        return { heldMs: Math.round(performance.now() - began), sameEvents: sameEvents(live, built) };
      });
    } catch (error) {
      if (!isFault(error, POSTGRES_FAULTS.contended) || tries === SWITCH_TRIES) throw error;
    }
    await delay(SWITCH_PAUSE_MS);
    await catchUp();
  }
}

const at = (positions: readonly Position[], stream: string): Position | undefined =>
  positions.find((position) => position.stream === stream);

function assertNotBehind(live: readonly Position[], built: readonly Position[]): void {
  const ahead = live.find(({ stream, sequence }) => sequence > (at(built, stream)?.sequence ?? 0));
  if (ahead === undefined) return;
  throw new Fault(PROJECTOR_FAULTS.logLostEvents, {
    retryable: false,
    message: 'the log ends before what the read models have folded; they stay as they are',
    details: { stream: ahead.stream, position: ahead.sequence },
  });
}

function sameEvents(live: readonly Position[], built: readonly Position[]): boolean | undefined {
  const pairs = live.map((position) => [position, at(built, position.stream)] as const);
  if (pairs.length === 0 || pairs.some(([before, after]) => before.sequence !== after?.sequence)) return undefined;
  return pairs.every(([before, after]) => before.runningHash === after?.runningHash);
}
