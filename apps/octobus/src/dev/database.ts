import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Fault, isFault } from '@octobus/kernel';
import { type PostgresProcess, type Run, startPostgresProcess } from '@octobus/stack';
import type { StackEvent } from './events.ts';
import { onPort, portWish } from './ports.ts';

export interface DatabaseOptions {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  onEvent(event: StackEvent): void;
}

export interface Database {
  readonly url: string;
  readonly version: string;
  readonly port: number | undefined;
  /** What a user can do when it can't be used. */
  readonly wayOut: string;
}

/** `DATABASE_URL`, or a Postgres of our own. */
export async function startDatabase(
  { folder, env, onEvent, signal }: DatabaseOptions,
  run: Run,
  stops: (() => Promise<void>)[],
): Promise<Database> {
  if (env['DATABASE_URL']) {
    const wayOut = 'start it or correct DATABASE_URL, or unset DATABASE_URL to use the Postgres that comes with Octobus';
    return { url: env['DATABASE_URL'], version: 'external', port: undefined, wayOut };
  }
  const began = performance.now();
  const dataDir = join(folder, 'postgres');
  const postgres: PostgresProcess = await onPort(
    portWish('Postgres', 'OCTO_POSTGRES_PORT', env, run.keptPorts['postgres']),
    (port): Promise<PostgresProcess> =>
      startPostgresProcess({
        dataDir,
        port,
        logFile: join(folder, 'logs', 'postgres.log'),
        signal,
        onEvent: (event) => {
          run.observe(event);
          onEvent({ kind: 'child', event });
        },
      }),
  ).catch((error: unknown) => {
    throw isFault(error, 'child-not-ready') ? postgresUnusable(error, dataDir) : error;
  });
  stops.push(() => postgres.stop());
  const version = postgres.version.split('-')[0] ?? postgres.version;
  onEvent({
    kind: 'part-ready',
    part: 'postgres',
    detail: `${version} embedded   127.0.0.1:${postgres.port}`,
    ms: performance.now() - began,
  });
  const wayOut = `delete ${dataDir}.password to have a new password made, or move ${dataDir} away (its rows are built again from the log), and start again`;
  return { url: postgres.url, version, port: postgres.port, wayOut };
}

const postgresUnusable = (cause: Fault, dataDir: string): Fault =>
  new Fault('child-not-ready', {
    retryable: false,
    message: `${cause.message}; if it goes on like this, move ${dataDir} away: its rows are built again from the log.`,
    details: cause.details,
    cause,
  });
