import { join } from 'node:path';
import { freePort, startChild } from '@octobus/stack';
import { postgresAccount } from '../../libs/stack/dist/postgres-account.js';
import { findPostgres } from '../../libs/stack/dist/postgres-binaries.js';
import { footing, POSTGRES_DATABASE, POSTGRES_USER, prepareCluster } from '../../libs/stack/dist/postgres-cluster.js';
import pg from 'pg';
import { readFileSync } from 'node:fs';

/** Postgres's own defaults stay: fsync and synchronous_commit on, 128 MB of buffers, 100 connections. No socket file, which a deep folder forbids. */
const SETTINGS = ['listen_addresses=127.0.0.1', 'unix_socket_directories='];

/**
 * The Postgres of the peers: the cluster is made at the first `open` and kept in the folder; the server runs only from `open` to `close`, and
 * every `open` has a fresh database.
 */
export class PeersPostgres {
  #folder;
  #databases = 0;

  constructor(folder) {
    this.#folder = folder;
  }

  /** `{ url, pid, version, close() }`. The signal gives up the start. */
  async open(signal) {
    const dataDir = join(this.#folder, 'postgres');
    const account = postgresAccount(dataDir);
    const binaries = findPostgres(account);
    const password = await prepareCluster({ dataDir, account, binaries, durable: true, passwordFile: `${dataDir}.password` });
    const port = await freePort();
    const { cwd, pgdata, env, uid, gid } = footing(dataDir, account);
    const server = await startChild({
      name: 'postgres',
      command: binaries.postgres,
      args: ['-D', pgdata, '-p', String(port), ...SETTINGS.flatMap((setting) => ['-c', setting])],
      cwd,
      env,
      uid,
      gid,
      logFile: join(this.#folder, 'postgres.log'),
      stopSignal: 'SIGINT',
      signal,
      ready: ({ pid }) => saysReady(`${dataDir}/postmaster.pid`, pid),
    });
    const database = `bench_${++this.#databases}`;
    const urlOf = (name) => `postgres://${POSTGRES_USER}:${password}@127.0.0.1:${port}/${name}`;
    const close = async () => {
      await ask(urlOf(POSTGRES_DATABASE), `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`).catch(() => undefined);
      await server.stop();
    };
    try {
      await ask(urlOf(POSTGRES_DATABASE), `CREATE DATABASE ${database}`);
      return { url: urlOf(database), pid: server.pid(), version: binaries.version, close };
    } catch (error) {
      await close();
      throw error;
    }
  }
}

async function ask(connectionString, sql) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Line 1 of postmaster.pid is the pid, line 8 the state, as pg_ctl reads them. */
function saysReady(path, pid) {
  try {
    const lines = readFileSync(path, 'utf8').split('\n');
    return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}
