import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { freePort } from './free-port.ts';
import { canReach } from './postgres-binaries.ts';
import { type PostgresProcess, type PostgresProcessOptions, startPostgresProcess } from './postgres-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'octobus-stack-postgres-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const options = async (name: string): Promise<PostgresProcessOptions> => ({
  dataDir: join(folder, name),
  port: await freePort(),
  logFile: join(folder, `${name}.log`),
});

async function ask(server: PostgresProcess, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
}

describe('Postgres as a child', () => {
  it('keeps its rows and its password over a stop, listens on the loopback interface only and has no socket file', async () => {
    const given = await options('kept');
    const first = await startPostgresProcess(given);
    await ask(first, 'create table kept as select 7 as n');
    expect(
      await ask(first, "select current_setting('listen_addresses') as listen, current_setting('unix_socket_directories') as sockets"),
    ).toEqual([{ listen: '127.0.0.1', sockets: '' }]);
    expect(statSync(`${given.dataDir}.password`).mode & 0o777).toBe(0o600);
    await first.stop();
    const second = await startPostgresProcess(given);
    expect(second.url).toBe(first.url);
    expect(await ask(second, 'select n from kept')).toEqual([{ n: 7 }]);
    await second.stop();

    rmSync(`${given.dataDir}.password`);
    const third = await startPostgresProcess(given);
    expect(third.url).not.toBe(first.url);
    expect(await ask(third, 'select n from kept')).toEqual([{ n: 7 }]);
    await third.stop();
  }, 20_000);

  it('runs below a folder that nobody else may enter', async () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const server = await startPostgresProcess({ ...(await options('any')), dataDir: join(closed, '.octo', 'postgres') });
    expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
  }, 20_000);

  it('starts anew when an earlier first start was cut off', async () => {
    const given = await options('half');
    mkdirSync(`${given.dataDir}.new-half`);
    writeFileSync(join(`${given.dataDir}.new-half`, 'PG_VERSION'), '18\n');
    const server = await startPostgresProcess(given);
    expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
  }, 20_000);

  it('refuses data of another major version, and a folder that is no data directory', async () => {
    const old = await options('old');
    mkdirSync(old.dataDir);
    writeFileSync(join(old.dataDir, 'PG_VERSION'), '16\n');
    giveAway(old.dataDir);
    await expect(startPostgresProcess(old)).rejects.toMatchObject({ code: 'postgres-version-mismatch' });
    const strange = await options('strange');
    mkdirSync(strange.dataDir);
    giveAway(strange.dataDir);
    await expect(startPostgresProcess(strange)).rejects.toMatchObject({ code: 'data-directory-foreign' });
  });
});

describe('an account', () => {
  it("can't reach what lies in another account's closed folder", () => {
    const closed = mkdtempSync(join(folder, 'account-'));
    const inside = join(closed, 'inside');
    mkdirSync(inside, { mode: 0o755 });
    const { uid, gid } = statSync(closed);
    const stranger = { name: 'stranger', uid: uid + 1, gid: gid + 1 };
    chmodSync(closed, 0o700);
    chmodSync(folder, 0o755);
    expect(canReach(inside, { name: 'owner', uid, gid })).toBe(true);
    expect(canReach(inside, stranger)).toBe(false);
    chmodSync(closed, 0o711);
    expect(canReach(inside, stranger)).toBe(true);
  });
});

/** As root the data belongs to another account. */
function giveAway(path: string): void {
  chmodSync(path, 0o700);
  if (process.getuid?.() === 0) chownSync(path, 65_534, 65_534);
}
