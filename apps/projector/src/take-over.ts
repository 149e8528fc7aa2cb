import { setTimeout as delay } from 'node:timers/promises';
import type { LogPart } from '@octobus/event-log';
import { isFault } from '@octobus/kernel';
import { migrate } from '@octobus/postgres';
import { READ_MODEL_MIGRATIONS, type ReadModelDatabase, foldedByAnother } from '@octobus/read-models';
import type { Logger } from '@octobus/telemetry';
import type { Kysely } from 'kysely';
import { PROJECTOR_FAULTS } from './faults.ts';
import { rebuildReadModels } from './rebuild.ts';

export interface TakeOver {
  readonly db: Kysely<ReadModelDatabase>;
  readonly url: string;
  readonly parts: readonly LogPart[];
  readonly logger: Pick<Logger, 'info'>;
}

const AGAIN_MS = 1_000;

/**
 * Where another release has folded the rows, folds them anew beside: they are read as they are until then. A projector of that release that still runs
 * goes on with them, and is superseded by the switch. Of several new ones one builds, and the others wait.
 */
export async function takeOver({ db, url, parts, logger }: TakeOver): Promise<void> {
  await migrate(db, READ_MODEL_MIGRATIONS);
  while (await foldedByAnother(db)) {
    try {
      const { events, seconds } = await rebuildReadModels({ url, parts });
      logger.info({ events, seconds }, 'the read models of another release were folded anew');
    } catch (error) {
      if (!isFault(error, PROJECTOR_FAULTS.rebuildUnderWay)) throw error;
      await delay(AGAIN_MS);
    }
  }
}
