import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort, type NatsProcess, startNatsProcess } from '@octobus/stack';
import { eventually } from './eventually.ts';

export interface NatsFixtureOptions {
  /** Configuration text; must hold a `jetstream` block if given. Host, port and store are set by the fixture. */
  readonly config?: string;
  /** Where JetStream keeps its files, e.g. on a disk under test; the fixture's folder unless given. */
  readonly dataDir?: string;
}

export interface NatsFixture {
  /** `nats://127.0.0.1:port`, the same after a restart. */
  readonly url: string;
  readonly port: number;
  /** Temporary folder of this server: nats.conf, nats.log and the store in jetstream/. */
  readonly folder: string;
  pid(): number | undefined;
  /** Writes the text as the new configuration and has the server read it. */
  reload(config: string): Promise<void>;
  /** Orderly stop and start, on the same port and store. */
  restart(): Promise<void>;
  /** SIGKILL, then a start on the same port and store; answers when it is ready again. */
  kill9(): Promise<void>;
  /** SIGKILL, then the work, while nobody has a file of the store open, then a start on the same port and store. */
  killAround(work: () => void): Promise<void>;
  /** Ends the server and removes the folder. */
  stop(): Promise<void>;
}

const PLAIN = 'jetstream {}\n';

/** A real nats-server of the test's own with JetStream on, on a free port, its files in a temporary folder. Call `stop` in `afterAll`. */
export async function startNats(options: NatsFixtureOptions = {}): Promise<NatsFixture> {
  const binary = natsServerBinary();
  const folder = await mkdtemp(join(tmpdir(), 'octobus-nats-'));
  const configFile = join(folder, 'nats.conf');
  await writeFile(configFile, options.config ?? PLAIN, { mode: 0o600 });
  const port = await freePort();
  const start = (): Promise<NatsProcess> =>
    startNatsProcess({
      binary,
      configFile,
      port,
      dataDir: options.dataDir ?? folder,
      pidFile: join(folder, 'nats.pid'),
      logFile: join(folder, 'nats.log'),
    });
  let server = await start();
  const kill9 = async (): Promise<void> => {
    const pid = server.pid();
    if (pid === undefined) throw new Error('nats-server is not running');
    const from = server.logSize();
    server.signal('SIGKILL');
    await eventually(() => server.pid() !== undefined && server.pid() !== pid && server.logFrom(from).includes('Server is ready'), 30_000);
  };
  return {
    url: server.url,
    port,
    folder,
    pid: () => server.pid(),
    reload: async (config) => {
      await writeFile(configFile, config);
      await server.reload();
    },
    restart: async () => {
      await server.stop();
      server = await start();
    },
    kill9,
    killAround: async (work) => {
      server.signal('SIGKILL');
      await server.stop();
      work();
      server = await start();
    },
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** `$OCTO_NATS_SERVER` (set by `npm test`), else the one that `npm start` keeps in its cache, else nats-server on PATH. */
export function natsServerBinary(env: NodeJS.ProcessEnv = process.env): string {
  const cache = join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'octobus', 'nats-server-2.15', 'nats-server');
  const onPath = (env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'nats-server'));
  const found = [env['OCTO_NATS_SERVER'], cache, ...onPath].find((path) => path !== undefined && path !== '' && existsSync(path));
  if (found === undefined) throw new Error('There is no nats-server: run the tests by npm test, or set OCTO_NATS_SERVER.');
  return found;
}
