import { connectPostgres } from '@octobus/postgres';
import { type ReadModelDatabase, readModelDigest } from '@octobus/read-models';
import { type Kysely, sql } from 'kysely';
import { Projector } from '../src/projector.ts';
import type { PlantedLog } from './planted-log.ts';

export const STREAM = 'EVENTS';

/** As many empty databases on one server as a test asks for. */
export class Databases {
  readonly #url: string;
  readonly #open: Kysely<ReadModelDatabase>[] = [];
  readonly #main: Kysely<ReadModelDatabase>;
  #named = 0;

  constructor(url: string) {
    this.#url = url;
    this.#main = this.#connect(url);
  }

  async create(): Promise<Kysely<ReadModelDatabase>> {
    return (await this.createAt()).db;
  }

  async createAt(): Promise<{ readonly db: Kysely<ReadModelDatabase>; readonly url: string }> {
    const name = `test_${(this.#named += 1)}`;
    await sql`create database ${sql.id(name)}`.execute(this.#main);
    const url = new URL(this.#url);
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
  }
}
