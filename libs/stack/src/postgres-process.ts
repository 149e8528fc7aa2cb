import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Child, type ChildEvent, startChild } from './child.ts';
import { postgresAccount } from './postgres-account.ts';
import { findPostgres } from './postgres-binaries.ts';
import { endStray, wasStartedWith, worksIn } from './stray-server.ts';
import { footing, POSTGRES_DATABASE, POSTGRES_USER, prepareCluster } from './postgres-cluster.ts';

export interface PostgresProcessOptions {
  /** Made at the first start. */
  readonly dataDir: string;
  readonly port: number;
  readonly logFile: string;
  /** Mode 0600; `<dataDir>.password` unless given. */
  readonly passwordFile?: string;
  /** False only for tests: no fsync. */
  readonly durable?: boolean;
  readonly readyWithinMs?: number;
  /** Gives up the start. */
  readonly signal?: AbortSignal | undefined;
  onEvent?(event: ChildEvent): void;
}

export interface PostgresProcess extends Child {
  readonly port: number;
  /** With user, password and database. */
  readonly url: string;
  /** Of the server's package, such as `18.4.0-beta.17`. */
  readonly version: string;
}

/** Small, since it is a read model beside everything else on one machine; the rows can be built again from the log. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '50',
  shared_buffers: '32MB',
  max_wal_size: '256MB',
  min_wal_size: '32MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_worker_processes: '2',
  max_parallel_workers_per_gather: '0',
  max_logical_replication_workers: '0',
  io_method: 'sync',
  autovacuum_max_workers: '1',
  jit: 'off',
  logging_collector: 'off',
  log_checkpoints: 'off',
  timezone: 'UTC',
};
const WITHOUT_DURABILITY: Readonly<Record<string, string>> = { fsync: 'off', full_page_writes: 'off' };

/**
 * Starts Postgres on the loopback interface, as another account when we are root, and makes its data directory at the first start. It is ready
 * when its own postmaster.pid says so, and it is restarted when it dies.
 */
export async function startPostgresProcess(options: PostgresProcessOptions): Promise<PostgresProcess> {
  const dataDir = resolve(options.dataDir);
  const durable = options.durable ?? true;
  await endStray({
    name: 'postgres',
    pidFile: `${dataDir}/postmaster.pid`,
    isOurs: (pid) => worksIn(pid, dataDir) ?? wasStartedWith(pid, dataDir),
    stopSignal: 'SIGINT',
  });
  const account = postgresAccount(dataDir);
  const binaries = findPostgres(account);
  const password = await prepareCluster({
    dataDir,
    account,
    binaries,
    durable,
    passwordFile: options.passwordFile ?? `${dataDir}.password`,
  });
  const { cwd, pgdata, env, uid, gid } = footing(dataDir, account);
  const settings = Object.entries(durable ? SETTINGS : { ...SETTINGS, ...WITHOUT_DURABILITY });
  const child = await startChild({
    name: 'postgres',
    command: binaries.postgres,
    args: ['-D', pgdata, '-p', String(options.port), ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    cwd,
    env,
    uid,
    gid,
    logFile: options.logFile,
    readyWithinMs: options.readyWithinMs,
    stopSignal: 'SIGINT',
    signal: options.signal,
    ready: ({ pid }) => saysReady(`${dataDir}/postmaster.pid`, pid),
    onEvent: (event) => options.onEvent?.(event),
  });
  return {
    ...child,
    port: options.port,
    url: `postgres://${POSTGRES_USER}:${password}@127.0.0.1:${options.port}/${POSTGRES_DATABASE}`,
    version: binaries.version,
  };
}

/** Line 1 of postmaster.pid is the pid, line 8 the state, as pg_ctl reads them. */
function saysReady(path: string, pid: number): boolean {
  try {
    const lines = readFileSync(path, 'utf8').split('\n');
    return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}
