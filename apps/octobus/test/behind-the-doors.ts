import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type JetStreamManager, type NatsConnection, type StoredMsg, connect } from 'nats';
import pg from 'pg';
import { eventually } from '@octobus/testing';
import type { RunningOctobus } from './running-octobus.ts';

/** What only the operator of a machine can see: the streams and the tables themselves, to check what a refusal left there. */
export interface BehindTheDoors {
  readonly connection: NatsConnection;
  readonly streams: JetStreamManager;
  lastSequence(stream: string): Promise<number>;
  /** Messages of a stream after a sequence. */
  after(stream: string, sequence: number): Promise<readonly StoredMsg[]>;
  query(sql: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  /**
   * Events of the log, commands waiting, and rows of every table, when these have all of the log. That something was refused is told in the audit, at its
   * own time: neither those commands and events nor those rows are counted.
   */
  traces(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

const TABLES = ['tasks', 'task_steps', 'timeline', 'usage', 'documents', 'api_keys', 'tenants'];

export async function openBehind({ folder, credentials }: RunningOctobus): Promise<BehindTheDoors> {
  const read = (...path: string[]): string => readFileSync(join(folder, '.octo', ...path), 'utf8');
  const { user, password } =
    (JSON.parse(read('nats', 'users.json')) as Record<string, { user: string; password: string }>)['PLATFORM'] ?? {};
  const servers = credentials.natsUrl.split(',').map((url) => new URL(url).host);
  const connection = await connect({ servers, user: user ?? '', pass: password ?? '' });
  const streams = await connection.jetstreamManager();
  const { postgres } = JSON.parse(read('ports.json')) as { postgres: number };
  const db = new pg.Pool({
    connectionString: `postgres://octobus:${read('postgres.password').trim()}@127.0.0.1:${postgres}/octobus`,
    max: 2,
  });
  db.on('error', () => undefined);
  const lastSequence = async (stream: string): Promise<number> => (await streams.streams.info(stream)).state.last_seq;
  const query: BehindTheDoors['query'] = async (sql, values = []) => (await db.query(sql, [...values])).rows as Record<string, unknown>[];
  return {
    connection,
    streams,
    lastSequence,
    after: async (stream, sequence) => {
      const last = await lastSequence(stream);
      const wanted = Array.from({ length: last - sequence }, (_, i) => sequence + 1 + i);
      return Promise.all(wanted.map((seq) => streams.streams.getMessage(stream, { seq })));
    },
    query,
    traces: async () => {
      const reports = { subjects_filter: 'ingress.*.report-denial' };
      await eventually(async () => Object.keys((await streams.streams.info('INGRESS', reports)).state.subjects ?? {}).length === 0);
      await eventually(async () => {
        const [row] = await query('select max(sequence) from projection_positions');
        return Number(row?.['max'] ?? 0) >= (await lastSequence('EVENTS'));
      });
      const counts = await Promise.all(
        TABLES.map(async (table) => [table, Number((await query(`select count(*) from ${table}`))[0]?.['count'])]),
      );
      // One statement, one moment: rows and position are committed together.
      const [audit] = await query(
        `select count(*) filter (where kind = 'request') as requests, (select max(sequence) from projection_positions) - count(*) filter (where kind <> 'request') as log from audit`,
      );
      const waiting = (await streams.streams.info('INGRESS')).state.messages;
      return {
        ...Object.fromEntries(counts),
        requests: Number(audit?.['requests']),
        log: Number(audit?.['log']),
        dead: await lastSequence('DLQ'),
        waiting,
      } as Record<string, number>;
    },
    close: async () => {
      await connection.close();
      await db.end();
    },
  };
}
