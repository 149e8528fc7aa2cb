import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import pg from 'pg';
import { eventually } from './eventually.ts';
import { startNats, type NatsFixture } from './nats.ts';
import { startPostgres, type PostgresFixture } from './postgres.ts';

describe('the nats-server of a test', () => {
  let server: NatsFixture;
  let client: NatsConnection;
  beforeAll(async () => {
    server = await startNats();
    client = await connect({ servers: server.url, reconnectTimeWait: 50, maxReconnectAttempts: -1 });
  });
  afterAll(async () => {
    await client.close();
    await server.stop();
    expect(existsSync(server.folder)).toBe(false);
  });

  it('keeps what it acknowledged over a SIGKILL and over a restart', async () => {
    const manager = await jetstreamManager(client, { timeout: 500 });
    await manager.streams.add({ name: 'KEPT', subjects: ['kept.>'] });
    await jetstream(client).publish('kept.1', 'one');
    const before = server.pid();
    await server.kill9();
    expect(server.pid()).not.toBe(before);
    const count = (): Promise<number> => manager.streams.info('KEPT').then((info) => info.state.messages);
    expect(await eventually(count)).toBe(1);
    await server.restart();
    expect(await eventually(count)).toBe(1);
  });

  it('takes a new configuration while clients stay connected', async () => {
    await server.reload('jetstream {}\nmax_payload: 2048\n');
    await eventually(async () => {
      const other = await connect({ servers: server.url });
      const limit = other.info?.max_payload;
      await other.close();
      return limit === 2048;
    });
    await expect(server.reload('no such thing {')).rejects.toMatchObject({ code: 'nats-reload-refused' });
    expect(client.isClosed()).toBe(false);
  });
});

describe('the Postgres of a test', () => {
  let server: PostgresFixture;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  const ask = async (sql: string): Promise<unknown[]> => {
    const client = new pg.Client({ connectionString: server.url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };

  it('answers in version 18 and refuses a wrong password', async () => {
    expect(await ask("select current_setting('server_version_num')::int / 10000 as major, current_database() as db")).toEqual([
      { major: 18, db: 'octobus' },
    ]);
    const wrong = new pg.Client({ connectionString: server.url.replace(/:[^:@]+@/, ':wrong@') });
    await expect(wrong.connect()).rejects.toThrow('password authentication failed');
  });

  it('comes back after a SIGKILL', async () => {
    await ask('create table kept as select 1 as n');
    const before = server.pid();
    server.kill9();
    await eventually(() => server.pid() !== undefined && server.pid() !== before);
    expect(await eventually(() => ask('select n from kept'), 20_000)).toEqual([{ n: 1 }]);
  });
});

describe('eventually', () => {
  it('says what the last answer was when the time is over', async () => {
    await expect(eventually(() => Promise.reject(new Error('still closed')), 30)).rejects.toThrow(
      "It didn't come true within 30 ms: still closed",
    );
    await expect(eventually(() => undefined, 30)).rejects.toThrow('the last answer was undefined');
  });
});
