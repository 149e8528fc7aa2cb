import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startPostgresProcess } from '@octobus/stack';

export interface PostgresFixture {
  /** With user, password and an empty database. */
  readonly url: string;
  readonly port: number;
  pid(): number | undefined;
  /** SIGKILL to the server; it is started again by itself on the same port and data. */
  kill9(): void;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

/** A real Postgres of the test's own (about 0.7 s; without fsync), its files in a temporary folder. Call `stop` in `afterAll`. */
export async function startPostgres(): Promise<PostgresFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'octobus-postgres-'));
  const server = await startPostgresProcess({
    dataDir: join(folder, 'data'),
    port: await freePort(),
    logFile: join(folder, 'postgres.log'),
    durable: false,
  });
  return {
    url: server.url,
    port: server.port,
    pid: () => server.pid(),
    kill9: () => void server.signal('SIGKILL'),
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
