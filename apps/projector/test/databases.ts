import { connectPostgres } from '@octobus/postgres';
import { type ReadModelDatabase, readModelDigest } from '@octobus/read-models';
import { type PostgresFixture, startPostgres } from '@octobus/testing';
import { type Kysely, sql } from 'kysely';
import { Projector } from '../src/projector.ts';
import type { PlantedLog } from './planted-log.ts';

export const STREAM = 'EVENTS';

/** As many empty databases on a Postgres of its own as a test asks for: `open` before all tests, `close` after them. */
export class Databases {
  readonly #open: Kysely<ReadModelDatabase>[] = [];
  #server: PostgresFixture | undefined;
  #main: Kysely<ReadModelDatabase> | undefined;
  #named = 0;

  async open(): Promise<void> {
    this.#server = await startPostgres();
  }

  get server(): PostgresFixture {
    if (this.#server === undefined) throw new Error('the databases are not open');
    return this.#server;
  }

  async create(): Promise<Kysely<ReadModelDatabase>> {
    return (await this.createAt()).db;
  }

  async createAt(): Promise<{ readonly db: Kysely<ReadModelDatabase>; readonly url: string }> {
    const name = `test_${(this.#named += 1)}`;
    await sql`create database ${sql.id(name)}`.execute((this.#main ??= this.#connect(this.server.url)));
    const url = new URL(this.server.url);
    url.pathname = `/${name}`;
    return { db: this.#connect(url.href), url: url.href };
  }

  #connect(url: string): Kysely<ReadModelDatabase> {
    const db = connectPostgres<ReadModelDatabase>(url, { max: 3 });
    this.#open.push(db);
    return db;
  }

  /** What one projector makes of the log in a database where nothing was before. */
  async freshDigest(log: PlantedLog): Promise<string> {
    const db = await this.create();
    await new Projector({ db, log, stream: STREAM }).start();
    return readModelDigest(db);
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.map((db) => db.destroy()));
    await this.#server?.stop();
  }
}
