import { Fault } from '@octobus/kernel';
import { POSTGRES_FAULTS, type Position } from '@octobus/postgres';
import type { RowChange } from '@octobus/read-models';
import type { ReadModelStore } from '../../apps/projector/src/read-model-store.ts';
import { type AnyRow, type Rows, keyed, mergeChanges } from '../../libs/read-models/src/merge-changes.ts';
import type { TableName } from '../../libs/read-models/src/tables.ts';
import type { Chance } from './chance.ts';
import type { FaultsAtWork } from './faults.ts';
import type { Process } from './process.ts';
import { ask } from './request.ts';
import type { Scheduler } from './scheduler.ts';

interface Commit {
  readonly at: number;
  readonly undo: () => void;
}

/** Commits of so long before a crash may be taken back, milliseconds: `synchronous_commit` is off for read models. */
const LAZY_MS = 600;

/** One Postgres with the read models in it: transactions, and lazy commits that a crash takes back, the last ones first. */
export class Postgres {
  readonly rows = new Map<TableName, Map<string, AnyRow>>();
  position: Position = { stream: '', sequence: 0, runningHash: '' };
  up = true;
  private commits: Commit[] = [];
  private readonly scheduler: Scheduler;
  private readonly chance: Chance;

  constructor(scheduler: Scheduler, chance: Chance) {
    this.scheduler = scheduler;
    this.chance = chance;
  }

  /** False: somebody else has moved the position. */
  commit(from: Position, to: Position, changes: readonly (readonly RowChange[])[]): boolean {
    if (!isAt(this.position, from)) return false;
    const before = this.position;
    const undoRows = this.write(changes);
    this.position = to;
    this.remember(() => {
      undoRows();
      this.position = before;
    });
    return true;
  }

  /** Answers what takes the rows back. */
  write(changes: readonly (readonly RowChange[])[]): () => void {
    const replaced: (() => void)[] = [];
    for (const [table, rows] of mergeChanges(this.rows as Rows, changes.map(keyed))) {
      const own = this.rows.get(table) ?? new Map<string, AnyRow>();
      this.rows.set(table, own);
      for (const [key, row] of rows) {
        const old = own.get(key);
        replaced.push(() => (old === undefined ? own.delete(key) : own.set(key, old)));
        own.set(key, row);
      }
    }
    return () => replaced.forEach((undo) => undo());
  }

  remember(undo: () => void): void {
    this.commits.push({ at: this.scheduler.now, undo });
  }

  crash(faults: FaultsAtWork): void {
    faults.count('database-crash');
    this.up = false;
    const keptUntil = this.scheduler.now - this.chance.between(0, LAZY_MS);
    for (let last = this.commits.at(-1); last !== undefined && last.at > keptUntil; last = this.commits.at(-1)) {
      last.undo();
      this.commits.pop();
    }
    this.commits = [];
  }
}

export const isAt = (position: Position, wanted: Position): boolean =>
  position.sequence === wanted.sequence && position.runningHash === wanted.runningHash;

/** A projector's way to it. */
export function storeIn(postgres: Postgres, process: Process): ReadModelStore {
  const query = <T>(work: () => T): Promise<T> =>
    ask(process, 'sql', POSTGRES_FAULTS.unavailable, () => {
      if (!postgres.up) throw new Fault(POSTGRES_FAULTS.unavailable, { retryable: true, message: 'Postgres is starting' });
      return { answer: work() };
    });
  return {
    open: ([stream = '']) =>
      query(() => {
        if (postgres.position.stream === '') postgres.position = { stream, sequence: 0, runningHash: '' };
      }),
    position: () => query(() => postgres.position),
    commit: (from, to, changes) => query(() => postgres.commit(from, to, changes)),
  };
}
